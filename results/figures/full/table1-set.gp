# moerates report benchmarks/convergence/table1.lua --profile full
# Draw again: gnuplot table1-set.gp
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
    set terminal svg size 605,1285 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,34.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'table1-set.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 4,1
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'distance to the identified set' noenhanced offset 0.8,0
  set yrange [2.65352e-06:7.64837]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.000659489 to 4.96592e+11,1.14606e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.000659489 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-set.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(3.75000613+-0.2826250292*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-set.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-relu: slope −0.283 [−0.425, 0.036]', \
    'table1-set.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(3.545105092+-0.4770431228*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-set.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r1-polynomial-2: slope −0.477 [−0.618, −0.328]', \
    'table1-set.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.862550687+-0.3270990509*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r1-linear: slope −0.327 [−0.542, −0.229]', \
    'table1-set.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.674426537+-0.5406037242*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r1-input-independent: slope −0.541 [−0.736, −0.325]'
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'distance to the identified set' noenhanced offset 0.8,0
  set yrange [9.93356e-06:11.1999]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00355488 to 4.96592e+11,6.17767e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.00355488 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-set.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(3.363260008+-0.1719599397*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-set.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r2-relu: slope −0.172 [−0.228, −0.090]', \
    'table1-set.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.318279064+-0.319771494*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-set.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r2-polynomial-2: slope −0.320 [−0.370, −0.249]', \
    'table1-set.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(8.326647655+-0.4292355863*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r2-linear: slope −0.429 [−0.484, −0.378]', \
    'table1-set.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(9.294245331+-0.4803563566*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r2-input-independent: slope −0.480 [−1.129, −0.069]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'distance to the identified set' noenhanced offset 0.8,0
  set yrange [8.00413e-07:10.8782]
  set logscale y 10
  set ytics 1e-08,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.49968e+08,0.113378 to 4.96592e+11,0.00197028 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.113378 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-set.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(6.040973156+-0.5544123358*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-set.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r1-relu: slope −0.554 [−0.664, −0.327]', \
    'table1-set.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.598118093+-0.1020008132*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-set.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-polynomial-2: slope −0.102 [−0.128, −0.077]', \
    'table1-set.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(4.251323152+-0.5179789167*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r1-linear: slope −0.518 [−0.581, −0.370]', \
    'table1-set.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-0.3432471926+-0.4419076832*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r1-input-independent: slope −0.442 [−0.540, −0.390]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'distance to the identified set' noenhanced offset 0.8,0
  set yrange [1.09568e-06:9.76329]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00051422 to 4.96592e+11,8.93612e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.00051422 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-set.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.466585748+-0.5315049729*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-set.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r2-relu: slope −0.532 [−0.656, −0.410]', \
    'table1-set.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(13.47909944+-0.6660696681*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-set.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r2-polynomial-2: slope −0.666 [−0.711, −0.626]', \
    'table1-set.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(4.633671128+-0.5330102685*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r2-linear: slope −0.533 [−0.578, −0.482]', \
    'table1-set.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(4.092988264+-0.471310681*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-set.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r2-input-independent: slope −0.471 [−0.518, −0.419]'
  unset multiplot
  unset output
}
