# moerates report benchmarks/likelihood/softmax-gaussian.lua --profile full
# Draw again: gnuplot softmax-gaussian-pinned.gp
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
    set terminal svg size 605,299 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,7.90cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'softmax-gaussian-pinned.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 1 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Three atoms for two, the gauge pinned as published' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [74.9894:42170]
  set logscale x 10
  set xtics 1e+01,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'Voronoi loss of E, gauge pinned' noenhanced offset 0.8,0
  set yrange [0.0278089:41.6297]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 2018.37,5.15141 to 25409.9,1.45186 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 2018.37,5.15141 right offset -0.6,0 tc rgb '#606060'
  plot \
    'softmax-gaussian-pinned.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=6.907755279:10.36163998] '+' using (exp(t)):(exp(0.4498565356+-0.1428001065*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'softmax-gaussian-pinned.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'em-k3: slope −0.143 [−0.719, 0.529]'
  unset multiplot
  unset output
}
