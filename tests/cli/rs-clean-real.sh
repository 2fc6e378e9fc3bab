# The published counts of real data, where it is at hand.
[ -d "${RS_DATA-}" ] || { echo "RS_DATA names no data" >&2; exit 77; }
count() { rs-clean -q "$@" | rs-cat --count; }
cd "$RS_DATA" || exit 1
count -c user='Customer ID',item=StockCode,value=Quantity,time=InvoiceDate \
    --integer-ids online-retail-ii/online_retail_II.csv.gz
count -c user=8,item=StockCode --where 'Invoice^C' \
    online-retail-ii/online_retail_II.csv.gz
count -c user=8,item=StockCode --where 'Quantity<0' \
    online-retail-ii/online_retail_II.csv.gz
rs-clean -q -c user='Customer ID',item=StockCode --integer-ids \
    online-retail-ii/online_retail_II.csv.gz | rs-cat -f tsv --head 1
count -c user=1,item=2,value=3,time=4 --no-header ml-100k/u.data
count -c user=1,item=2 --no-header --where '3>2' ml-100k/u.data
rs-clean -q -c item=1,label=2 --from ISO-8859-1 --no-header ml-100k/u.item |
    rs-cat -f tsv | sed -n '543p;1633p'
rs-clean -q -c item=1,label=2 --from ISO-8859-1 --no-header ml-1m/movies.dat |
    rs-cat -f tsv | sed -n '1p;11p;73p'
rs-clean -q ml-latest-small/movies.csv | rs-cat -f tsv | sed -n '11p;$p'
count ml-latest-small/ratings.csv
count --where EVENT_TYPE=View,Purchase retail-demo-store/interactions.csv.gz
count --ragged gowalla/train.txt.gz
