# moerates report benchmarks/convergence/eigenvalues.lua --profile quick
# Draw again: gnuplot eigenvalues-loss.gp
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
    set terminal svg size 605,1285 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,34.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'eigenvalues-loss.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 4,1
  unset label; unset arrow; unset title
  set title 'expert tanh' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [1.24541e-06:97.1016]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.186618 to 4.16869e+12,0.00117748 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.186618 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(6.268756918+-0.5505507114*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-a0p5: slope −0.551 [−0.775, −0.389]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(4.26876796+-0.5355024211*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-a1: slope −0.536 [−0.605, −0.428]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(4.241216723+-0.4868508888*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-a2: slope −0.487 [−0.539, −0.444]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(5.66405203+-0.5138294224*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'tanh-a4: slope −0.514 [−0.557, −0.458]'
  unset label; unset arrow; unset title
  set title 'expert gelu' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [8.50284e-08:184.158]
  set logscale y 10
  set ytics 1e-08,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,2.72678e-05 to 4.16869e+12,1.72048e-07 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,2.72678e-05 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(10.40116525+-0.542020136*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'gelu-a0p5: slope −0.542 [−0.724, −0.369]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(4.944540016+-0.5219643301*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'gelu-a1: slope −0.522 [−0.738, −0.347]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(6.70370274+-0.6314994689*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'gelu-a2: slope −0.631 [−0.660, −0.547]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(8.83381743+-0.7222268416*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'gelu-a4: slope −0.722 [−0.835, −0.587]'
  unset label; unset arrow; unset title
  set title 'expert silu' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [1.46642e-06:182.617]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.000315476 to 4.16869e+12,1.99052e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.000315476 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(6.376962943+-0.2823780845*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'silu-a0p5: slope −0.282 [−0.360, −0.062]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(13.96679925+-0.8242041559*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'silu-a1: slope −0.824 [−0.933, −0.770]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(5.720109801+-0.5722471179*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'silu-a2: slope −0.572 [−0.699, −0.482]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(5.947036827+-0.5717174728*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'silu-a4: slope −0.572 [−0.638, −0.468]'
  unset label; unset arrow; unset title
  set title 'expert sigmoid' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [0.000387919:155.235]
  set logscale y 10
  set ytics 1e-04,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.65959e+08,0.0938471 to 4.16869e+12,0.000592135 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.0938471 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(1.527181113+-0.02250891917*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-a0p5: slope −0.023 [−0.061, 0.017]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(0.9681413711+0.007174903178*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-a1: slope 0.007 [0.000, 0.034]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(1.791280194+0.001425964952*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-a2: slope 0.001 [−0.112, 0.009]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(2.738351733+0.005841922248*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-a4: slope 0.006 [0.001, 0.021]'
  unset multiplot
  unset output
}
