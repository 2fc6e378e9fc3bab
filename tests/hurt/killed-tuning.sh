# A search that is killed at any moment, with all its group, and run again ends
# as one that was not; and its trials end with it, however it ends.
. "$RS_ROOT/tests/_shop.sh"
shop 3000
set -m		# each job a process group of its own
bad=0
complain() { echo "$*"; bad=1; }
RANDOM=1

cat >space <<'END'
search halving 5 by 2
metric ndcg@10
data   train.rsi test.rsi
param  factors int 4 20
budget epochs 1 2
run    echo $$ >>pids
run    rs-fit als -q -j 1 -d {factors} -e {epochs} -o {model} < train.rsi
run    rs-eval -q -j 1 -m {model} --test test.rsi
END
sum() {
    (cd "$1" && cat ledger.jsonl && readlink best && ls -A . trials &&
        cksum trials/*/model trials/*/metrics.tsv trials/*/result.json) &&
        cut -c 1-29 "$1/costs.jsonl" | sort
}
began=$(date +%s%N)
rs-tune -q -R whole -j 2 space >won || exit 1
took=$((($(date +%s%N) - began) / 1000))	# microseconds
sum whole >want

kills=0
while [ $kills -lt 100 ]; do
    rm -rf runs
    for k in 1 2 3 4; do
        rs-tune -q -R runs -j 2 space >/dev/null 2>&1 &
        search=$!
        sleep "$(printf '0.%06d' $((RANDOM * took / 32768 % 1000000)))"
        kill -KILL -- -$search 2>/dev/null && kills=$((kills + 1))
        wait $search 2>/dev/null
    done
    rs-tune -q -R runs -j 2 space >out 2>err || complain "$(cat err)"
    cmp out won
    sum runs >got
    if ! cmp got want; then
        diff got want
        complain "after $kills kills"
        break
    fi
done

# alive: how many of the trials' shells are still there.
alive() {
    local n=0
    while read -r pid; do
        # By its directory, for the number may be another's by now.
        [ "$(readlink "/proc/$pid/cwd")" = "$PWD" ] && n=$((n + 1))
    done <pids
    echo $n
}
sleep 0.2
[ "$(alive)" = 0 ] || complain "$(alive) trials outlived their search"

# Trials that would never end, and children of theirs.
cat >endless <<'END'
metric x max
param  n 1 2 3
run    echo $$ >>pids; sleep 1000 & echo $! >>pids
run    sleep 1000; echo {n}
END
for signal in KILL TERM INT HUP; do
    : >pids
    env --default-signal=INT,HUP rs-tune -q -R "$signal" -j 2 endless &
    search=$!
    for i in $(seq 100); do
        [ "$(wc -l <pids)" = 4 ] && break
        sleep 0.05
    done
    rs-tune -R "$signal" endless 2>err
    grep -q 'another rs-tune runs there' err || complain "not locked: $(cat err)"
    kill -$signal $search
    wait $search 2>/dev/null
    [ $? -eq $((128 + $(kill -l $signal))) ] || complain "$signal: status $?"
    for i in $(seq 40); do
        [ "$(alive)" = 0 ] && break
        sleep 0.05
    done
    [ "$(alive)" = 0 ] || complain "$signal: $(alive) processes are left"
    sed '/^run/d' endless >short
    echo 'run echo "x	{n}"' >>short
    rs-tune -q -R "$signal" short >/dev/null || complain "$signal: no rerun"
    [ -z "$(find "$signal" -name '.run-*')" ] || complain "$signal: left a folder"
done
exit $bad
