# What a trial left in the background lived on if it took no notice of TERM.
cat >space <<'EOF'
metric gain max
run (trap '' TERM; sleep 1000) & echo $! >left; echo "gain	1"
EOF
rs-tune -q -R runs space
for i in $(seq 100); do
    kill -0 "$(cat left)" 2>/dev/null || break
    [ "$(ps -o stat= -p "$(cat left)")" != Z ] || break
    sleep 0.1
done
[ "$i" -lt 100 ] || { echo "it runs still"; kill -9 "$(cat left)"; }
