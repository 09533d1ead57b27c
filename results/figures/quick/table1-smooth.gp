# moerates report benchmarks/convergence/table1.lua --profile quick
# Draw again: gnuplot table1-smooth.gp
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
    set terminal svg size 605,1134 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,30.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'table1-smooth.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 2 below
  set multiplot layout 4,1
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.00546472:6.30941]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.0586379 to 4.96592e+11,0.00772998 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.0586379 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-smooth.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(2.957886744+-0.2633434245*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-smooth.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-tanh: slope −0.263 [−0.356, −0.189]', \
    'table1-smooth.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(4.582712888+-0.2889179094*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-smooth.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r1-gelu: slope −0.289 [−0.335, −0.269]'
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.268467:5.6435]
  set logscale y 10
  set ytics ('0.5' 0.5, '1' 1, '2' 2, '5' 5); unset mytics
  set arrow 1 from 1.49968e+08,3.52698 to 4.96592e+11,0.464946 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,3.52698 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-smooth.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(0.378735983+2.760778254e-06*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-smooth.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r2-tanh: slope 0.000 [0.000, 0.000]', \
    'table1-smooth.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(-0.5807576496+-0.002941264821*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-smooth.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r2-gelu: slope −0.003 [−0.036, 0.030]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0118187:7.06665]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.12278 to 4.96592e+11,0.0161855 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.12278 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-smooth.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.412920066+0.06465665886*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-smooth.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r1-tanh: slope 0.065 [−0.001, 0.100]', \
    'table1-smooth.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(2.622943442+-0.2211031504*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-smooth.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-gelu: slope −0.221 [−0.294, −0.170]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0141405:10.1147]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,3.75573 to 4.96592e+11,0.495102 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,3.75573 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-smooth.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(3.085902493+-0.2256175117*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-smooth.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r2-tanh: slope −0.226 [−0.261, −0.150]', \
    'table1-smooth.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=20.72326584:27.63102112] '+' using (exp(t)):(exp(2.845773003+-0.2321128314*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-smooth.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r2-gelu: slope −0.232 [−0.311, −0.147]'
  unset multiplot
  unset output
}
