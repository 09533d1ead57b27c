# moerates report benchmarks/likelihood/softmax-gaussian.lua --profile quick
# Draw again: gnuplot softmax-gaussian-variances.gp
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
    set terminal svg size 605,299 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,7.90cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'softmax-gaussian-variances.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 1 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Over-specified variances' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [7.07946e+06:1.41254e+10]
  set logscale x 10
  set xtics 1e+06,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'over-specified variance error' noenhanced offset 0.8,0
  set yrange [0.001343:0.198716]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 3.68129e+08,0.00398456 to 7.6913e+09,0.00186372 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/4}' at 3.68129e+08,0.00398456 right offset -0.6,0 tc rgb '#606060'
  plot \
    'softmax-gaussian-variances.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    [t=16.11809565:23.02585093] '+' using (exp(t)):(exp(-2.987795989+0.02391069028*t)) with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'softmax-gaussian-variances.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'telescope-k3: slope 0.024 [−0.477, 0.361]'
  unset multiplot
  unset output
}
