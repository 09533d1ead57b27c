# moerates report benchmarks/convergence/euclidean.lua --profile quick
# Draw again: gnuplot euclidean-l2.gp
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
    set terminal svg size 605,355 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,9.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'euclidean-l2.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'The regression function' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [50118.7:1.99526e+11]
  set logscale x 10
  set xtics 1e+04,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'L2 error of f' noenhanced offset 0.8,0
  set yrange [4.97439e-07:0.00190299]
  set logscale y 10
  set ytics 1e-07,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.35519e+08,0.000458412 to 5.91562e+10,2.1941e-05 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.35519e+08,0.000458412 right offset -0.6,0 tc rgb '#606060'
  plot \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:25.32843602] '+' using (exp(t)):(exp(-1.226587493+-0.5047754461*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'inner-k2: slope −0.505 [−0.516, −0.482]', \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:25.32843602] '+' using (exp(t)):(exp(-1.040054149+-0.5022477382*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'inner-k3: slope −0.502 [−0.515, −0.483]', \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:25.32843602] '+' using (exp(t)):(exp(-1.200305603+-0.5025727787*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'euclidean-k2: slope −0.503 [−0.517, −0.490]', \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=11.51292546:25.32843602] '+' using (exp(t)):(exp(-3.579061477+-0.3195411775*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'euclidean-l2.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'euclidean-k3: slope −0.320 [−0.326, −0.315]'
  unset multiplot
  unset output
}
