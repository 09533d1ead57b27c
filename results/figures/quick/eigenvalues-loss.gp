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
  set yrange [1.24514e-06:97.1041]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.186594 to 4.16869e+12,0.00117733 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.186594 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(6.296058566+-0.5519037308*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-a0p5: slope −0.552 [−0.776, −0.389]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(4.268484093+-0.5355315289*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-a1: slope −0.536 [−0.605, −0.428]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(4.253294651+-0.4875307326*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-a2: slope −0.488 [−0.537, −0.442]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(5.660367713+-0.5136239882*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
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
  set yrange [1.00314e-05:108.028]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,13.211 to 4.16869e+12,0.0833556 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,13.211 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(10.95080582+-0.7088321675*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'gelu-a1: slope −0.709 [−0.860, −0.422]'
  unset label; unset arrow; unset title
  set title 'expert silu' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [4.64309e-06:88.0021]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,2.79252 to 4.16869e+12,0.0176196 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,2.79252 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(13.86742411+-0.8175518483*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'silu-a1: slope −0.818 [−0.930, −0.764]'
  unset label; unset arrow; unset title
  set title 'expert sigmoid' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [0.0575926:42.4829]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.65959e+08,26.9467 to 4.16869e+12,0.170022 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,26.9467 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:29.93360621] '+' using (exp(t)):(exp(0.9680377506+0.007178600105*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-a1: slope 0.007 [0.000, 0.034]'
  unset multiplot
  unset output
}
