# Half a million ids with one and the same XXH3 hash cost at most ten times the
# CPU time of as many others.  Where a string begins with the secret that
# everybody knows, XXH3 multiplies what follows by 0.
secret=$(printf '\xb8\xfel9#\xa4K\xbe')
seq -f "$secret%08.0faaaaaaaaaaaaaaaa,x" 500000 >flood.csv
seq -f "no$secret%08.0faaaaaaaaaaaaaa,x" 500000 >plain.csv

# there_and_back NAME: read, indexed, and written as it was.
there_and_back() {
    timeout 60 rs-clean -q -c user=1,item=2 --no-header "$1.csv" >"$1.rsi" &&
        timeout 60 rs-index -D "$1" <"$1.rsi" >out.rsi &&
        timeout 60 rs-cat -D "$1" -f csv out.rsi >out.csv && cmp out.csv "$1.csv"
}

# measure NAME: $ms, the CPU milliseconds of that.
TIMEFORMAT='%3U %3S'
measure() {
    { time there_and_back "$1" 2>err; } 2>took || { cat err; exit 1; }
    ms=$(awk '{ print int(($1 + $2) * 1000) }' took)
}
measure plain
plain=$ms
measure flood
[ "$ms" -gt 0 ] && [ "$ms" -le $((10 * plain + 200)) ] ||
    { echo "a flood takes $ms ms of CPU, others $plain"; exit 1; }
