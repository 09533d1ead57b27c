# moerates report benchmarks/likelihood/temperature.lua --profile quick
# Draw again: gnuplot temperature-over-variance.gp
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
    set terminal svg size 605,336 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,8.90cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'temperature-over-variance.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 3 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Their variances' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [5011.87:1.99526e+10]
  set logscale x 10
  set xtics 1e+03,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'over-specified variance error' noenhanced offset 0.8,0
  set yrange [1.52575e-05:0.356433]
  set logscale y 10
  set ytics 1e-05,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+07,0.0602122 to 5.91562e+09,0.013173 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.25}' at 1.35519e+07,0.0602122 right offset -0.6,0 tc rgb '#606060'
  plot \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(1.002112823+-0.3069354474*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'known-k3: slope −0.307 [−0.371, −0.215]', \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(1.202816108+-0.3463558511*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-outside-k3: slope −0.346 [−0.410, −0.261]', \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:23.02585093] '+' using (exp(t)):(exp(1.609674597+-0.5060726173*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'temperature-over-variance.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-inside-k3: slope −0.506 [−0.566, −0.420]'
  unset multiplot
  unset output
}
