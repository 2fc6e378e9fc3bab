# BPR on the ua split of MovieLens 100k, 10 factors and 10 epochs, all ratings
# positive: P@10 and AUC are above what LightFM publishes for it (.10, .86).
data=${RS_DATA-}/ml-100k
[ -e "$data/ua.base.gz" ] || { echo "RS_DATA has no ml-100k"; exit 77; }
rs-clean -q --no-header -c user=1,item=2 "$data/ua.base.gz" |
    rs-index -q -D ids >train.rsi
rs-clean -q --no-header -c user=1,item=2 "$data/ua.test.gz" |
    rs-index -q -D ids --frozen >test.rsi
bad=0
for blocks in 1 0; do
    rs-fit bpr -q -d 10 -e 10 -p blocks=$blocks -o model <train.rsi
    rs-eval -q -m model --test test.rsi --metrics p@10,auc >metrics
    awk -F '\t' '{ v[$1] = $2 }
        END { exit !(v["p@10"] > .19 && v["auc"] > .91) }' metrics ||
        { echo "blocks=$blocks"; cat metrics; bad=1; }
done
exit $bad
