# What all pictures have in common.  Colours are numbers here: svg.awk makes
# classes of them, and page.css says what they look like, by day and by night.
# 1 to 8 are series, 20 text, 21 grid, 22 axes, 23 a soft area.
set terminal unknown
paint(n) = n
MUTED = 20
GRID = 21
AXIS = 22
SOFT = 23
set border 3 lc rgb AXIS lw 1
set grid lc rgb GRID lt 1 lw 1 dt 1
set tics nomirror textcolor rgb MUTED scale .5
set xlabel textcolor rgb MUTED
set ylabel textcolor rgb MUTED
set key textcolor rgb MUTED samplen 1.2 spacing 1.15
set datafile separator "\t"
