# moerates report benchmarks/convergence/search.lua --profile full
# Draw again: gnuplot search-landscape.gp
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
    set terminal svg size 605,529 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,14.00cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'search-landscape.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 2 maxrows 2 below
  set multiplot layout 2,2
  unset label; unset arrow; unset title
  set title 'softmax-tanh-2-broad' noenhanced offset 0,-0.4
  set xlabel 'distance from the best minimum' noenhanced offset 0,0.5
  set xrange [0.0205258:16.0329]
  set logscale x 10
  set xtics 1e-02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'nats above the best' noenhanced offset 0.8,0
  set yrange [0.001:10]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'search-landscape.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#0072B2' title 'n = 1e4', \
    'search-landscape.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#D55E00' title 'n = 1e6', \
    'search-landscape.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#009E73' title 'n = 1e9', \
    'search-landscape.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#CC79A7' title 'n = 1e12'
  unset label; unset arrow; unset title
  set title 'sigmoid-tanh-2-broad' noenhanced offset 0,-0.4
  set xlabel 'distance from the best minimum' noenhanced offset 0,0.5
  set xrange [0.132224:11.2539]
  set logscale x 10
  set xtics 1e-01,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'nats above the best' noenhanced offset 0.8,0
  set yrange [0.001:10]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'search-landscape.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#0072B2' title 'n = 1e4', \
    'search-landscape.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#D55E00' title 'n = 1e6', \
    'search-landscape.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#009E73' title 'n = 1e9', \
    'search-landscape.tsv' skip 1 using ($1==2&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#CC79A7' title 'n = 1e12'
  unset label; unset arrow; unset title
  set title 'softmax-gelu-3-narrow' noenhanced offset 0,-0.4
  set xlabel 'distance from the best minimum' noenhanced offset 0,0.5
  set xrange [1.57236:15.8141]
  set logscale x 10
  set xtics ('2' 2, '5' 5, '10' 10); unset mxtics
  set ylabel 'nats above the best' noenhanced offset 0.8,0
  set yrange [0.001:10]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'search-landscape.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#0072B2' title 'n = 1e6'
  unset label; unset arrow; unset title
  set title 'sigmoid-gelu-2-broad' noenhanced offset 0,-0.4
  set xlabel 'distance from the best minimum' noenhanced offset 0,0.5
  set xrange [0.0603839:16.9071]
  set logscale x 10
  set xtics 1e-02,10,1e60; set format x '10^{%L}'
  set mxtics 10
  set ylabel 'nats above the best' noenhanced offset 0.8,0
  set yrange [0.001:10]
  set logscale y 10
  set ytics 1e-03,10,1e60; set format y '10^{%L}'
  set mytics 10
  plot \
    'search-landscape.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#0072B2' title 'n = 1e4', \
    'search-landscape.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#D55E00' title 'n = 1e6', \
    'search-landscape.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#009E73' title 'n = 1e9', \
    'search-landscape.tsv' skip 1 using ($1==4&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#CC79A7' title 'n = 1e12'
  unset multiplot
  unset output
}
