# The four losses of the Python package Spotlight on the real MovieLens 100k,
# above the floors that its own tests set: 80 of 100 ratings at random, 10
# epochs, batches of 1024, and the mean of 1 / rank over all held-out pairs.
[ -e "${RS_DATA-}/ml-100k/u.data" ] || { echo "RS_DATA has no ml-100k"; exit 77; }
rs-clean -q -c user=1,item=2 --no-header "$RS_DATA/ml-100k/u.data" |
    rs-index -q -D ids >all.rsi
rs-split -q --random 0.2 --test test.rsi <all.rsi >train.rsi
bad=0
while read -r loss floor; do
    rs-fit mf -q --preset spotlight -p loss="$loss" -p batch=1024 \
        -p regularization=1e-6 -o model <train.rsi
    rs-eval -q -m model --test test.rsi --metrics mrr:all |
        awk -F '\t' -v loss="$loss" -v floor="$floor" '$1 == "mrr:all" {
            print loss, $2; exit !($2 > floor) }' || bad=1
done <<'END'
pointwise .05
bpr .07
hinge .07
adaptive-hinge .07
END
exit $bad
