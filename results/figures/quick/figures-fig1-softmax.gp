# moerates report benchmarks/convergence/figures.lua --profile quick
# Draw again: gnuplot figures-fig1-softmax.gp
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
    set terminal svg size 605,317 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,8.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'figures-fig1-softmax.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 2 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Figure 1: softmax data, softmax gate fitted' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [794.328:125893]
  set logscale x 10
  set xtics 1e+02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'Voronoi loss' noenhanced offset 0.8,0
  set yrange [4.32361:9.13216]
  set logscale y 10
  set ytics ('5' 5); unset mytics
  plot \
    'figures-fig1-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(2.602788709+-0.0835762152*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'figures-fig1-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'fig1-softmax-relu-sgd: slope −0.084 [−0.099, −0.068]; paper A, relu: −0.24', \
    'figures-fig1-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(1.802216941+0.01503671068*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'figures-fig1-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'fig1-softmax-linear-sgd: slope 0.015 [0.010, 0.020]; paper A, linear: −0.11'
  unset multiplot
  unset output
}
