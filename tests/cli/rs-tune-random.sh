# Random trials: within their ranges, as many as are asked for, all different,
# and a parameter more changes no other's values.
cat >space <<'END'
search random 200
metric x min
param  i int -3 3
param  r real 0.5 2
param  l log 0.001 10
param  w a b
run    printf 'x\t%s\n' {r} # {i} {l} {w}
END
rs-tune -R runs --list space | tr ' ' '\t' | cut -f 4- | sed 's/[a-z]=//g' >drawn
head -n 3 drawn
awk '{
    if ($1 < -3 || $1 > 3 || $2 < 0.5 || $2 > 2 || $3 < 0.001 || $3 > 10)
        print "out of range: " $0
    int_[$1]++
    low += $3 < 0.1
    word[$4]++
} END {
    for (i = -3; i <= 3; i++)
        if (int_[i] < 10)
            print "few of " i
    print "below 0.1, the middle of a log range:", low
    print "a", word["a"]
}' drawn
sort -u drawn | wc -l
echo "-- the same again; other seeds, other values"
rs-tune -R runs --list space | cksum >one
rs-tune -R runs --list -s 1 space | cksum | cmp - one
rs-tune -R runs --list -s 2 space | cksum | cmp -s - one || echo other
sed 's/^param  w/param  new 1 2\nparam w/; s/ {w}/& {new}/' space >new
rs-tune -R runs --list new | tr ' ' '\t' | cut -f 4-6 | sed 's/[a-z]=//g' |
    cmp - <(cut -f 1-3 drawn)
echo "-- all of a small space, and no more"
cat >small <<'END'
search random 12
metric x min
param  i int 1 4
param  w a b c
run    echo 'x	1' {i} {w}
END
rs-tune -R runs --list small | cut -f 4 | sort
sed 's/12/13/' small >few
rs-tune -R runs few
echo "status $?"
echo "-- different parameters, the same commands"
sed 's/{i}/#/; s/^run */&true {i} | /' small >ok
sed 's/random 12/grid/; s/i int 1 4/i 1 11/; s/w a b c/w 12 2/; s/{i} {w}/{i}{w}/' small >same
rs-tune -R runs same
echo "status $?"
