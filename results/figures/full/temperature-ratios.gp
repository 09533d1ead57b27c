# moerates report benchmarks/likelihood/temperature.lua --profile full
# Draw again: gnuplot temperature-ratios.gp
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
    set terminal svg size 605,317 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,8.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'temperature-ratios.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 2 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set xlabel 'index m of the sequence' noenhanced offset 0,0.5
  set xrange [0.833333:2.4]
  set logscale x 10
  set xtics ('1' 1, '2' 2); unset mxtics
  set ylabel 'error of f over the loss, or the loss' noenhanced offset 0.8,0
  set yrange [8.33333e-14:1.2e-13]
  set logscale y 10
  set ytics ('1e-13' 1e-13); unset mytics
  plot \
    'temperature-ratios.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'temperature-ratios.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'total variation: null-curve, 0 but for rounding', \
    'temperature-ratios.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'temperature-ratios.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'total variation: swap, 0 but for rounding'
  unset multiplot
  unset output
}
