# make reproduce PROFILE=quick
# Draw again: gnuplot realdata-fits.gp
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
    set terminal svg size 605,711 font 'sans-serif,13' background rgb 'white'
  } else {
    set terminal pdfcairo size 16.00cm,18.80cm font 'Latin Modern Sans,10' fontscale 0.75
  }
  set output 'realdata-fits.'.kind
  set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols 3 maxrows 1 bottom at screen 0.06,0.01
  set multiplot layout 3,2 margins 0.1250,0.9850,0.1170,0.9574 spacing 0.1500,0.1223
  unset label; unset arrow; unset title
  set title 'Tone perception' noenhanced offset 0,-0.4
  set xlabel 'stretching ratio' noenhanced offset 0,0.5
  set xrange [1.2675:3.0825]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'tuned ratio' noenhanced offset 0.8,0
  set yrange [1.1903:3.6037]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  plot \
    'realdata-fits.tsv' skip 1 using ($1==1&&$2==1?$4:NaN):5 with points lc rgb '#000000' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#000000' title 'data', \
    'realdata-fits.tsv' skip 1 using ($1==1&&$2==2?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    keyentry with lines lw 1.6 dt solid lc rgb '#0072B2' title 'softmax', \
    'realdata-fits.tsv' skip 1 using ($1==1&&$2==3?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    keyentry with lines lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid'
  unset key
  unset label; unset arrow; unset title
  set title 'Motorcycle impact' noenhanced offset 0,-0.4
  set xlabel 'time (ms)' noenhanced offset 0,0.5
  set xrange [-0.36:60.36]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'acceleration (g)' noenhanced offset 0.8,0
  set yrange [-144.45:85.45]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  plot \
    'realdata-fits.tsv' skip 1 using ($1==2&&$2==1?$4:NaN):5 with points lc rgb '#000000' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#000000' title 'data', \
    'realdata-fits.tsv' skip 1 using ($1==2&&$2==2?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    keyentry with lines lw 1.6 dt solid lc rgb '#0072B2' title 'softmax', \
    'realdata-fits.tsv' skip 1 using ($1==2&&$2==3?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    keyentry with lines lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid'
  unset label; unset arrow; unset title
  set title 'Old Faithful' noenhanced offset 0,-0.4
  set xlabel 'eruption (min)' noenhanced offset 0,0.5
  set xrange [1.425:5.275]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'waiting (min)' noenhanced offset 0.8,0
  set yrange [40.35:98.65]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  plot \
    'realdata-fits.tsv' skip 1 using ($1==3&&$2==1?$4:NaN):5 with points lc rgb '#000000' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#000000' title 'data', \
    'realdata-fits.tsv' skip 1 using ($1==3&&$2==2?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    keyentry with lines lw 1.6 dt solid lc rgb '#0072B2' title 'softmax', \
    'realdata-fits.tsv' skip 1 using ($1==3&&$2==3?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    keyentry with lines lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid'
  unset label; unset arrow; unset title
  set title 'Carbon dioxide and income' noenhanced offset 0,-0.4
  set xlabel 'GNP per head (1000 $)' noenhanced offset 0,0.5
  set xrange [0.313:46.447]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'CO2 per head (t)' noenhanced offset 0.8,0
  set yrange [1.795:21.705]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  plot \
    'realdata-fits.tsv' skip 1 using ($1==4&&$2==1?$4:NaN):5 with points lc rgb '#000000' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#000000' title 'data', \
    'realdata-fits.tsv' skip 1 using ($1==4&&$2==2?$4:NaN):5 with lines lc rgb '#0072B2' lw 1.6 dt solid notitle, \
    keyentry with lines lw 1.6 dt solid lc rgb '#0072B2' title 'softmax', \
    'realdata-fits.tsv' skip 1 using ($1==4&&$2==3?$4:NaN):5 with lines lc rgb '#D55E00' lw 1.6 dt (9,4) notitle, \
    keyentry with lines lw 1.6 dt (9,4) lc rgb '#D55E00' title 'sigmoid'
  unset label; unset arrow; unset title
  set title 'Ethanol engine' noenhanced offset 0,-0.4
  set xlabel 'equivalence ratio' noenhanced offset 0,0.5
  set xrange [0.50015:1.26685]
  unset logscale x; set xtics autofreq; unset mxtics; set format x '%g'
  set ylabel 'NOx (micrograms/J)' noenhanced offset 0.8,0
  set yrange [0.064085:4.33616]
  unset logscale y; set ytics autofreq; unset mytics; set format y '%g'
  plot \
    'realdata-fits.tsv' skip 1 using ($1==5&&$2==1?$4:NaN):5 with points lc rgb '#000000' pt 7 ps 0.25 notitle, \
    keyentry with points pt 7 ps 0.25 lc rgb '#000000' title 'data', \
    'realdata-fits.tsv' skip 1 using ($1==5&&$2==2?$4:NaN):5 with points lc rgb '#0072B2' pt 7 ps 0.7 notitle, \
    keyentry with points pt 7 ps 0.7 lc rgb '#0072B2' title 'softmax', \
    'realdata-fits.tsv' skip 1 using ($1==5&&$2==3?$4:NaN):5 with points lc rgb '#D55E00' pt 5 ps 0.7 notitle, \
    keyentry with points pt 5 ps 0.7 lc rgb '#D55E00' title 'sigmoid'
  unset multiplot
  unset output
}
