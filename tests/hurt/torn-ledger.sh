# A ledger that ends anywhere, as a crash of the system leaves it, is repaired
# with a word, and nothing is lost.
cat >space <<'END'
metric score max
param  n 1 2 3
run    echo "model {n}" >{model}; echo "score	$(( {n} % 3 ))"
END
rs-tune -q -R runs space >won || exit 1
cp runs/ledger.jsonl want
size=$(wc -c <want)
bad=0
for ((n = 0; n < size; n += 3)); do
    head -c $n want >runs/ledger.jsonl
    torn=$(tail -c 1 runs/ledger.jsonl | tr -d '\n' | wc -c)
    rs-tune -v -R runs space 2>err | cmp - won
    if ! cmp runs/ledger.jsonl want || ! grep -q ' 0 run now' err ||
        [ "$(grep -c 'its last line is torn' err)" != "$torn" ]; then
        echo "cut at $n: $(cat err)"
        bad=1
    fi
done
# The same of what each trial took.
sort runs/costs.jsonl >costs
truncate -s -20 runs/costs.jsonl
rs-tune -q -R runs space | cmp - won
sort runs/costs.jsonl | cmp - costs || bad=1
exit $bad
