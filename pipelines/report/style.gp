# What all pictures have in common.  Colours are numbers here: svg.awk makes
# classes of them, and page.css says what they look like, by day and by night.
# 1 to 8 are series, 20 text, 21 grid, 22 axes, 23 a soft area,
# 24 ink.
set terminal unknown
MUTED = 20
GRID = 21
AXIS = 22
SOFT = 23
# Steps of 1, 2 or 5, about n of them.
magnitude(x) = 10 ** floor(log10(x))
rounded(x, p) = x / p < 1.5 ? p : x / p < 3.5 ? 2 * p : x / p < 7.5 ? 5 * p : 10 * p
steps(range, n) = rounded(range / n, magnitude(range / n))
set border 3 lc rgb AXIS lw 1
set grid lc rgb GRID lt 1 lw 1 dt 1
set tics nomirror textcolor rgb MUTED scale .5
set xlabel textcolor rgb MUTED
set ylabel textcolor rgb MUTED
set key textcolor rgb MUTED samplen 1.2 spacing 1.15
set datafile separator "\t"
set datafile commentschars ""
