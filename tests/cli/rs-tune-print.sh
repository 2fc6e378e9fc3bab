# What is printed for other engines runs the trials; rs-tune then gathers.
mkdir "it's here" && cd "it's here" || exit 1
cat >'a $pace' <<'END'
search random 5
metric score max
param  x int 1 100
param  y '$HOME' 'b c'
seed   trial
run    echo {x}{y} >{model}; echo "score	{x}"
run    echo {seed} >&2; echo ran >>ran
END
all() {
    (cd "$1" && cat ledger.jsonl && readlink best && cksum trials/*/model)
}
gather() {
    rs-tune -R "$1" -v -s 7 'a $pace' 2>&1 | sed 's/; .*//; / CPU/d'
    all "$1" | cmp - ../want
    sort "$1/costs.jsonl" | cut -c 1-30 | cmp - ../costs
}
rs-tune -R runs -s 7 'a $pace'
all runs >../want
sort runs/costs.jsonl | cut -c 1-30 >../costs
rm ran
echo "-- make"
rs-tune -R r.1 -s 7 -j 2 --print make 'a $pace' >Makefile
sed 's/[0-9a-f]\{16\}/NAME/g' Makefile | tail -n 3
[ ! -e r.1 ] || echo "printing made something"
make -s -j 2
wc -l <ran
make
gather r.1
echo "-- lines"
rs-tune -R 'r 2' -s 7 --print parallel 'a $pace' >lines
sed 's/[0-9a-f]\{16\}/NAME/g;q' lines
if command -v parallel >/dev/null; then
    parallel -j 2 <lines
else
    xargs -d '\n' -n 1 -P 2 sh -c <lines
fi
wc -l <ran
gather 'r 2'
echo "-- slurm"
rs-tune -R r3 -s 7 --print slurm 'a $pace' >job
bash -n job
sed -n 's/^#SBATCH //p' job
for i in 4 1 3 0 2; do
    (cd / && SLURM_ARRAY_TASK_ID=$i bash) <job || echo "task $i"
done
wc -l <ran
gather r3
echo "-- one trial, twice; with a result that is damaged; one that fails"
one=$(rs-tune -R r4 -s 7 --list 'a $pace' | sed 's/\t.*//;q')
rs-tune -R r4 -s 7 --only $one 'a $pace'
rs-tune -R r4 -s 7 --only $one 'a $pace'
wc -l <ran
echo '{' >r4/trials/$one/result.json
rs-tune -R r4 -s 7 -q --only $one 'a $pace'
cmp r4/trials/$one/result.json runs/trials/$one/result.json
ls r4 r4/trials | sed 's/[0-9a-f]\{16\}/NAME/'
sed 's/^run.*model.*/run exit {x}0 #{y}/; s/int 1 100/1/; s/random 5/random 2/' 'a $pace' >bad
one=$(rs-tune -R r4 --list bad | sed 's/\t.*//;q')
rs-tune -R r4 --only $one bad 2>&1 | sed 's/[0-9a-f]\{16\}/NAME/'
rs-tune -R r4 --list bad | cut -f 2-
echo "-- halving, rung by rung"
cat >space <<'END'
search halving 8 by 2
metric score max
param  x int 1 100
budget b 1 4
run    echo "score	$(( {x} % 7 + {b} ))"
END
rs-tune -R h1 space >won
for rung in 1 2 3; do
    rs-tune -R h2 --print parallel space | tee -a lines | sh
    rs-tune -R h2 --list space | cut -f 2 | sort | uniq -c
done
rs-tune -R h2 -v space 2>&1 | grep now
cmp h1/ledger.jsonl h2/ledger.jsonl
rs-tune -R h2 space | cmp - won
echo "-- what make cannot say"
rs-tune -R 'r 2' --print make space
echo "status $?"
