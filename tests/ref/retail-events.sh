# The pipeline on a small shop, both ways: the funnel and the counts, AP by the
# original's formula, a search that was killed, categories, who is answered with
# what is popular; and the counts of the real log.  Fewer and smaller trials
# than the pipeline takes, for the test's sake.
fail() {
    echo "$preset: $*"
    head -n 40 "$preset.said"
    exit 1
}
shop() {
    make -s -C "$RS_ROOT/pipelines/retail-events" PRESET="$preset" \
        W="$PWD/$preset" SPACE="$PWD/$preset.space" \
        SHOP='--users 4k --rows 32k' "$@" >$preset.said 2>&1
}
. "$RS_ROOT/tests/ref/_page.sh"
count() { [ "$(rs-cat --count "$preset/$1")" = "$2" ] || fail "$1: not $2 rows"; }

# Hits at these ranks of six give these averages; 0.47778 was printed beside
# "ranks 3 and 4", which have 0.41667.
while read -r want ranks; do
    seq 6 | sed 's/.*/u\ti&/' >recs.tsv
    printf 'u\ti%s\n' $ranks >hits.tsv
    rs-clean -q --no-header -c user=1,item=2 hits.tsv >hits.rsi
    got=$(awk '{ print $0 "\t" 7 - NR }' recs.tsv |
        rs-eval -q --recs - --test hits.rsi --metrics map@6:hits |
        awk '$1 == "map@6:hits" { printf "%.5f", $2 }')
    [ "$got" = "$want" ] || { echo "AP of ranks $ranks: $got"; exit 1; }
done <<'EOF'
1.00000 1 2
0.47778 3 4 5
0.41667 3 4
0.26667 5 6
0.00000 7
EOF

# Nine trials, 3 and 1 of which go on.
preset=honest
sed 's/27 by 3/9 by 3/; s/^param *factors.*/param factors 8 16 32/' \
    "$RS_ROOT/pipelines/retail-events/honest.space" >honest.space
shop all report || fail make
page $preset/report.html data models trials samples commands origin
diff - honest/funnel.tsv <<'EOF' || fail "other events"
View	27585
AddToCart	2207
ViewCart	1380
StartCheckout	552
Purchase	276
EOF
pairs=$(tail -n +2 honest/events.tsv | cut -f 1,2 | sort -u | wc -l)
count pairs.rsi "$pairs"
count test.rsi $(((pairs + 4) / 5))
count rest.rsi $((pairs - (pairs + 4) / 5))
[ "$(wc -l <honest/tune/ledger.jsonl)" = 13 ] || fail "not 13 trials"
awk -F '\t' '{ v[$1] = $2 } END { exit !(v["ndcg@20"] > 1.5 * v["pop:ndcg@20"] &&
    v["pop:ndcg@20"] > v["random:ndcg@20"]) }' honest/metrics.tsv ||
    fail "popularity is as good"

# Who is known and who is not; what has a category.
awk -F '\t' '$4 !~ /^.+ \([a-z ]+\)$/ { exit 1 }
    { n[$1]++; flag[$1] = $5; if (!($1 in at)) at[$1] = ++users }
    END { for (u in n) if (n[u] != 10 || flag[u] != (at[u] > 2)) exit 1
        exit !(users == 4 && at["nobody"] == 4) }' honest/answers.tsv ||
    fail "answers.tsv: $(cat honest/answers.tsv)"

# The registry has the model, and nothing in it is false.
rs-keep -R honest/registry --verify >kept.txt || fail "registry"
cmp honest/als.model honest/registry/best || fail "another model is the best"

# Killed on the way and begun again, the search says the same.
mv honest/tune whole
(cd honest && exec rs-tune -j 2 -R tune ../honest.space) >killed.txt 2>&1 &
until [ -s honest/tune/ledger.jsonl ]; do
    sleep 0.1
done
kill -KILL $!
wait $! 2>/dev/null
(cd honest && rs-tune -R tune ../honest.space) >again.tsv 2>again.err ||
    { cat again.err; fail "the search does not go on"; }
cmp again.tsv honest/winner.tsv && cmp honest/tune/ledger.jsonl whole/ledger.jsonl &&
    cmp honest/tune/best/model whole/best/model ||
    fail "another winner after a kill"

# As published: two seeds agree on some of the lists.
preset=published
sed 's/^param *factors.*/param factors 8 16/; s/^param *iterations.*/param iterations 5 10/' \
    "$RS_ROOT/pipelines/retail-events/grid.space" >published.space
shop all report || fail make
page $preset/report.html data models trials samples commands origin
count twenty.rsi 20
count test.rsi $(((pairs + 4) / 5))
[ "$(wc -l <published/tune/ledger.jsonl)" = 16 ] || fail "not 16 trials"
[ "$(wc -l <published/interactions-confidence.csv)" = $((pairs + 1)) ] ||
    fail "interactions-confidence.csv"
awk -F '\t' '{ v[$1] = $2 } END { a = v["agree-map@20:first20"]
    exit !(a > 0 && a <= 1 && v["agree-map@20"] > 0 && v["map@20"] > 0) }' \
    published/metrics.tsv || fail "metrics.tsv"

# The published size: 8, 5, 2 and 1 of 100 journeys go on to the next event.
shop SHOP= W="$PWD/whole" "$PWD/whole/pairs.rsi" "$PWD/whole/funnel.tsv" ||
    fail make
diff - whole/funnel.tsv <<'EOF' || fail "other events"
View	689655
AddToCart	55173
ViewCart	34483
StartCheckout	13793
Purchase	6896
EOF

# The real one: the published generator's log.
[ -e "${RS_DATA-}/retail-demo-store/interactions.csv.gz" ] || exit 0
preset=store
make -s -C "$RS_ROOT/pipelines/retail-events" SOURCE=store PRESET=published \
    W="$PWD/store" "$PWD/store/train.rsi" "$PWD/store/funnel.tsv" \
    >store.said 2>&1 || fail make
diff - store/funnel.tsv <<'EOF' || fail "other events"
View	581900
AddToCart	46552
ViewCart	29095
StartCheckout	11638
Purchase	5819
EOF
count pairs.rsi 66262
count masked.rsi 13253
count train.rsi 53009
