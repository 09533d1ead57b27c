# moerates report benchmarks/convergence/worst-case.lua --profile quick
# Draw again: gnuplot worst-case-bounds.gp
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
    set terminal svg size 605,824 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,21.80cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'worst-case-bounds.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 7 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'Least error at the worse of two truths, for any estimator' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.208333:0.555726]
  set logscale y 10
  set ytics ('0.5' 0.5); unset mytics
  plot \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-polynomial-2: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-polynomial-2: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r2-polynomial-2: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r1-linear: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'softmax-r1-linear: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'softmax-r2-linear: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'sigmoid-r1-input-independent: slope 0.00'
  unset label; unset arrow; unset title
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [4.04092e-05:0.78316]
  set logscale y 10
  set ytics 1e-05,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r2-input-independent: slope 0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-input-independent: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r2-input-independent: slope −0.00', \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'theorem-4-r1: slope −0.25', \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'theorem-4-r2: slope −0.17', \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):5 with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'worst-case-bounds.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'theorem-4-r3: slope −0.13'
  unset multiplot
  unset output
}
