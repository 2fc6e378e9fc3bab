set terminal svg size 760,340 font "sans,13" noenhanced
set lmargin at screen .09
set rmargin at screen .92
set tmargin at screen .95
set bmargin at screen .13
set xrange [1:axes]
set yrange [-.05:1.05]
unset border
unset ytics
unset grid
unset key
set xtics scale 0 textcolor rgb MUTED
do for [a = 1:axes] { set arrow from a,-.05 to a,1.05 nohead lc rgb AXIS lw 1 back }
axis(a) = system(sprintf("awk -F '\t' 'NR == %d { print $2 }' '%s/trials.axes'", a, folder))
set xtics ()
do for [a = 1:axes - 1] { set xtics add (axis(a) a) }
# The last one's name may be long.
if (strlen(axis(axes)) < 14) {
    set xtics add (axis(axes) axes)
} else {
    set label axis(axes) at screen .995,.073 right textcolor rgb MUTED
}
plot folder."/trials.tsv" using 1:2:3 with lines lw 1.5 lc rgb variable notitle, \
    for [i = n - 1:n - 1] folder."/trials.tsv" index i using 1:2 with lines lw 3 lc rgb 1 notitle, \
    folder."/trials.ticks" using 1:2:3 with labels right offset -.7,0 textcolor rgb MUTED notitle, \
    folder."/trials.reached" using 1:2:3 with labels left offset .7,0 textcolor rgb MUTED notitle
