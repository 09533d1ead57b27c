# moerates report benchmarks/convergence/smooth-truths.lua --profile full
# Draw again: gnuplot smooth-truths-parameters.gp
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
    set terminal svg size 605,718 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,19.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'smooth-truths-parameters.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'k 2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D3' noenhanced offset 0.8,0
  set yrange [1.18219e-06:12.968]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.49968e+08,0.115944 to 4.96592e+11,0.00201488 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.115944 right offset -0.6,0 tc rgb '#606060'
  plot \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.24965808+-0.4810245197*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sine-softmax-k2: slope −0.481 [−0.517, −0.453]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.929903431+-0.4827215092*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sine-sigmoid-k2: slope −0.483 [−0.512, −0.438]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(1.337773288+-0.4881937758*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'runge-softmax-k2: slope −0.488 [−0.527, −0.441]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.433254488+-0.4928775771*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'runge-sigmoid-k2: slope −0.493 [−0.539, −0.460]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(2.063337356+-0.5229406495*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'bump-softmax-k2: slope −0.523 [−0.563, −0.482]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.36155101+-0.5143359866*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'bump-sigmoid-k2: slope −0.514 [−0.577, −0.474]'
  unset label; unset arrow; unset title
  set title 'k 3' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D3' noenhanced offset 0.8,0
  set yrange [6.46975e-06:58.4168]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.000484077 to 4.96592e+11,8.4123e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,0.000484077 right offset -0.6,0 tc rgb '#606060'
  plot \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(3.895838144+-0.4968526113*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sine-softmax-k3: slope −0.497 [−0.528, −0.470]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(3.318740211+-0.496678847*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sine-sigmoid-k3: slope −0.497 [−0.533, −0.469]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(2.802989447+-0.5043019596*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'runge-softmax-k3: slope −0.504 [−0.528, −0.478]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(6.445806944+-0.5100305244*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'runge-sigmoid-k3: slope −0.510 [−0.759, 0.191]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(2.993317572+-0.4737912309*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'bump-softmax-k3: slope −0.474 [−0.515, −0.442]', \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(2.896957049+-0.004491834501*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'smooth-truths-parameters.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'bump-sigmoid-k3: slope −0.004 [−0.598, 0.000]'
  unset multiplot
  unset output
}
