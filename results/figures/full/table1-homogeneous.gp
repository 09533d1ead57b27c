# moerates report benchmarks/convergence/table1.lua --profile full
# Draw again: gnuplot table1-homogeneous.gp
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
  set output 'table1-homogeneous.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 4,1
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0782273:3.45929]
  set logscale y 10
  set ytics ('0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2); unset mytics
  set arrow 1 from 1.49968e+08,2.47652 to 4.96592e+11,0.326469 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,2.47652 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.9632113279+-0.006735832939*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-relu: slope −0.007 [−0.056, 0.024]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.7171598943+0.01060317575*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r1-polynomial-2: slope 0.011 [−0.059, 0.133]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.089765872+-0.01317334178*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r1-linear: slope −0.013 [−0.068, 0.000]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.3728450831+0.01265633979*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r1-input-independent: slope 0.013 [−0.002, 0.038]'
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0349732:4.18922]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.363098 to 4.96592e+11,0.0478656 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.363098 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.5266555464+-0.03521416835*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r2-relu: slope −0.035 [−0.077, 0.003]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.056468479+0.06244965821*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r2-polynomial-2: slope 0.062 [−0.067, 0.137]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.679945402+-0.04024910411*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r2-linear: slope −0.040 [−0.063, −0.002]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.8033266997+-0.02234103714*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r2-input-independent: slope −0.022 [−0.047, 0.028]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.00261019:6.65441]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.0629885 to 4.96592e+11,0.0083035 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.0629885 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.158124621+-0.0002500819392*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r1-relu: slope 0.000 [−0.016, 0.018]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-0.286411461+0.007374481042*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-polynomial-2: slope 0.007 [−0.082, 0.132]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.8233885669+-8.613214512e-05*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r1-linear: slope 0.000 [0.000, 0.000]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.666683087+-1.992891261e-05*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r1-input-independent: slope 0.000 [0.000, 0.000]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [9.96793e-05:7.44184]
  set logscale y 10
  set ytics 1e-05,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00274038 to 4.96592e+11,0.000361252 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.00274038 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.208496371+-0.001718019286*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r2-relu: slope −0.002 [−0.008, 0.003]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(6.660434039+-0.4397384831*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r2-polynomial-2: slope −0.440 [−0.491, −0.399]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-0.6371829514+-0.001764855126*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r2-linear: slope −0.002 [−0.141, 0.076]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-3.231372083+-0.002407118081*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r2-input-independent: slope −0.002 [−0.148, 0.094]'
  unset multiplot
  unset output
}
