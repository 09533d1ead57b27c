# moerates report benchmarks/likelihood/softmax-gaussian.lua --profile quick
# Draw again: gnuplot softmax-gaussian-four.gp
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
  set output 'softmax-gaussian-four.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 2 maxrows 1 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Four atoms for two' noenhanced offset 0,-0.4
  set xlabel 'sample size n' noenhanced offset 0,0.5
  set xrange [83.3333:1200]
  set logscale x 10
  set xtics ('100' 100, '200' 200, '500' 500, '1000' 1000); unset mxtics
  set ylabel 'Voronoi loss of E' noenhanced offset 0.8,0
  set yrange [0.00578195:1.27856]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  set arrow 1 from 333.555,0.0128546 to 969.421,0.00754023 nohead lc rgb '#808080' lw 1.2 dt (4,3) back
  set label 1 'n^{−1/2}' at 333.555,0.0128546 right offset -0.6,0 tc rgb '#606060'
  plot \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):6:7 with filledcurves lc rgb '#0072B2' fs transparent solid 0.16 noborder notitle, \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'em-k4', \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):6:7 with filledcurves lc rgb '#D55E00' fs transparent solid 0.16 noborder notitle, \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'softmax-gaussian-four.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'mle-k4'
  unset multiplot
  unset output
}
