# moerates report benchmarks/convergence/figures.lua --profile full
# Draw again: gnuplot figures-fig2a-starts.gp
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
    set terminal svg size 605,393 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,10.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'figures-fig2a-starts.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Figure 2a: sigmoid data, Regime 1: other starts and batches' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [794.328:125893]
  set logscale x 10
  set xtics 1e+02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'Voronoi loss' noenhanced offset 0.8,0
  set yrange [1.83008:76.7309]
  set logscale y 10
  set ytics ('2' 2, '5' 5, '10' 10, '20' 20, '50' 50); unset mytics
  plot \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(0.09120656852+0.3132052989*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'fig2a-relu-sgd-near: slope 0.313 [0.308, 0.318]', \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(1.064443265+0.2361753619*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'fig2a-linear-sgd-near: slope 0.236 [0.233, 0.239]', \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(2.588795816+0.1076100768*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'fig2a-relu-sgd-far: slope 0.108 [0.090, 0.127]', \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(2.771792367+0.1077882603*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'fig2a-linear-sgd-far: slope 0.108 [0.057, 0.155]', \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(4.485081958+-0.3038764637*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'fig2a-relu-sgd-batch: slope −0.304 [−0.321, −0.287]', \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=8.058960018:11.51292546] '+' using (exp(t)):(exp(2.37488971+-0.04145055903*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'figures-fig2a-starts.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'fig2a-linear-sgd-batch: slope −0.041 [−0.056, −0.028]'
  unset multiplot
  unset output
}
