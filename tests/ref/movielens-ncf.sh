# The pipeline on the real MovieLens latest-small, both ways: the published
# counts (the make file asserts them), a probability and a like for every
# held-out pair, rankings far above chance and the sampled ones told apart by
# name, and the likes with their titles.
[ -e "${RS_DATA-}/ml-latest-small/ratings.csv" ] ||
    { echo "RS_DATA has no ml-latest-small"; exit 77; }
fail() {
    echo "$preset: $*"
    cat "$preset/table.txt" "$preset/show.txt"
    exit 1
}
. "$RS_ROOT/tests/ref/_page.sh"
for preset in published honest; do
    learning=$([ $preset = published ] || echo learning)
    make -s -C "$RS_ROOT/pipelines/movielens-ncf" PRESET=$preset \
        W="$PWD/$preset" all report >$preset.said 2>&1 || { cat $preset.said; exit 1; }
    # Ten pairs of each of 610 users, as they were held out; a like is what
    # is at least as likely as not.
    awk -F , 'NR == 1 { next }
        !($4 >= 0 && $4 <= 1) || $5 != ($4 >= .5) { exit 1 }
        { n++; of[$1]++; likes += $5 }
        END { for (u in of) { users++; if (of[u] != 10) exit 1 }
            exit !(n == 6100 && users == 610 && likes > 300) }' \
        $preset/scored.csv || fail "scored.csv"
    rs-cat -q -D $preset/dict $preset/test.rsi | cut -f 1,2 | tr '\t' , |
        cmp -s - <(tail -n +2 $preset/scored.csv | cut -d , -f 1,2) ||
        fail "scored.csv has other pairs than the test"
    awk -F '\t' '$3 < .5 || $4 == "" || ($1 == user && $3 > last) { exit 1 }
        { user = $1; last = $3 }' $preset/liked.tsv || fail "liked.tsv"
    [ "$(wc -l <$preset/liked.tsv)" = \
        "$(tail -n +2 $preset/scored.csv | grep -c ',1$')" ] ||
        fail "liked.tsv has not all that was liked"
    # model, recall@10, ndcg@10, ..., hr@10:s99, ndcg@10:s99
    awk 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { recall[$1] = $at["recall@10"]; hr[$1] = $at["hr@10:s99"] }
        END { exit !(recall["neumf"] > .03 && recall["als"] > .055 &&
            recall["bpr"] > .055 && recall["knn"] > .055 &&
            recall["popular"] > .04 && recall["random"] < .002 &&
            hr["neumf"] > .6 && hr["random"] == .1) }' $preset/table.txt ||
        fail "table.txt"
    page $preset/report.html data models $learning samples notes commands origin
done
# Fixed negatives and fixed epochs in the one, a choice in the other.
[ "$(rs-cat --info published/neumf.model | awk '$1 == "epoch" { print $2 }')" = 3 ] ||
    exit 1
# What the model says of itself makes it again from the two raw files.
rs-cat --recipe published/neumf.model >recipe.sh
sh recipe.sh "$RS_DATA/ml-latest-small/ratings.csv" \
    "$RS_DATA/ml-latest-small/movies.csv" >again.model 2>said ||
    { cat said; exit 1; }
cmp again.model published/neumf.model
