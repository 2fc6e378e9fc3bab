set terminal svg size 460,300 font "sans,13" noenhanced
set logscale xy
set format "%.0f"
set xtics format "%.0s%c"
set ytics format "%.0s%c"
set xlabel "rank" offset 0,.3
set ylabel row_name
set lmargin at screen .15
set rmargin at screen .955
set tmargin at screen .96
set bmargin at screen .19
set key top right
set yrange [.8:]
set xrange [1:]
plot items using 1:2 with lines lw 2.2 lc rgb 1 title item_name, \
    users using 1:2 with lines lw 2.2 lc rgb 2 title user_name
