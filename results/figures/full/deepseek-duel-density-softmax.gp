# moerates report benchmarks/likelihood/deepseek-duel.lua --profile full
# Draw again: gnuplot deepseek-duel-density-softmax.gp
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
  set output 'deepseek-duel-density-softmax.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 3 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'The density, softmax data' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [562.341:1.77828e+08]
  set logscale x 10
  set xtics 1e+02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'total variation' noenhanced offset 0.8,0
  set yrange [0.000107428:0.0927315]
  set logscale y 10
  set ytics 1e-04,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 407380,0.00511345 to 6.45654e+07,0.000406176 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 407380,0.00511345 right offset -0.6,0 tc rgb '#606060'
  plot \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:18.42068074] '+' using (exp(t)):(exp(0.4550429352+-0.502230808*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-v2: slope −0.502 [−0.513, −0.489]', \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:18.42068074] '+' using (exp(t)):(exp(0.4175040088+-0.4978603238*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-v3: slope −0.498 [−0.509, −0.489]', \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:18.42068074] '+' using (exp(t)):(exp(0.7662648752+-0.5101079511*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'deepseek-duel-density-softmax.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-none: slope −0.510 [−0.524, −0.502]'
  unset multiplot
  unset output
}
