# moerates report benchmarks/convergence/same-data.lua --profile quick
# Draw again: gnuplot same-data-similarity.gp
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
    set terminal svg size 605,393 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,10.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'same-data-similarity.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Mean similarity of the experts' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'mean similarity of the experts' noenhanced offset 0.8,0
  set yrange [0.257463:1.00257]
  set logscale y 10
  set ytics ('0.5' 0.5, '1' 1); unset mytics
  plot \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-0.9005563458+-0.0008480677289*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh2-softmax: slope −0.001 [−0.004, 0.006]', \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-0.9223181701+-0.005911329995*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh2-sigmoid: slope −0.006 [−0.012, 0.006]', \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-0.6453987118+-4.409176714e-06*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid2-softmax: slope 0.000 [0.000, 0.000]', \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=9.210340372:27.63102112] '+' using (exp(t)):(exp(-0.1911296148+0.0003168166183*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid2-sigmoid: slope 0.000 [0.000, 0.003]', \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.318886851+0.03760497945*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'drawn1-softmax: slope 0.038 [0.019, 0.056]', \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.9620733129+0.01321668308*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'same-data-similarity.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'drawn1-sigmoid: slope 0.013 [−0.015, 0.040]'
  unset multiplot
  unset output
}
