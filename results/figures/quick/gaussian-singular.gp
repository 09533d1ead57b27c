# moerates claims benchmarks/certificates/gaussian.lua
# Draw again: gnuplot gaussian-singular.gp
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
    set terminal svg size 605,355 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,9.40cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'gaussian-singular.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 2 maxrows 4 below
  set multiplot layout 1,1
  unset label; unset arrow; unset title
  set title 'Weak identifiability' noenhanced offset 0,-0.4
  set xlabel 'number of the singular value' noenhanced offset 0,0.5
  set xrange [0.5:11.5]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'singular value' noenhanced offset 0.8,0
  set yrange [5.36615e-33:60.9987]
  set logscale y 10
  set ytics 1e-36,10000,1e60; set format y '10^{%L}'
  unset mytics
  plot \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt solid lc rgb '#0072B2' title 'tanh-outside: rank 10 of 10', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with linespoints pt 5 ps 0.7 lw 1.6 dt (9,4) lc rgb '#D55E00' title 'tanh-inside: rank 11 of 11', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with lines lc rgb '#009E73' lw 1.6 dt (2,3) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with points lc rgb '#009E73' pt 9 ps 0.7 notitle, \
    keyentry with linespoints pt 9 ps 0.7 lw 1.6 dt (2,3) lc rgb '#009E73' title 'sigmoid-outside: rank 10 of 10', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with lines lc rgb '#CC79A7' lw 1.6 dt (9,3,2,3) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==4?$4:NaN):5 with points lc rgb '#CC79A7' pt 13 ps 0.7 notitle, \
    keyentry with linespoints pt 13 ps 0.7 lw 1.6 dt (9,3,2,3) lc rgb '#CC79A7' title 'sigmoid-inside: rank 11 of 11', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with lines lc rgb '#000000' lw 1.6 dt (14,4) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==5?$4:NaN):5 with points lc rgb '#000000' pt 4 ps 0.7 notitle, \
    keyentry with linespoints pt 4 ps 0.7 lw 1.6 dt (14,4) lc rgb '#000000' title 'gelu-outside: rank 10 of 10', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with lines lc rgb '#E69F00' lw 1.6 dt (5,3) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==6?$4:NaN):5 with points lc rgb '#E69F00' pt 6 ps 0.7 notitle, \
    keyentry with linespoints pt 6 ps 0.7 lw 1.6 dt (5,3) lc rgb '#E69F00' title 'gelu-inside: rank 11 of 11', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with lines lc rgb '#56B4E9' lw 1.6 dt (9,3,2,3,2,3) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==7?$4:NaN):5 with points lc rgb '#56B4E9' pt 11 ps 0.7 notitle, \
    keyentry with linespoints pt 11 ps 0.7 lw 1.6 dt (9,3,2,3,2,3) lc rgb '#56B4E9' title 'identity: rank 8 of 9', \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==8?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt (9,4) notitle, \
    'gaussian-singular.tsv' skip 1 using ($1==1&&$2==8?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with linespoints pt 7 ps 0.7 lw 1.6 dt (9,4) lc rgb '#0072B2' title 'temperature: rank 8 of 9'
  unset multiplot
  unset output
}
