# moerates report benchmarks/convergence/smooth-truths.lua --profile full
# Draw again: gnuplot smooth-truths-function.gp
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
  set output 'smooth-truths-function.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'k 2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'L2 distance to the best approximation' noenhanced offset 0.8,0
  set yrange [1.08588e-07:0.0053381]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,6.24642e-05 to 4.96592e+11,1.0855e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,6.24642e-05 right offset -0.6,0 tc rgb '#606060'
  plot \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.443317079+-0.4976984256*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sine-softmax-k2: slope −0.498 [−0.523, −0.477]', \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.649900441+-0.4866123782*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sine-sigmoid-k2: slope −0.487 [−0.507, −0.471]', \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.279291395+-0.5032068195*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'runge-softmax-k2: slope −0.503 [−0.523, −0.482]', \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.154821039+-0.5088350756*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'runge-sigmoid-k2: slope −0.509 [−0.527, −0.484]', \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.200563505+-0.5110395845*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'bump-softmax-k2: slope −0.511 [−0.533, −0.484]', \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-1.246494739+-0.5014487939*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'bump-sigmoid-k2: slope −0.501 [−0.522, −0.478]'
  unset label; unset arrow; unset title
  set title 'k 3' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'L2 distance to the best approximation' noenhanced offset 0.8,0
  set yrange [1.3114e-07:0.032129]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,1.13352e-05 to 4.96592e+11,1.96984e-07 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.49968e+08,1.13352e-05 right offset -0.6,0 tc rgb '#606060'
  plot \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.424787163+-0.4931047242*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sine-softmax-k3: slope −0.493 [−0.503, −0.477]', \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.357288912+-0.4921964582*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sine-sigmoid-k3: slope −0.492 [−0.508, −0.482]', \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.184230002+-0.505861528*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'runge-softmax-k3: slope −0.506 [−0.520, −0.490]', \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.9012154675+-0.4996056958*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'runge-sigmoid-k3: slope −0.500 [−0.586, −0.020]', \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.466349283+-0.4901576436*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'bump-softmax-k3: slope −0.490 [−0.509, −0.472]', \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-6.875200716+-0.08275651527*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'smooth-truths-function.tsv' skip 1 using ($1==2&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'bump-sigmoid-k3: slope −0.083 [−0.433, −0.078]'
  unset multiplot
  unset output
}
