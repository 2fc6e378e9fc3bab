height = 46 + 24. * n
set terminal svg size 460,height font "sans,13" noenhanced
left = 16 + 7.3 * widest
set lmargin at screen (left < 200 ? left : 200) / 460.
set rmargin at screen .83
set tmargin at screen 1 - 4 / height
set bmargin at screen 30 / height
stats file using 4 name "high" nooutput
stats file using 3 name "low" nooutput
# Room on both sides, and from 0 where 0 means none.
room = (high_max - low_min) * .08
room = room > 0 ? room : high_max * .05
begin = zero ? 0 : low_min - room
end = zero && high_max <= 1 && high_max > .95 ? 1.04 : high_max + room
set xrange [begin:end]
set yrange [n + .6:.4]
set border 1
step = steps(end - begin, 4.)
set xtics step * ceil(begin / step),step
set format x "%g"
set grid noytics
set ytics scale 0
unset key
set tics textcolor rgb MUTED
plot file using 3:($0 + 1):($4 - $3):(0):5 with vectors nohead lw 2.4 lc rgb variable, \
    file using 2:($0 + 1):5:ytic(1) with points pt 7 ps .65 lc rgb variable, \
    file using (end):($0 + 1):6 with labels left offset 1,0 textcolor rgb MUTED
