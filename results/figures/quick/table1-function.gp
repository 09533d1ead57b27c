# moerates report benchmarks/convergence/table1.lua --profile quick
# Draw again: gnuplot table1-function.gp
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
  set output 'table1-function.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'L2 error of f' noenhanced offset 0.8,0
  set yrange [1.52961e-07:0.00714721]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,7.29762e-05 to 4.96592e+11,1.26818e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,7.29762e-05 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-function.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.9690414894+-0.5057082168*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-relu: slope −0.506 [−0.520, −0.497]', \
    'table1-function.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.7374942861+-0.5142884323*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r1-gelu: slope −0.514 [−0.528, −0.498]', \
    'table1-function.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-1.123721751+-0.4974711821*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r1-polynomial-2: slope −0.497 [−0.510, −0.491]', \
    'table1-function.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-1.078480267+-0.49975084*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r1-linear: slope −0.500 [−0.509, −0.491]', \
    'table1-function.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(-1.122490971+-0.4988564831*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'sigmoid-r1-tanh: slope −0.499 [−0.529, −0.475]', \
    'table1-function.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-0.9998065221+-0.5096450369*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'table1-function.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'sigmoid-r1-input-independent: slope −0.510 [−0.521, −0.496]'
  unset multiplot
  unset output
}
