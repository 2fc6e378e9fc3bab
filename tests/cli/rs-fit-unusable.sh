# What an algorithm cannot use is refused, not overlooked: labels of what was
# not wanted, ratings that are missing, weights that would count for nothing.
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
rows() {
    rs-clean -q --delimiter ' ' --no-header -c "$1" |
        rs-index -q -D ids --frozen
}
try() {
    rs-fit -q "$@" -e 1 -d 4 -o made
    echo "$?: $*"
}
rs-negsample -q -n 1 -D ids <t.rsi >labelled.rsi
for a in pop als knn bpr lmf mf; do
    rs-fit -q $a -o made <labelled.rsi
    echo "$?: $a with labels"
done
try mf -p loss=squared <t.rsi
echo 'u1 i1 4 2' | rows user=1,item=2,value=3,weight=4 >both.rsi
try mf -p loss=squared <both.rsi
try bpr <both.rsi
echo 'u1 i1 -2' | rows user=1,item=2,weight=3 >negative.rsi
try mf <negative.rsi
try mf -p batch=8 <negative.rsi
[ ! -e made ] || echo "a model was made"
# Nothing to learn from, and as little as there can be.
rows user=1,item=2 </dev/null 2>/dev/null >none.rsi
try mf <none.rsi
echo 'u1 i1' | rows user=1,item=2 >one.rsi
printf 'u1 i1\nu1 i2\n' | rows user=1,item=2 >alone.rsi
for a in pop als knn bpr lmf mf; do
    for t in one alone; do
        rs-fit -q $a -o $a.$t <$t.rsi && rs-topk -m $a.$t -D ids --all |
            grep -c u1
    done
done
try mf --valid labelled.rsi <t.rsi
# Somebody whom train does not know.
cp -r ids old
echo 'u10 i10' | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids --extend >new.rsi
try mf --valid new.rsi <t.rsi
try mf --valid new.rsi -D ids <t.rsi
