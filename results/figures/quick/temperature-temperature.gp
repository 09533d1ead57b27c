# moerates report benchmarks/likelihood/temperature.lua --profile quick
# Draw again: gnuplot temperature-temperature.gp
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
  set output 'temperature-temperature.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'The temperature' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'temperature error' noenhanced offset 0.8,0
  set yrange [1.09977e-06:2.41324]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.1522514778+-0.03763397372*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'learned-k2: slope −0.038 [−0.087, 0.000]', \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(-0.2210940362+0.01800534185*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'learned-k3: slope 0.018 [−0.012, 0.036]', \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.913376097+-0.695058962*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-outside-k2: slope −0.695 [−0.785, −0.505]', \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(6.758510461+-0.7977608734*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'tanh-outside-k3: slope −0.798 [−0.924, −0.715]', \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(3.821594934+-0.6704337209*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-inside-k2: slope −0.670 [−0.814, −0.577]', \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(-0.01196994+-0.01226466549*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'tanh-inside-k3: slope −0.012 [−0.023, 0.001]'
  unset label; unset arrow; unset title
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'temperature error' noenhanced offset 0.8,0
  set yrange [9.38687e-06:1.58437]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(5.091300639+-0.6429317444*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-outside-k2: slope −0.643 [−0.752, −0.522]', \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.065463556+-0.5111936256*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'gelu-outside-k2: slope −0.511 [−0.554, −0.459]', \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(0.8674561089+-0.4991155895*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-three-k3: slope −0.499 [−0.593, −0.407]', \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(4.213254021+-0.6078054913*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-three-k3: slope −0.608 [−0.662, −0.485]', \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(1.100095569+-0.5066525871*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'temperature-temperature.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'tanh-inside-three-k3: slope −0.507 [−0.581, −0.412]'
  unset multiplot
  unset output
}
