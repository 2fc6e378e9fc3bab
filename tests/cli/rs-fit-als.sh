# ALS finds the two groups: what it offers first is of the user's own group.
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
for p in solver=cg solver=cholesky objective=hkv; do
    rs-fit als -d 4 -e 8 -p unobserved=0.5 -p $p -D ids -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | cut -d, -f1,2
done
# The same settings twice are one model; the threads are not in it.
rs-fit als -d 4 -j 1 -o one <t.rsi
rs-fit als -d 4 -j 2 -o two <t.rsi
cmp one two
