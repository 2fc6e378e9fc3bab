set terminal svg size 460,300 font "sans,13" noenhanced
set xlabel sprintf("%% of the %s or %s, the busiest first", item_name, user_name) offset 0,.3
set ylabel sprintf("%% of all %s", row_name)
set xrange [0:100]
set yrange [0:100]
set xtics 25
set ytics 25
set lmargin at screen .15
set rmargin at screen .955
set tmargin at screen .96
set bmargin at screen .19
set key bottom right
plot x with lines dt 2 lw 1 lc rgb AXIS notitle, \
    items using 1:2 with lines lw 2.2 lc rgb 1 title item_name, \
    users using 1:2 with lines lw 2.2 lc rgb 2 title user_name
