# The first example of each page of a tool does what it says: it runs in a
# folder where the files that it names are.
. "$RS_ROOT/tests/_shop.sh"

# The first command of EXAMPLES: one .Dl, or what .Bd and .Ed enclose.
example() {
    awk '/^\.Sh EXAMPLES/ { on = 1; next }
        on && /^\.Sh/ { exit }
        on && /^\.Dl/ { sub(/^\.Dl */, ""); print; exit }
        on && /^\.Ed/ { exit }
        inside { print }
        on && /^\.Bd/ { inside = 1 }' "$1" |
        sed -e 's/\\e/\\/g' -e 's/\\(ba/|/g' -e "s/\\\\(aq/'/g" \
            -e 's/\\&//g' -e 's/\\-/-/g'
}

mkdir template && cd template || exit 1
shop 6000
awk -F '\t' -v OFS=, 'NR == 1 { print "customer,product,action,date"; next }
    { print $1, $2, $3, $4 }' log.tsv | gzip >orders.csv.gz
cp -r ids shop
cp -r ids dict
cp als.model shop.model
cp als.model model
cp test.rsi pairs.rsi
cp test.rsi valid.rsi
cd ..

bad=0
for page in "$RS_ROOT"/man/rs-*.[17]; do
    name=$(basename "$page")
    example "$page" >command.sh
    if [ ! -s command.sh ]; then
        echo "$name: has no example"
        bad=1
        continue
    fi
    rm -rf here
    cp -r template here
    (cd here && timeout 60 bash -e ../command.sh) >out 2>err </dev/null
    status=$?
    if [ $status -ne 0 ] || grep -q 'end mark' err; then
        echo "$name: status $status"
        cat command.sh err
        bad=1
    fi
done
exit $bad
