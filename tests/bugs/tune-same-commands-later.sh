# A trial of a later rung whose commands, filled in, were those of an earlier one
# left that rung empty, and "all trials failed; the first: " ended with whatever
# was behind the list.
cat >space <<'EOF'
search halving 2 by 11
metric gain max
param a 1 11
budget e 1 11
run echo "gain	$((100 - {a}{e}))"
EOF
rs-tune -q -R runs space
echo $?
