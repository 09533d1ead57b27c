# moerates report benchmarks/convergence/activations.lua --profile full
# Draw again: gnuplot activations-softmax.gp
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
  set output 'activations-softmax.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Over-specified expert error by activation, softmax gate' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.00286097:9.56146]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.0629041 to 4.96592e+11,0.00829238 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.0629041 right offset -0.6,0 tc rgb '#606060'
  plot \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(4.773849569+-0.2917705393*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-tanh: slope −0.292 [−0.314, −0.268]', \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(4.143333817+-0.2828856476*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-silu: slope −0.283 [−0.321, −0.247]', \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(2.331146826+-0.09192983823*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-sigmoid: slope −0.092 [−0.166, −0.024]', \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(2.905021906+-0.2384408936*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-gelu: slope −0.238 [−0.297, −0.207]', \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.259388482+-0.00442153315*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'softmax-relu: slope −0.004 [−0.006, 0.000]', \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(5.242178974+-0.253863077*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'activations-softmax.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'softmax-sigmoid-apart: slope −0.254 [−0.276, −0.240]'
  unset multiplot
  unset output
}
