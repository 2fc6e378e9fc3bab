# Without a line of text rs-topk exits 0, and rs-score once exited 1.  Who
# wants a stream from nothing is still told.
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -D ids | rs-fit pop -q -D ids -o m
try() {
    "$@" -m m </dev/null
    echo "$* $?"
}
try rs-topk
try rs-score
try rs-score --header
try rs-score -f jsonl
try rs-score -f stream
