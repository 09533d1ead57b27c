# moerates report benchmarks/convergence/eigenvalues.lua --profile full
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
  set yrange [1.8317e-06:87.7071]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.0957075 to 4.16869e+12,0.000603873 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.0957075 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(2.107920811+-0.3987396557*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-a0p5: slope −0.399 [−0.547, −0.293]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(5.183612728+-0.5662794327*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-a1: slope −0.566 [−0.636, −0.461]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(3.642964844+-0.476261493*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'tanh-a2: slope −0.476 [−0.568, −0.436]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(5.294596299+-0.509558527*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'tanh-a4: slope −0.510 [−0.572, −0.461]'
  unset label; unset arrow; unset title
  set title 'expert gelu' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [6.87839e-07:157.35]
  set logscale y 10
  set ytics 1e-08,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.00014946 to 4.16869e+12,9.43031e-07 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.00014946 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(17.06392574+-0.7942134085*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'gelu-a0p5: slope −0.794 [−0.930, −0.670]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(6.716539229+-0.5892176151*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'gelu-a1: slope −0.589 [−0.778, −0.372]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(5.027896432+-0.5625380269*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'gelu-a2: slope −0.563 [−0.609, −0.475]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(8.600381453+-0.6990375028*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'gelu-a4: slope −0.699 [−0.788, −0.570]'
  unset label; unset arrow; unset title
  set title 'expert silu' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [2.76362e-06:121.847]
  set logscale y 10
  set ytics 1e-06,100,1e60; set format y '10^{%L}'
  unset mytics
  set arrow 1 from 1.65959e+08,0.000584514 to 4.16869e+12,3.68803e-06 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,0.000584514 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(9.85588652+-0.4245851672*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'silu-a0p5: slope −0.425 [−0.541, −0.245]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(16.7927172+-0.9140733468*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'silu-a1: slope −0.914 [−0.960, −0.812]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(5.635030623+-0.5719465278*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'silu-a2: slope −0.572 [−0.647, −0.516]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(3.640924402+-0.4781330065*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'silu-a4: slope −0.478 [−0.559, −0.411]'
  unset label; unset arrow; unset title
  set title 'expert sigmoid' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [316.228:3.16228e+13]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'Voronoi loss D1' noenhanced offset 0.8,0
  set yrange [0.00310376:63.0626]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.65959e+08,33.7315 to 4.16869e+12,0.212831 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 1.65959e+08,33.7315 right offset -0.6,0 tc rgb '#606060'
  plot \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(0.7392851557+0.006038441958*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-a0p5: slope 0.006 [−0.004, 0.029]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(1.192666184+-0.0009297873486*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-a1: slope −0.001 [−0.002, 0.001]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(1.791932619+0.001350586917*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-a2: slope 0.001 [−0.001, 0.003]', \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=18.42068074:29.93360621] '+' using (exp(t)):(exp(2.89072202+0.0004219657355*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'eigenvalues-loss.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-a4: slope 0.000 [0.000, 0.013]'
  unset multiplot
  unset output
}
