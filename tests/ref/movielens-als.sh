# The pipeline on the real MovieLens 100k: its counts, and metrics that no
# honest run falls below (the figures are those of PyPI's implicit at the same
# settings with its test set choosing them: MAP .327, NDCG .473).
[ -e "${RS_DATA-}/ml-100k/u.data" ] || { echo "RS_DATA has no ml-100k"; exit 77; }
make -s -C "$RS_ROOT/pipelines/movielens-als" W="$PWD/w" \
    all report >said 2>&1 || { cat said; exit 1; }
grep -q '100,000 rows, 82,520 kept' said || { cat said; exit 1; }
[ "$(( $(rs-cat --count w/rest.rsi) + $(rs-cat --count w/test.rsi) ))" = 82520 ] ||
    exit 1
awk -F '\t' '{ v[$1] = $2 }
    END { exit !(v["ndcg@10"] > .44 && v["map@10"] > .30 &&
        v["ndcg@10"] > 1.5 * v["pop:ndcg@10"]) }' w/metrics.tsv ||
    { cat w/metrics.tsv; exit 1; }
[ "$(head -n 1 w/top.csv)" = user_id,item_id,score,label ]
. "$RS_ROOT/tests/ref/_page.sh"
page w/report.html data models learning samples commands origin
