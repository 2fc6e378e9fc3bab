# The pipeline on the real Online Retail II, both presets: the published counts
# (of a file that has a row less than the published one), better than
# popularity, and live answers, which are those of the batch.  Fewer epochs than
# the pipeline takes, for the test's sake.
[ -e "${RS_DATA-}/online-retail-ii/online_retail_II.csv.gz" ] ||
    { echo "RS_DATA has no online-retail-ii"; exit 77; }
for program in gnuplot socat; do
    command -v $program >/dev/null || { echo "no $program"; exit 77; }
done

retail() {
    make -s -C "$RS_ROOT/pipelines/online-retail" PRESET="$preset" \
        W="$PWD/$preset" "$@"
}
. "$RS_ROOT/tests/ref/_page.sh"
fail() {
    echo "$preset: $*"
    cat "$preset.said"
    exit 1
}
told() { grep -qF "$1" $preset.said || fail "does not tell: $1"; }
count() { [ "$(rs-cat --count "$preset/$1")" = "$2" ] || fail "$1: not $2 rows"; }
better() {
    awk -F '\t' -v m="$1" -v by="$2" '{ v[$1] = $2 }
        END { exit !(v[m] > by * v["pop:" m] && v["pop:" m] > v["random:" m]) }' \
        $preset/metrics.tsv || fail "$1 is not $2 times popularity's"
}

preset=honest
retail all report \
    BPR='rs-fit bpr -d 64 -e 10 -p sampler=hardest -p regularization=0.02' \
    >$preset.said 2>&1 || fail make
told '802,693 kept, 264,677 dropped: 19,494 not Invoice!^C'
told '236,874 without user'
[ $(($(rs-cat --count honest/train.rsi) + $(rs-cat --count honest/valid.rsi) + \
    $(rs-cat --count honest/test.rsi))) = \
    "$(rs-cat -q honest/rows.rsi | cut -f 1,2 | sort -u | wc -l)" ] ||
    fail "train, validation and test are not the distinct pairs"
better p@10 1.2
page honest/report.html data models learning samples commands origin
grep -q BPR honest/epochs.svg || fail "the plot lacks its curve"

preset=published
retail all report BPR='rs-fit bpr --preset implicit -e 40' \
    >$preset.said 2>&1 || fail make
told '1,067,370 rows, 824,363 kept, 243,007 dropped: 243,007 without user'
count rest.rsi 577054
count test.rsi 247309
better p@10 1.5
page published/report.html data models learning samples notes commands origin
told 'in train are 128527 of 247309 rows of the test (52.0 %)'

# Served: two who ask get what the batch got; the second over one connection.
preset=honest
port=$((20000 + $$ % 20000))
while (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    port=$((port + 1))
done
make -s -C "$RS_ROOT/pipelines/online-retail" W="$PWD/honest" serve \
    PORT=$port >>$preset.said 2>&1 &
server=$!
trap 'kill $server 2>/dev/null' EXIT
for _ in $(seq 100); do
    ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    sleep 0.1
done
grep '^17519,' honest/joined.csv >want
retail ask PORT=$port >got || fail "ask"
[ "$(wc -l <got)" = 10 ] && cmp got want || { cat got; fail "other answers than the batch's"; }
socat -t 30 - TCP:127.0.0.1:$port <"$RS_ROOT/pipelines/online-retail/requests.jsonl" >got
tail -n +2 honest/joined.csv | cmp got - || fail "other answers to two requests"
kill $server
wait $server 2>/dev/null
! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || fail "the server goes on"
