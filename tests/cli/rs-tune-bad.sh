# What is wrong with a space is said with its line, before anything runs.
# try SED: a good space, edited.
cat >good <<'END'
search grid
metric ndcg@10
data   d.rsi
param  a 1 2
param  b 1 2
run    echo "ndcg@10	{a}{b}"
END
printf 'x\n1\n' | rs-clean -q -c user=x >d.rsi
try() {
    sed "$@" good >space
    rs-tune -R runs -q space | cut -f 2-
    [ "${PIPESTATUS[0]}" = 1 ] || echo "status ${PIPESTATUS[0]}: $*"
}
echo "-- statements"
try '2s/.*/metrik x/'
try '1s/grid/greedy/'
try '1s/grid/random/'
try '1s/grid/random 0/'
try '1s/grid/random 1M/'
try '1s/grid/halving 9/'
try '1s/grid/halving 9 by 1/'
try '1s/grid/halving 9 by 3/'
try '1s/grid/grid 9/'
try '1s/.*/&\n&/'
try '2s/10/0/'
try '2s/.*/metric/'
try '2s/.*/metric gain/'
try '2s/.*/metric gain most/'
try '2s/.*/&\n&/'
try '2d'
try '6d'
try '3s/.*/seed each/'
try '4s/.*/budget a 1 2/'
echo "-- parameters"
try '5s/.*/param/'
try '5s/.*/param b/'
try '5s/.*/param 2b 1 2/'
try '5s/.*/param model 1 2/'
try '5s/.*/param a 1 2/'
try '5s/.*/param b 1 2 1/'
try '5s/.*/param b 0.1 .1e0/'
try '5s/.*/param b "1/'
try '5s/.*/param b 1\\/'
try '5s/.*/param c 1 2/'
try '5s/.*/&\nparam c 1/'
try '5s/.*/param b real 1 2/'
try -e '1s/grid/random 3/' -e '5s/.*/param b real 2 1/'
try -e '1s/grid/random 3/' -e '5s/.*/param b int 3 3/'
try -e '1s/grid/random 3/' -e '5s/.*/param b int 1.5 3/'
try -e '1s/grid/random 3/' -e '5s/.*/param b log 0 3/'
try -e '1s/grid/random 3/' -e '5s/.*/param b log 1 x/'
try -e '1s/grid/random 3/' -e '5s/.*/param b real -1e308 1e308/'
try -e '1s/grid/random 3/' -e '5s/.*/param b int -9223372036854775808 9223372036854775807/'
try -e '1s/grid/halving 3 by 2/' -e '5s/.*/budget b 3 2/'
try -e '1s/grid/halving 3 by 2/' -e '5s/.*/budget b 0 2/'
try -e '1s/grid/halving 3 by 2/' -e '5s/.*/budget a 1 2/'
try '5s/.*/budget b 1 2/'
echo "-- commands"
try '6s/{b}/{c}/'
try '6s/.*/run echo {a}\n&\n\nrun {c}/'
echo "-- data"
try '3s/d.rsi/missing/'
try '3s/.*/data d.rsi d.rsi/'
head -c 100 d.rsi >cut.rsi
try '3s/d.rsi/cut.rsi/'
echo "-- bytes"
try '5s/$/\r/'
try '5s/1/\x01/'
try '5s/1/\xff/'
echo "-- limits"
values=$(seq 1000)
for p in c d e; do
    printf 'param %s %s\n' $p "$(echo $values)"
done >>good
try 's/{b}/{b}{c}{d}{e}/'
sed -i '/^param [cde]/d' good
try "5s/.*/param b $(seq 1001 | tr '\n' ' ')/"
try "5s/.*/param b $(printf '%5000d' 1 | tr ' ' 1)/"
for i in $(seq 70); do echo "param p$i 1"; done >many
try '5r many'
head -c 2000000 /dev/zero >large
rs-tune -R runs large
for i in $(seq 70); do printf 'run : %1000d\n' $i; done >long
try '5r long'
[ ! -e runs ] || echo "something was made"
echo "-- calls"
rs-tune good
echo "status $?"
rs-tune -R runs
echo "status $?"
rs-tune -R runs --list --only a good
echo "status $?"
rs-tune -R runs --only 0123456789abcdef good
echo "status $?"
rs-tune -R runs --only x good
rs-tune -R runs missing
echo "status $?"
rs-tune -R d.rsi -q good
echo "status $?"
echo "-- trials"
# stops SED STATUS: the trials of this space stop the search.
stops() {
    rm -rf runs
    sed "$1" good >space
    rs-tune -R runs -j 1 space >out 2>err
    [ $? -eq $2 ] || echo "status not $2: $1"
    # What bash says differs by its version.
    sed 's/[0-9a-f]\{16\}/NAME/; s/\.run-.*/.run/; s/bash: .*; its/bash ...; its/
        s/bash: [^;]*$/bash .../' err
    [ ! -s runs/ledger.jsonl ] || { echo "recorded"; cat runs/ledger.jsonl; }
}
stops '6s/.*/run : {a}{b}; echo "x: no such option" >\&2; exit 2/' 1
stops '6s/.*/run : {a}{b}; if/' 1
stops '6s/.*/run : {a}{b}; no-such-command/' 3
stops '6s/.*/run : {a}{b}; kill -KILL $$/' 3
stops '6s/.*/run : {a}{b}; echo full >\&2; exit 3/' 3
stops '6s/.*/run : {a}{b}/' 1
stops '6s/.*/run : {a}{b}; echo hello/' 1
stops '6s/.*/run : {a}{b}; echo "p@10	1"/' 1
stops '6s/.*/run : {a}{b}; echo "ndcg@10	one"/' 1
stops '6s/.*/run : {a}{b}; printf "p@10\\t1\\np@10\\t1\\n"/' 1
stops '6s/.*/run : {a}{b}; echo "ndcg@10	1" | tee {model} | tr n \\\\377/' 1
echo "-- a trial that fails calls its directory by its last name"
rm -rf runs
sed '6s/.*/run echo "x: {dir}\/{a}{b}: bad" >\&2; [ {a} = 2 ]; echo "ndcg@10	{b}"/' good >space
rs-tune -R runs -j 1 space
sed 's/"data".*//' runs/ledger.jsonl
echo "-- 193 and more are no signals"
rm -rf runs
sed '6s/.*/run : {a}{b}; echo "n\\"o\\\\o\\xff" >\&2; exit 255/' good >space
rs-tune -R runs -q -j 1 space
sed 's/.*"error"/"error"/;q' runs/ledger.jsonl
