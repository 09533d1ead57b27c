# moerates report benchmarks/convergence/real-data.lua --profile full
# Draw again: gnuplot real-data-factors.gp
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
    set terminal svg size 605,578 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,15.30cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'real-data-factors.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 1 maxrows 1 bottom at screen 0.06,0.01
  set multiplot layout 3,1 margins 0.1250,0.9850,0.1111,0.9477 spacing 0.1500,0.1503
  unset label; unset arrow; unset title
  set title 'test error' noenhanced offset 0,-0.4
  set xlabel '' noenhanced offset 0,0.5
  set xrange [0.5:7.5]
  unset logscale x; set xtics ('tone' 1, 'motorcycle' 2, 'faithful' 3, 'ethanol' 4, 'quakes' 5, 'diamonds' 6, 'diamonds-all' 7) noenhanced; unset mxtics
  set ylabel 'sigmoid / softmax' noenhanced offset 0.8,0
  set yrange [0.313946:1.76259]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  set arrow from graph 0,first 1 to graph 1,first 1 nohead back lw 1 lc rgb '#808080'
  plot \
    'real-data-factors.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5:6:7 with yerrorbars lc rgb '#0072B2' pt 7 ps 0.7 notitle
  unset key
  unset label; unset arrow; unset title
  set title 'mean similarity of the experts' noenhanced offset 0,-0.4
  set xlabel '' noenhanced offset 0,0.5
  set xrange [0.5:7.5]
  unset logscale x; set xtics ('tone' 1, 'motorcycle' 2, 'faithful' 3, 'ethanol' 4, 'quakes' 5, 'diamonds' 6, 'diamonds-all' 7) noenhanced; unset mxtics
  set ylabel 'sigmoid / softmax' noenhanced offset 0.8,0
  set yrange [0.373356:1.33705]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  set arrow from graph 0,first 1 to graph 1,first 1 nohead back lw 1 lc rgb '#808080'
  plot \
    'real-data-factors.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5:6:7 with yerrorbars lc rgb '#0072B2' pt 7 ps 0.7 notitle
  unset label; unset arrow; unset title
  set title 'effective number of experts' noenhanced offset 0,-0.4
  set xlabel '' noenhanced offset 0,0.5
  set xrange [0.5:7.5]
  unset logscale x; set xtics ('tone' 1, 'motorcycle' 2, 'faithful' 3, 'ethanol' 4, 'quakes' 5, 'diamonds' 6, 'diamonds-all' 7) noenhanced; unset mxtics
  set ylabel 'softmax / sigmoid' noenhanced offset 0.8,0
  set yrange [0.588447:1.12774]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  set arrow from graph 0,first 1 to graph 1,first 1 nohead back lw 1 lc rgb '#808080'
  plot \
    'real-data-factors.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5:6:7 with yerrorbars lc rgb '#0072B2' pt 7 ps 0.7 notitle
  unset multiplot
  unset output
}
