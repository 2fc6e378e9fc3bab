# What of all users together has no p was found out when all was judged and
# written, but for metrics of the catalogue.
printf '%s,%s\n' a x a y b x b z c y c w | rs-clean -q -c user=1,item=2 \
    --no-header | rs-index -q -D ids | rs-fit pop -q -o m -D ids
printf '%s,%s\n' a z b y | rs-clean -q -c user=1,item=2 --no-header >test.rsi
rs-eval -q -m m --test test.rsi --against m --agree m \
    --metrics agree-map@2:first1 --assert 'p:agree-map@2:first1 < 1'
echo "status $?"
printf '%s,%s,%s\n' a z 2 b y 1 >recs.csv
rs-eval -q --recs recs.csv --test test.rsi -D ids --against recs.csv --as trec \
    --assert 'p:num_q < 1' 2>&1 | cut -c 1-50
echo "status ${PIPESTATUS[0]}"
