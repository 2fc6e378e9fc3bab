# A whole number of more than 64 bits was written to a trial's result as a number,
# which then could not be read: "is no JSON: too big integer", when the trial had
# run.
cat >space <<'EOF'
metric gain max
param a 99999999999999999999 9223372036854775807 1e-400 -7
run echo "gain	1"; : {a}
EOF
for i in 1 2; do rs-tune -q -R runs space; done
grep -o '"a": [^}]*' runs/ledger.jsonl
