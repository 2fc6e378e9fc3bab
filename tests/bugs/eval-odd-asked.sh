# What rs-eval took or told wrongly of users, places and figures.
printf '%s,%s\n' a x a y b x b z c y c w | rs-clean -q -c user=1,item=2 \
    --no-header | rs-index -q -D ids | tee train.rsi | rs-fit pop -q -o m -D ids
printf '%s,%s\n' a z b y stranger x | rs-clean -q -c user=1,item=2 \
    --no-header >test.rsi
ask='-m m --test test.rsi --metrics overlap@1,p@1'
# Both tables in one file: one was lost; both on stdout: mixed.
rs-eval $ask -o t --per-user t
echo "status $?"
rs-eval $ask --per-user -
echo "status $?"
ls -A
# It said that strangers are missed, whom popular items serve.
rs-eval $ask --as-served | grep -v :
# What has no p was found out when all was judged and written.
rs-eval -q $ask --against m --assert 'p:overlap@1 < 1'
echo "status $?"
# With one list there was a row for its p all the same.
printf 'a,z\n' | rs-clean -q -c user=1,item=2 --no-header >one.rsi
rs-eval -q -m m --test one.rsi --against m --metrics overlap@1,p@1 | grep ^p:
# A number without end is no JSON.
printf '%s,%s,%s\n' a z 1e300 >scored.csv
printf '%s,%s,%s\n' a z 1 | rs-clean -q -c user=1,item=2,value=3 --no-header \
    >truth.rsi
rs-eval --scored scored.csv --test truth.rsi --metrics rmse -f json
# A second reader of stdin found an empty list there.
rs-eval --recs - --against - --test test.rsi -D ids <scored.csv
echo "status $?"
# Pairs that only the second had seen were missed by the first too, it said.
cat train.rsi | rs-fit pop -q -o first -D ids
rs-cat -D ids train.rsi | cat - <(printf 'a\tz\n') |
    rs-clean -q -c user=1,item=2 --no-header | rs-index -q -D ids --frozen |
    rs-fit pop -q -o second -D ids
for second in first second; do
    rs-eval -m $second --test one.rsi --against second --metrics p@1 -o /dev/null
done
rs-eval -m first --test one.rsi --against second --metrics p@1 -o /dev/null
