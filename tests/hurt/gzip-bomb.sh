# A few kilobytes of gzip that unpack to a hundred and sixty million bytes are
# read in bounded memory: rows that are rows are counted, a line without end is
# refused at its limit, and damage behind it all is found.
. "$RS_ROOT/tests/_shop.sh"
[ -n "$RS_SAN" ] || ulimit -v 700000
bad=0

# Members of 20 MB each, as gzip joins files: one after another.
yes u,i | head -c 20000000 | gzip -n >rows.gz
head -c 20000000 /dev/zero | gzip -n >zeros.gz
members=${RS_SAN:+2}
members=${members:-8}
many() { for ((i = 0; i < members; i++)); do cat "$1"; done; }
n=$((members * 20000000 / 4))
{ echo user,item | gzip -n; many rows.gz; } >bomb.gz
got=$(rs-clean -q bomb.gz | rs-cat --count)
[ "$got" = $n ] || { echo "$got rows of $n"; bad=1; }

# refused WORDS FILE: with status 1 and those words.
refused() {
    rs-clean -q -o out.rsi "$2" 2>err
    status=$?
    [ $status -eq 1 ] && grep -q "$1" err && [ ! -e out.rsi ] && return
    echo "$2: status $status: $(head -c 300 err)"
    bad=1
}
{ echo user,item | gzip -n; many zeros.gz; } >line.gz
refused 'a line is more than' line.gz

head -c -1 bomb.gz >cut.gz
refused 'cut off' cut.gz
# A wrong CRC or length of the last member; bytes behind it.
{ echo user,item | gzip -n; yes u,i | head -n 9000 | gzip -n; } >bomb.gz
end=$(wc -c <bomb.gz)
for at in 8 1; do
    { head -c $((end - at)) bomb.gz; printf '\252'; tail -c $((at - 1)) bomb.gz
    } >wrong.gz
    cmp -s bomb.gz wrong.gz && { echo "nothing is wrong"; bad=1; }
    refused damaged wrong.gz
done
{ cat bomb.gz; echo junk; } >junk.gz
refused 'not gzip' junk.gz
exit $bad
