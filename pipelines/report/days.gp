set terminal svg size 460,300 font "sans,13" noenhanced
set timefmt "%s"
set xdata time
set xtics format (span > 1800 ? "%Y" : span > 150 ? "%b %Y" : "%d %b")
set xtics 86400 * (span > 1800 ? 365.25 * ceil(span / 2200.) : span > 150 ? 30.4375 * ceil(span / 150.) : ceil(span / 6.))
set ytics format "%.0s%c"
set ylabel row_name
set yrange [0:]
set xrange [first:last]
set lmargin at screen .15
set rmargin at screen .93
set tmargin at screen .96
set bmargin at screen .13
set grid noxtics
unset key
set style fill solid 1 noborder
plot file using 1:2 with fillsteps lc rgb SOFT, \
    file using 1:2 with steps lw 1.6 lc rgb 1
