# moerates report benchmarks/convergence/k-excess.lua --profile quick
# Draw again: gnuplot k-excess-sigmoid.gp
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
    set terminal svg size 605,317 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,8.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'k-excess-sigmoid.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 2 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Sigmoid gate: matched expert error' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [501187:1.99526e+12]
  set logscale x 10
  set xtics 1e+05,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'matched expert error' noenhanced offset 0.8,0
  set yrange [1.76655e-06:0.0841644]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+09,0.000437286 to 5.91562e+11,2.09298e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.35519e+09,0.000437286 right offset -0.6,0 tc rgb '#606060'
  set arrow 2 from 1.35519e+09,0.00229699 to 5.91562e+11,0.000502528 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 2 'n^{−1/4}' at 1.35519e+09,0.00229699 right offset -0.6,0 tc rgb '#606060'
  plot \
    'k-excess-sigmoid.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.086020208+-0.4931429702*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'k-excess-sigmoid.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-k2: slope −0.493 [−0.531, −0.450]', \
    'k-excess-sigmoid.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.1183074082+-0.2392842843*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'k-excess-sigmoid.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-k3: slope −0.239 [−0.272, −0.197]'
  unset multiplot
  unset output
}
