# Quantiles of the rows per user and per item that were kept.
for u in a b b c c c d d d d; do
    for i in 1 2; do
        echo "$u,$i,1"
    done
done >x.csv
echo "z,,1" >>x.csv
rs-clean --no-header -c user=1,item=2 --report x.csv >/dev/null
