# moerates report benchmarks/likelihood/temperature.lua --profile quick
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
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'exact-specified parameter error' noenhanced offset 0.8,0
  set yrange [0.000172687:11.8667]
  set logscale y 10
  set ytics 1e-04,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+07,0.00519818 to 5.91562e+09,0.0002488 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.5}' at 1.35519e+07,0.00519818 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(3.097567677+-0.3702356287*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-outside-k2: slope −0.370 [−0.477, −0.129]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(3.072033119+-0.2016157591*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-inside-k2: slope −0.202 [−0.510, −0.078]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(5.690689536+-0.471604315*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-outside-k2: slope −0.472 [−0.634, −0.302]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.839301103+-0.5097402749*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'gelu-outside-k2: slope −0.510 [−0.539, −0.446]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.007885446+-0.4794617475*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-three-k3: slope −0.479 [−0.535, −0.424]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(5.266028796+-0.5273584359*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'sigmoid-three-k3: slope −0.527 [−0.558, −0.476]', \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):6:7 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.975077459+-0.5372320422*t)) with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'temperature-exact-parameters.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'tanh-inside-three-k3: slope −0.537 [−0.604, −0.463]'
  unset multiplot
  unset output
}
