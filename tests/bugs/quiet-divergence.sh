# Factors that were finite, but their scores not, stopped a run with -v, which
# looks at the loss; with -q it ended well, and no score of its model was a
# number.
for u in 1 2 3 4 5 6; do
    for i in 1 2 3 4 5 6 7; do
        [ $((u * i % 3)) = 1 ] || echo "u$u i$i"
    done
done | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
run='mf -p learning-rate=1000 -p loss=hinge -p batch=4 -e 30 -o no'
rs-fit -q $run <t.rsi
echo $?
rs-fit -v $run <t.rsi 2>&1 | grep -c 'no longer finite'
rs-fit -q $run --log log <t.rsi 2>/dev/null
echo $?
[ ! -e no ] || echo "a model was made"
