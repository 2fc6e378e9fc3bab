# Prints what is wrong with the tags of a page: each is closed, in order.
BEGIN {
    split("meta br link img hr", x, " ")
    for (i in x)
        alone[x[i]]
}
{ text = text $0 "\n" }
END {
    while (match(text, /<[^>]*>/)) {
        tag = substr(text, RSTART + 1, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        name = tag
        sub(/[ \t\n\/].*/, "", name)
        if (tag ~ /^!/ || tag ~ /\/$/ || name in alone)
            continue
        if (tag !~ /^\//) {
            open[++depth] = name
            continue
        }
        name = substr(tag, 2)
        if (open[depth] != name)
            print "</" name "> closes <" open[depth] ">"
        depth--
    }
    if (depth)
        print "<" open[depth] "> is not closed"
    if (text ~ /</)
        print "a < stands alone"
}
