# The ledger, the models and the winner are the same for any number of trials
# at a time, and whether one runs them together or one by one in any order.
. "$RS_ROOT/tests/_shop.sh"
shop 6000
cat >space <<'END'
search halving 9 by 3
metric ndcg@10
data   train.rsi test.rsi
param  factors int 4 20
param  regularization log 0.001 1
budget epochs 1 3
seed   trial
run    rs-fit als -q -s {seed} -j {threads} -d {factors} -e {epochs} \
run        -p regularization={regularization} -o {model} < train.rsi
run    sleep 0.$((RANDOM % 10))
run    rs-eval -q -j {threads} -m {model} --test test.rsi
END
sum() {
    (cd "$1" && cat ledger.jsonl && readlink best &&
        find trials -name .run\* -o -name model -o -name metrics.tsv |
        sort | xargs cksum)
}
bad=0
rs-tune -q -R one -j 1 space >want.out || exit 1
sum one >want
for j in 2 3 7 16; do
    rs-tune -q -R "j$j" -j $j space >out
    cmp out want.out && sum "j$j" | cmp - want || { echo "-j $j"; bad=1; }
done
for rung in 1 2; do
    rs-tune -R only --list space | awk -F '\t' '$2 == "due" { print $1 }' |
        shuf | while read -r name; do rs-tune -q -R only --only "$name" space; done
done
rs-tune -q -R only space >out
cmp out want.out && sum only | cmp - want || { echo "one by one"; bad=1; }
exit $bad
