# Killed before any one of its calls that have to do with files, a registry has
# the old entry or the new one, every link leads to a whole model, and the same
# command completes it.
. "$RS_ROOT/tests/_shop.sh"
shim hurt calls || exit
rs-synth shop --users 300 --items 200 --rows 9000 >log.tsv
rs-clean -q -c user=USER_ID,item=ITEM_ID log.tsv | rs-index -q -D ids >all.rsi
for d in 2 3; do
    rs-fit als -q -d $d -e 1 -D ids -o $d.model <all.rsi
    printf 'ndcg@10\t0.%d\n' $d >$d.tsv
done
rs-keep -q -R old 2.model --metrics 2.tsv --best ndcg@10 >/dev/null
cp -r old new
keep() { rs-keep -q -R "$1" 3.model --metrics 3.tsv --best ndcg@10 >/dev/null; }
keep new
listing() {
    (cd "$1" && cksum models/* && cat index.jsonl && readlink latest best)
}
listing new >want

bad=0
complain() { echo "killed before call $n: $*"; bad=1; }
for ((n = 1; n < 500; n++)); do
    rm -rf reg hit
    cp -r old reg
    # The shell that waits for it tells of the death.
    { CALLS_AT=$n CALLS_DO=9 CALLS_HIT=hit LD_PRELOAD=$calls keep reg; } 2>said
    [ -e hit ] || break
    cmp -s reg/index.jsonl old/index.jsonl ||
        cmp -s reg/index.jsonl new/index.jsonl || complain "another index"
    for link in latest best; do
        rs-cat --verify reg/$link >/dev/null || complain "$link is damaged"
    done
    keep reg && rs-keep -q -R reg --verify || complain "is not completed"
    listing reg | cmp - want || complain "then another registry"
done
[ "$n" -gt 20 ] || { echo "died at $n calls only"; bad=1; }
exit $bad
