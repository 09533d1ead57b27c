# moerates report benchmarks/convergence/same-data.lua --profile full
# Draw again: gnuplot same-data-drawn.gp
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
  set output 'same-data-drawn.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 7 below
  set multiplot layout 2,1
  unset label; unset arrow; unset title
  set title 'Drawn truths, both gates' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'matched error' noenhanced offset 0.8,0
  set yrange [8.26025e-05:6.85468]
  set logscale y 10
  set ytics 1e-05,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00581653 to 4.96592e+11,0.000766768 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.00581653 right offset -0.6,0 tc rgb '#606060'
  set arrow 2 from 1.49968e+08,0.00998965 to 4.96592e+11,0.0001736 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 2 'n^{−1/2}' at 1.49968e+08,0.00998965 right offset -0.6,0 tc rgb '#606060'
  plot \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(0.001240430673+-0.006823359659*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'drawn1-softmax: slope −0.007 [−0.081, 0.083]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.315961115+-0.2656065881*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'drawn1-sigmoid: slope −0.266 [−0.368, −0.106]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(-2.824468785+0.1216818351*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'drawn2-softmax: slope 0.122 [−0.222, 0.287]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(5.187661507+-0.242981387*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'drawn2-sigmoid: slope −0.243 [−0.397, −0.074]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(3.328539791+-0.1614562377*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'drawn3-softmax: slope −0.161 [−0.315, −0.098]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(12.6629356+-0.7004544645*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'drawn3-sigmoid: slope −0.700 [−0.811, −0.602]', \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):6:7 with filledcurves lc rgb '#56B4E9' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(2.594716808+-0.2892704229*t)) with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'drawn4-softmax: slope −0.289 [−0.415, −0.124]'
  unset label; unset arrow; unset title
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'matched error' noenhanced offset 0.8,0
  set yrange [3.43296e-06:8.48968]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.000290896 to 4.96592e+11,3.83476e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.000290896 right offset -0.6,0 tc rgb '#606060'
  set arrow 2 from 1.49968e+08,0.000840446 to 4.96592e+11,1.46053e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 2 'n^{−1/2}' at 1.49968e+08,0.000840446 right offset -0.6,0 tc rgb '#606060'
  plot \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(12.03203656+-0.7582379772*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'drawn4-sigmoid: slope −0.758 [−0.886, −0.548]', \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(11.62379078+-0.6159029159*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'drawn5-softmax: slope −0.616 [−0.696, −0.465]', \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(8.263220114+-0.6012394586*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'drawn5-sigmoid: slope −0.601 [−0.728, −0.516]', \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(8.065087793+-0.4781796469*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'drawn6-softmax: slope −0.478 [−0.580, −0.373]', \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:27.63102112] '+' using (exp(t)):(exp(6.404582524+-0.5603291455*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'same-data-drawn.tsv' skip 1 using ($1==2&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'drawn6-sigmoid: slope −0.560 [−0.601, −0.471]'
  unset multiplot
  unset output
}
