# An index that the wrong dictionary lacks was all that rs-cat, rs-negsample
# and rs-eval told; that it is another dictionary, and which, was not.
rows() {
    rs-clean -q -c user=1,item=2 --no-header --delimiter comma
}
printf 'a,x\na,y\nb,x\nc,z\n' | rows | rs-index -q -D right >some.rsi
printf 'a,x\n' | rows | rs-index -q -D right --frozen >told.rsi
printf 'q,x\nr,y\n' | rows | rs-index -q -D wrong >wrong.rsi
printf 'q,x,1\n' >list.csv
try() {
    "$@"
    echo "status $?"
}
try rs-cat -D wrong some.rsi
rs-cat -D wrong -f stream some.rsi >/dev/null
echo "status $?"
rs-negsample -n 1 -D wrong <some.rsi >/dev/null
echo "status $?"
try rs-eval -D wrong --recs list.csv --test some.rsi
# Where the header says it already, no row is printed.
try rs-cat -D wrong told.rsi
