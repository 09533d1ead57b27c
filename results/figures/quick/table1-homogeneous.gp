# moerates report benchmarks/convergence/table1.lua --profile quick
# Draw again: gnuplot table1-homogeneous.gp
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
  set output 'table1-homogeneous.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 4 below
  set multiplot layout 4,1
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0734322:3.6682]
  set logscale y 10
  set ytics ('0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1, '2' 2); unset mytics
  set arrow 1 from 1.49968e+08,2.76707 to 4.96592e+11,0.364771 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,2.76707 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.7577334095+0.002963261697*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r1-relu: slope 0.003 [−0.032, 0.055]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.8599582261+0.002722379726*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r1-polynomial-2: slope 0.003 [−0.093, 0.024]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.373363366+-0.03466907905*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r1-linear: slope −0.035 [−0.045, 0.000]', \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.6106134684+0.001701429313*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r1-input-independent: slope 0.002 [−0.034, 0.017]'
  unset label; unset arrow; unset title
  set title 'gate sigmoid, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.0342364:4.29093]
  set logscale y 10
  set ytics 1e-02,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.385887 to 4.96592e+11,0.0508698 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.385887 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.512567847+-0.07560334844*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'sigmoid-r2-relu: slope −0.076 [−0.093, −0.050]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.08592209372+0.02248169027*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid-r2-polynomial-2: slope 0.022 [−0.050, 0.059]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.428528181+-0.02536250429*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-r2-linear: slope −0.025 [−0.071, 0.028]', \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.172934155+-0.03920542173*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-r2-input-independent: slope −0.039 [−0.067, −0.005]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R1' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.00261694:6.68802]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.0631743 to 4.96592e+11,0.00832799 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.0631743 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.082221012+0.003770044117*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r1-relu: slope 0.004 [−0.013, 0.036]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.921396254+0.07651642245*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r1-polynomial-2: slope 0.077 [0.017, 0.180]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(0.826094353+-0.0001867307633*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r1-linear: slope 0.000 [−0.002, 0.000]', \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-1.662446042+-0.0001914568533*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==3&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r1-input-independent: slope 0.000 [0.000, 0.000]'
  unset label; unset arrow; unset title
  set title 'gate softmax, regime R2' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [3981.07:2.51189e+12]
  set logscale x 10
  set xtics 1e+02,100,1e60; set format x '10^{%L}'
  unset mxtics
  set ylabel 'over-specified expert error' noenhanced offset 0.8,0
  set yrange [0.000244388:8.47798]
  set logscale y 10
  set ytics 1e-04,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 1.49968e+08,0.00310006 to 4.96592e+11,0.000408667 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 1.49968e+08,0.00310006 right offset -0.6,0 tc rgb '#606060'
  plot \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.080403445+0.003779008701*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'softmax-r2-relu: slope 0.004 [−0.006, 0.020]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(1.421744372+-0.2174985229*t)) with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'softmax-r2-polynomial-2: slope −0.217 [−0.431, −0.100]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):6:7 with filledcurves lc rgb '#009E73' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-0.2457599619+-0.01546433705*t)) with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'softmax-r2-linear: slope −0.015 [−0.130, 0.103]', \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):6:7 with filledcurves lc rgb '#CC79A7' fs transparent solid 0.16 noborder notitle, \
    [t=13.81551056:27.63102112] '+' using (exp(t)):(exp(-2.351657452+-0.04537013889*t)) with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'table1-homogeneous.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'softmax-r2-input-independent: slope −0.045 [−0.190, 0.019]'
  unset multiplot
  unset output
}
