# moerates report benchmarks/likelihood/temperature.lua --profile full
# Draw again: gnuplot temperature-exact-parameters.gp
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
    set terminal svg size 605,412 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,10.90cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'temperature-exact-parameters.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 7 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'As many atoms as the truth' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'exact-specified parameter error' noenhanced offset 0.8,0
  set yrange [3.42891e-05:5.46004]
  set logscale y 10
  set ytics 1e-05,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00292223 to 4.96592e+11,5.07826e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.49968e+08,0.00292223 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(6.75184024+-0.5643098781*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-outside-k2: slope −0.564 [−0.673, −0.481]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(16.71321312+-0.9680059494*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-inside-k2: slope −0.968 [−1.134, 0.015]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.499051755+-0.4912168526*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-outside-k2: slope −0.491 [−0.747, −0.425]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(4.862222666+-0.4981095652*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'gelu-outside-k2: slope −0.498 [−0.567, −0.445]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(3.499414636+-0.4646790863*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-three-k3: slope −0.465 [−0.493, −0.437]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.308605793+-0.5221229389*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'sigmoid-three-k3: slope −0.522 [−0.554, −0.488]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):6:7 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(4.761531966+-0.5109088139*t)) with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'tanh-inside-three-k3: slope −0.511 [−0.535, −0.483]'
  unset multiplot
  unset output
}
