# The tour of the README runs as it stands, and what it says of recipes is so.
rs-synth shop --users 300 --items 80 --rows 9000 |
    awk -F '\t' -v OFS=, 'NR == 1 { print "customer,product,action,date"; next }
        { print $1, $2, $3, $4 }' | gzip >orders.csv.gz
sed -n '/^## A tour/,/^## /p' "$RS_ROOT/README.md" |
    sed -n '/^```sh/,/^```/p' | grep -v '^```' >tour.sh
awk '/`als.space`:$/ { on = 1; next }
    on && /^```/ { if (n++) exit; next }
    on && n' "$RS_ROOT/README.md" >als.space
[ -s als.space ] || { echo "no space"; exit 1; }
[ -s tour.sh ] || { echo "no tour"; exit 1; }
bash -e tour.sh >out 2>err || { cat tour.sh err; exit 1; }
if ! grep -q '^hr@10' out || ! grep -q '^p:ndcg@10' out ||
    [ "$(grep -c '"item_id"' out)" -ne 2 ]; then
    cat out
    exit 1
fi
rs-cat --recipe shop.model >recipe.sh &&
    sh recipe.sh orders.csv.gz >again 2>err && cmp again shop.model ||
    { cat err; exit 1; }
