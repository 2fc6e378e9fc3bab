# Nobody asking is no failure of rs-topk, whose requests are text.  rs-score
# takes streams too, and a stream's writer that failed at once leaves nothing:
# it must not look like success.
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
