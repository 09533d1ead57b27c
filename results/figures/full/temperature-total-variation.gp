# moerates report benchmarks/likelihood/temperature.lua --profile full
# Draw again: gnuplot temperature-total-variation.gp
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
    set terminal svg size 605,756 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,20.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'temperature-total-variation.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 7 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'The density' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'total variation' noenhanced offset 0.8,0
  set yrange [4.91965e-07:0.0265839]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,4.04673e-05 to 4.96592e+11,7.03241e-07 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.49968e+08,4.04673e-05 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-0.1907346968+-0.4961402899*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'learned-k2: slope −0.496 [−0.512, −0.483]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.2460743696+-0.5035197039*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'learned-k3: slope −0.504 [−0.518, −0.488]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.1213411441+-0.499551277*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'known-k3: slope −0.500 [−0.512, −0.485]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.4448225316+-0.5151239732*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'tanh-outside-k2: slope −0.515 [−0.523, −0.498]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.5815273192+-0.5117515804*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-outside-k3: slope −0.512 [−0.520, −0.504]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.3950535513+-0.5107980993*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'tanh-inside-k2: slope −0.511 [−0.517, −0.498]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):6:7 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-8.538726769+-0.04864867657*t)) with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'tanh-inside-k3: slope −0.049 [−0.052, −0.046]'
  unset label; unset arrow; unset title
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'total variation' noenhanced offset 0.8,0
  set yrange [6.04551e-07:0.0250614]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.000281713 to 4.96592e+11,4.89562e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.49968e+08,0.000281713 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-0.07979253246+-0.4925723319*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-outside-k2: slope −0.493 [−0.507, −0.480]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.1205135254+-0.5030467051*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'gelu-outside-k2: slope −0.503 [−0.513, −0.486]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.2806055196+-0.4984125888*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-three-k3: slope −0.498 [−0.509, −0.492]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.426878342+-0.5047435014*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-three-k3: slope −0.505 [−0.513, −0.490]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.3112260448+-0.4988661939*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-inside-three-k3: slope −0.499 [−0.507, −0.487]'
  unset multiplot
  unset output
}
