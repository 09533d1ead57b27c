# moerates report benchmarks/convergence/figures.lua --profile full
# Draw again: gnuplot figures-fig2b.gp
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
  set output 'figures-fig2b.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Figure 2b: sigmoid data, Regime 2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [794.328:125893]
  set logscale x 10
  set xtics 1e+02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'Voronoi loss' noenhanced offset 0.8,0
  set yrange [9.97598:272.507]
  set logscale y 10
  set ytics ('10' 10, '20' 20, '50' 50, '100' 100, '200' 200); unset mytics
  plot \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:11.51292546] '+' using (exp(t)):(exp(0.4087040907+0.2873332185*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'fig2b-relu-sgd: slope 0.287 [0.281, 0.294]; paper A, relu: −0.48', \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:11.51292546] '+' using (exp(t)):(exp(1.386839727+0.2087772459*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'fig2b-linear-sgd: slope 0.209 [0.204, 0.213]; paper A, linear: −0.42', \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=7.483244416:9.210340372] '+' using (exp(t)):(exp(5.182923624+-0.1023791444*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'fig2b-relu-lse: slope −0.102 [−0.206, −0.001]', \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=7.483244416:9.210340372] '+' using (exp(t)):(exp(5.371371786+-0.04277449618*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'figures-fig2b.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'fig2b-linear-lse: slope −0.043 [−0.257, 0.172]'
  unset multiplot
  unset output
}
