# Successive halving: budgets and survivors of each rung, by the metric only;
# ties to the earlier place; those that failed never rise.
cat >space <<'END'
search halving 9 by 3
metric loss min
param  x int 1 9
budget epochs 2 11
run    [ {x} != 4 ] || { echo "four is not liked" >&2; exit 1; }
run    [ {x} -gt 6 ] || sleep 0.1
run    echo "loss	$(( {x} / 2 + {epochs} ))"
END
rs-tune -R runs -j 4 space
echo "status $?"
sed -n 's/.*"rung": \([0-9]*\), "parameters": {\(.*\)}, \("metrics": {[^}]*}\|"error": "[^"]*"\).*/\1 \2 \3/p' \
    runs/ledger.jsonl
rs-tune -R runs --list space | cut -f 2- | tail -n 2
echo "-- a last budget that is the first; more is better"
sed 's/2 11/5 5/; s/min/max/' space >one
rs-tune -R other -q one | cut -f 3-
wc -l <other/ledger.jsonl
echo "-- nobody is left"
sed 's/^run.*four.*/run exit 1/' space >none
rs-tune -R third -q none
echo "status $?"
