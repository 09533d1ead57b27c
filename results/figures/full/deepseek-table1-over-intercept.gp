# moerates report benchmarks/likelihood/deepseek-table1.lua --profile full
# Draw again: gnuplot deepseek-table1-over-intercept.gp
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
  set output 'deepseek-table1-over-intercept.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 6 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Intercepts of routed experts' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [44668.4:2.23872e+12]
  set logscale x 10
  set xtics 1e+04,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified intercept error' noenhanced offset 0.8,0
  set yrange [2.44973e-06:1.12499]
  set logscale y 10
  set ytics 1e-06,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 4.50817e+08,0.398811 to 5.42001e+11,0.164349 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−0.125}' at 4.50817e+08,0.398811 right offset -0.6,0 tc rgb '#606060'
  plot \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(6.210163268+-0.4291588129*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'v2-relu: slope −0.429 [−0.490, −0.340]', \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(-0.1901809957+-0.1521036375*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'v2-linear: slope −0.152 [−0.301, −0.009]', \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(-0.3031555038+-0.2404657813*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'v3-sparse-relu: slope −0.240 [−0.347, −0.111]', \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(-0.1567979081+-0.2401577984*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'v3-sparse-linear: slope −0.240 [−0.384, −0.127]', \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):6:7 with filledcurves lc rgb '#000000' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(2.837504444+-0.5180186241*t)) with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'v3-dense-relu: slope −0.518 [−0.612, −0.435]', \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):6:7 with filledcurves lc rgb '#E69F00' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(1.914445494+-0.506075062*t)) with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'deepseek-table1-over-intercept.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'v3-dense-linear: slope −0.506 [−0.552, −0.478]'
  unset multiplot
  unset output
}
