# Killed at any moment, a registry has the old entry or the new one, every
# link leads to a whole model, and the same command completes it.
rs-synth shop --users 300 --items 200 --rows 9000 >log.tsv
rs-clean -q -c user=USER_ID,item=ITEM_ID log.tsv | rs-index -q -D ids >all.rsi
for d in 2 3; do
    rs-fit als -q -d $d -e 1 -D ids -o $d.model <all.rsi
    printf 'ndcg@10\t0.%d\n' $d >$d.tsv
done
rs-keep -q -R sound 2.model --metrics 2.tsv --best ndcg@10 >/dev/null
cp -r sound want
rs-keep -q -R want 3.model --metrics 3.tsv --best ndcg@10 >/dev/null
listing() { (cd "$1" && ls -l models | awk '{ print $5, $9 }'; cat index.jsonl; readlink latest best); }
listing sound >sound.txt
listing want >want.txt

bad=0 early=0 late=0 between=0
for i in $(seq 100); do
    rm -rf reg
    cp -r sound reg
    rs-keep -q -R reg 3.model --metrics 3.tsv --best ndcg@10 >/dev/null &
    sleep "0.0$(printf %02d $((RANDOM % 15)))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    listing reg >got.txt
    if cmp -s got.txt sound.txt; then early=$((early + 1))
    elif cmp -s got.txt want.txt; then late=$((late + 1))
    else between=$((between + 1))
    fi
    for link in latest best; do
        rs-cat --verify reg/$link >/dev/null || { echo "$link is damaged"; bad=1; }
    done
    rs-keep -q -R reg 3.model --metrics 3.tsv --best ndcg@10 >/dev/null || bad=1
    listing reg >got.txt
    cmp got.txt want.txt && rs-keep -q -R reg --verify || bad=1
done
echo "killed before anything: $early, in between: $between, after all: $late"
exit $bad
