# Damaged gzip is an error with its place, never a shorter table; so is a full
# disk; a reader that goes away ends it quietly.
(echo 'user,item'; seq 1 20000 | sed 's/.*/&,&/') >x.csv
gzip -n <x.csv >x.gz
for n in 15 1000 $(($(wc -c <x.gz) - 1)); do
    head -c "$n" x.gz | rs-clean -q -o x.rsi 2>err
    echo "status $?"
    sed 's/after [0-9]*/after N/' err
done
(cat x.gz; echo junk) | rs-clean -q -o x.rsi 2>&1 | sed 's/byte [0-9]*/byte N/'
[ ! -e x.rsi ] || echo "a file appeared"
ls -A
rm err
rs-clean -q x.csv >/dev/full
echo "status $?"
