# A search goes on where it stopped, and ends up the same, byte for byte.
cat >space <<'END'
metric score max
param  n 1 2 3 4 5 6
run    [ ! -e stop ] || [ {n} -lt 4 ] || exit 3
run    echo {n} >>ran; echo "model of {n}" >{model}; echo "score	$(( {n} % 4 ))"
END
sum() {
    (cd "$1" && cat ledger.jsonl && readlink best && cksum trials/*/model)
}
rs-tune -R whole -j 1 space
rm ran
sum whole >want
touch stop
rs-tune -R runs -j 1 space 2>err
echo "status $?"
sed 's/\.run-.*/.run/; s/[0-9a-f]\{16\}/NAME/' err
wc -l <runs/ledger.jsonl
rm stop
rs-tune -R runs -j 1 space
cat ran
sum runs | cmp - want
ls -A runs/trials | wc -l
echo "-- a torn last line"
for cut in 1 30 150; do
    size=$(wc -c <runs/ledger.jsonl)
    truncate -s $((size - cut)) runs/ledger.jsonl
    rs-tune -R runs -j 1 space
    sum runs | cmp - want
done
echo "-- no ledger at all; no folder of a trial"
rm runs/ledger.jsonl runs/best
rs-tune -R runs -q space
sum runs | cmp - want
first=$(rs-tune -R runs --list space | sed 's/	.*//;q')
mv "runs/trials/$first" away
rs-tune -R runs -q space
echo "-- a result that is damaged"
mv away "runs/trials/$first"
rm runs/ledger.jsonl
for f in runs/trials/*/result.json; do
    echo '{"trial"' >$f
    break
done
rs-tune -R runs -j 1 space 2>err
sed 's/[0-9a-f]\{16\}/NAME/' err
sum runs | cmp - want
wc -l <ran
echo "-- a ledger that is damaged elsewhere"
cp runs/ledger.jsonl good
sed -i '2s/"trial"/trial/' runs/ledger.jsonl
rs-tune -R runs space
sed '3p' good >runs/ledger.jsonl
rs-tune -R runs space
sed '3s/"trial": "./&g/' good >runs/ledger.jsonl
rs-tune -R runs space
sed '3s/"metrics".*"model"/"model"/' good >runs/ledger.jsonl
rs-tune -R runs space
echo "-- metrics that the ledger has not"
cp good runs/ledger.jsonl
sed 's/score max/p@10/' space >other
rs-tune -R runs other 2>&1 | sed 's/[0-9a-f]\{16\}/NAME/'
