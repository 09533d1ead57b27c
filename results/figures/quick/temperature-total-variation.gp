# moerates report benchmarks/likelihood/temperature.lua --profile quick
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
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'total variation' noenhanced offset 0.8,0
  set yrange [5.04991e-06:0.0260252]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+07,0.00264808 to 5.91562e+09,0.000126745 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.35519e+07,0.00264808 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.1484545982+-0.516933224*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'learned-k2: slope −0.517 [−0.536, −0.499]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.4983304774+-0.5177437555*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'learned-k3: slope −0.518 [−0.531, −0.503]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.4572417859+-0.5196785078*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'known-k3: slope −0.520 [−0.536, −0.503]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.1611997343+-0.5036083506*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'tanh-outside-k2: slope −0.504 [−0.515, −0.491]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.7984530538+-0.5242915502*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-outside-k3: slope −0.524 [−0.534, −0.507]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.09586221054+-0.4975782092*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'tanh-inside-k2: slope −0.498 [−0.517, −0.479]', \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):6:7 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(-1.169659646+-0.3760388069*t)) with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'tanh-inside-k3: slope −0.376 [−0.386, −0.369]'
  unset label; unset arrow; unset title
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'total variation' noenhanced offset 0.8,0
  set yrange [6.08462e-06:0.0253538]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+07,0.000861012 to 5.91562e+09,4.12106e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.35519e+07,0.000861012 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(-0.1178322842+-0.4878448826*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-outside-k2: slope −0.488 [−0.512, −0.472]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(-0.3300014486+-0.4767488518*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'gelu-outside-k2: slope −0.477 [−0.497, −0.454]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.395970017+-0.5078451604*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-three-k3: slope −0.508 [−0.516, −0.494]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.5197847067+-0.5115346138*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-three-k3: slope −0.512 [−0.528, −0.496]', \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.3095223313+-0.4965156662*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-total-variation.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-inside-three-k3: slope −0.497 [−0.509, −0.486]'
  unset multiplot
  unset output
}
