# moerates report benchmarks/convergence/paths.lua --profile full
# Draw again: gnuplot paths-bounds.gp
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
    set terminal svg size 605,355 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,9.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'paths-bounds.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 2 maxrows 4 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Least error at the worse of two truths, for any estimator' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [1.59289e-32:56.1592]
  set logscale y 10
  set ytics 1e-32,10000,1e60; set format y '10^{%L}'
  unset mytics
  plot \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'linear-r1: slope −3.51', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'linear-r2: slope −0.18', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'linear-r3: slope −0.14', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'null-curve: slope 0.00', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-swap: slope −0.00', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'sigmoid-swap: slope −0.00', \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'paths-bounds.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'sigmoid-split: slope −0.00'
  unset multiplot
  unset output
}
