height = 50 + 26. * n
set terminal svg size 460,height font "sans,13" noenhanced
set lmargin at screen (24 + 7.2 * widest) / 460.
set rmargin at screen .95
set tmargin at screen .98
set bmargin at screen 36. / height
stats file using 2 nooutput
set yrange [n + .5:.5]
set border 1
set xrange [0:STATS_max * 1.45]
step = steps(STATS_max * 1.45, 4.)
set xtics 0,step format "%.0s%c"
set xlabel row_name offset 0,.4
set grid noytics
set ytics scale 0
unset key
set style fill solid 1 noborder
plot file using ($2 / 2):($0 + 1):($2 / 2):(.3):ytic(1) with boxxyerror lc rgb 1, \
    file using 2:($0 + 1):3 with labels left offset .7,0 textcolor rgb MUTED
