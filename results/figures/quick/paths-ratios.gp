# moerates report benchmarks/convergence/paths.lua --profile quick
# Draw again: gnuplot paths-ratios.gp
set encoding utf8
set datafile separator tab
set datafile missing 'NaN'
set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#fde725')
set minussign
set border 3 lw 0.8 lc rgb '#404040'
set tics nomirror scale 0.6 tc rgb '#202020'
set grid xtics ytics lw 0.5 lc rgb '#e4e4e4' dt solid
set samples 2
do for [kind in 'svg pdf'] {
  if (kind eq 'svg') {
    set terminal svg size 605,374 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,9.90cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'paths-ratios.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 5 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set xlabel 'index m of the sequence' noenhanced offset 0,0.5
  set xrange [1.46409:1398.83]
  set logscale x 10
  set xtics 1e+00,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'error of f over the loss, or the loss' noenhanced offset 0.8,0
  set yrange [1.97337e-14:63.1849]
  set logscale y 10
  set ytics 1e-14,100,1e60; set format y '10^{%L}'
  unset mytics
  plot \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'L2 error of f / Voronoi loss D2r, r = 1: linear-r1', \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'L2 error of f / Voronoi loss D2r, r = 2: linear-r2', \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'L2 error of f / Voronoi loss D2r, r = 3: linear-r3', \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'L2 error of f / Voronoi loss D2r, r = 1: null-curve, 0 but for rounding', \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'paths-ratios.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'Voronoi loss D2r, r = 2: printed'
  unset multiplot
  unset output
}
