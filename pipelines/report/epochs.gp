set terminal svg size 460,300 font "sans,13" noenhanced
set xlabel "epoch" offset 0,.3
set ylabel name
set lmargin at screen .17
set rmargin at screen .96
set tmargin at screen .96
set bmargin at screen .19
set format y "%g"
if (zero) { set yrange [0:*] }
if (zero) { set offsets graph .02, graph .02, graph .08, 0 } else { set offsets graph .02, graph .02, graph .08, graph .05 }
# The names stand above, where no line can run through them.
if (n > 1) {
    set tmargin at screen (n > 2 ? .82 : .88)
    set key at screen .565,.99 center top horizontal maxrows (n > 2 ? 2 : 1)
} else { unset key }
set grid noxtics
stats file using 1 nooutput
last = STATS_max
step = last < 12 ? 1 : last < 25 ? 2 : last < 60 ? 5 : last < 120 ? 10 : 50
set xtics 0,step
set xrange [.5:last + .5]
plot for [i = 0:n - 1] file index i using 1:2 with lines lw 2.2 lc rgb i % 8 + 1 \
        title columnheader(2), \
    file.".best" using 1:2:($3 - 1 - 8 * int(($3 - 1) / 8) + 1) with points pt 7 ps .8 lc rgb variable notitle
