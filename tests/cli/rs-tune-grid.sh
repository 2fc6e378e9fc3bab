# A grid: the order of its trials, their names, what commands see, the winner.
cat >space <<'END'
search  grid
metric  score max       # not one of rs-eval's
param   b  1 2 '3 4'
param   a  0.5 "x'y"
seed    trial
run     # a comment of the shell's
run     touch {model}; echo "said" >&2
run     printf 'score\t%s\t0\t1\t9\n' "$(awk -v b={b} 'BEGIN { print (b + 1) % 3 }')"
run     printf 'other\t\nodd\t\t1\n'; cat
run     echo {a} "${HOME:+home}" {{a} {a } '{print $1}' {seed} >{dir}/args
END
sed -i 's/{print $1}/{ print $1 }/' space
rs-tune -R runs -j 3 -v space 2>err
echo "status $?"
sed 's/,.*//; s/ [0-9.]* s$/ - s/' err
cat runs/ledger.jsonl
readlink runs/best
cat runs/best/args runs/best/log runs/best/result.json
ls -A runs runs/best | tr '\n' ' '
echo
echo "-- again, nothing runs; one more value, two run"
rs-tune -R runs -v space 2>&1 | sed -n '/trials/p'
sed -i "s/0.5/0.5 0.25/; s/'3 4'/3/" space
rs-tune -R runs -v space 2>&1 | sed -n '/trials/p'
rs-tune -R runs --list space
echo "-- another metric of the same trials"
sed -i 's/score max/score min/' space
rs-tune -R runs space
echo "-- other data are other trials"
printf 'x\n1\n' | rs-clean -q -c user=x >d.rsi
echo 'data d.rsi' >>space
rs-tune -R runs --list space | cut -f 1,2 | head -n 2
sed -n 's/.*"data"/"data"/p' runs/ledger.jsonl | uniq
rs-tune -R runs -q space
tail -n 1 runs/ledger.jsonl
printf 'x\n2\n' | rs-clean -q -c user=x >d.rsi
rs-tune -R runs --list space | cut -f 1,2 | head -n 2
echo "-- a seed changes what uses it"
rs-tune -R runs -s 2 --list space | cut -f 1,2 | head -n 1
sed -i 's/ {seed}//' space
rs-tune -R runs -s 1 --list space | cut -f 1 | head -n 1
rs-tune -R runs -s 2 --list space | cut -f 1 | head -n 1
