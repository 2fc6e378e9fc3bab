# The pipeline on MovieLens 1M in the clothes of Amazon's reviews, both
# presets, with fewer epochs and dimensions than it takes by itself: the counts,
# stray quotes that swallow nothing, what the requests get, and biased factors
# before the network.
[ -e "${RS_DATA-}/ml-1m/movies.dat" ] || { echo "RS_DATA has no ml-1m"; exit 77; }
fail() {
    echo "$preset: $*"
    cat $preset.said
    exit 1
}
told() { grep -qF "$1" $preset.said || fail "does not tell: $1"; }
count() { [ "$(rs-cat --count $preset/$1)" = "$2" ] || fail "$1: not $2 rows"; }

. "$RS_ROOT/tests/ref/_page.sh"
for preset in published honest; do
    make -s -C "$RS_ROOT/pipelines/video-ratings" PRESET=$preset \
        STANDIN="$PWD/reviews.tsv.gz" W="$PWD/$preset" DIMENSIONS='16 32' \
        EPOCHS=3 all report >$preset.said 2>&1 || fail make
    told '1,000,219 rows, 1,000,209 kept, 10 dropped: 10 bad'
    told '1,670 of 1,000,209 rows dropped (item with fewer than 10 rows: 1,670)'
    [ "$(wc -l <$preset/rejects.tsv)" = 10 ] || fail "rejects"
    count reviews.rsi 998539
    count test.rsi 6040
    [ $preset = published ] || count valid.rsi 6040
    awk '{ mse[$1] = $2; alike[$1] = $4 }
        END { exit !(mse["mf"] < 0.8 && mse["mf"] < mse["mfblock-16"] &&
            mse["mf"] < mse["item-mean"] && mse["mfblock-16"] > 0 &&
            mse["item-mean"] < mse["global-mean"] &&
            alike["item-mean"] == 1 && alike["mf"] < 0.95) }' \
        $preset/table.txt || fail "what is better is not"
    # Three epochs of each network and forty of the factors, each with two errors.
    [ "$(awk 'NR > 1 && $3 > 0 && $4 > 0' $preset/epochs.txt | wc -l)" = 46 ] ||
        fail "epochs"
    # Four ratings, which differ.
    [ "$(tr -d ' ' <$preset/asked.jsonl | sed 's/.*"score":\[//; s/\].*//' |
        tr , '\n' | sort -u | wc -l)" = 4 ] || fail "asked"
    page $preset/report.html data models learning samples notes commands origin
done
