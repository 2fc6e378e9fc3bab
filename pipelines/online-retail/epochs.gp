# epochs.gp PICTURE EPOCHS LINES METRIC PRESET: precision by epoch, the best one
# marked, and what popularity and chance reach.
set terminal svg size 760,480 font "sans-serif,13" background "white"
set output ARG1
set datafile separator "\t"

at(name) = real(system(sprintf("awk -F'\\t' '$1 == \"%s\" { print $2 }' '%s'", name, ARG3)))
pop = at("pop:".ARG4)
random = at("random:".ARG4)

stats ARG2 using 1:2 nooutput
best = STATS_pos_max_y
top = STATS_max_y > pop ? STATS_max_y : pop
published = ARG5 eq "published"

set title "Precision at 10 in a top-10 recommendation, Online Retail II\n". \
    (published ? "as published: rows at random, many of them repeated in train" : \
    "honest: the validation part, products that are new to their customer")
set xlabel "epoch"
set ylabel published ? "hits among 10 / min(10, relevant), mean" : "hits among 10 / 10, mean of customers"
set xrange [0.5:STATS_max_x + 0.5]
set yrange [0:1.18 * (published && top < .83 ? .83 : top)]
set grid y lc rgb "#e4e4e4" lt 1
set border 3 lc rgb "#666666"
set tics nomirror out
set key below center Left reverse spacing 1.2
set label 1 sprintf("%.4f at epoch %d", STATS_max_y, best) at best,STATS_max_y offset 0,1 center
# Left of the middle of a curve that ends best, so that it is not cut off.
if (best > .8 * STATS_max_x) { set label 1 right offset 0,1 }
if (best < .2 * STATS_max_x) { set label 1 left offset 0,1 }

plot ARG2 using 1:2 with linespoints lw 2 pt 7 ps .5 lc rgb "#2b6cb0" title "BPR", \
    '+' using (best):(STATS_max_y) every ::0::0 with points pt 6 ps 1.6 lw 2 lc rgb "#c05621" title "best epoch", \
    pop with lines lw 2 dt 2 lc rgb "#b7791f" title sprintf("popularity, %.4f", pop), \
    random with lines lw 2 dt 3 lc rgb "#718096" title sprintf("random, %.4f", random), \
    (published ? .83 : NaN) with lines lw 2 dt 4 lc rgb "#9b2c2c" title (published ? "as published, about 0.83" : "")
