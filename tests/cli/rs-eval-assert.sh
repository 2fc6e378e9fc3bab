# Claims are judged behind the figures, each one that fails is said.
printf 'u,i\na,x\na,y\nb,x\nc,z\n' | rs-clean -q -c user=u,item=i >test.rsi
printf 'u,i\na,p\nb,p\nb,q\nc,x\nd,x\n' | rs-clean -q -c user=u,item=i >train.rsi
printf '%s,%s,%s\n' a x 3.5 b y 9 a q 2 b x 8.5 a y 1 >r.csv
try() {
    rs-eval -q --recs r.csv --test test.rsi --train train.rsi --metrics p@2,mrr "$@"
    echo "status $?"
}
try --assert 'p@2 > pop' --assert 'mrr = 0.5'
try --assert 'p@2 > 0.9' --assert 'mrr >= random*1.05' --assert 'p@2.low < mrr / 0' -o figures.tsv
wc -l <figures.tsv
try --against r.csv --assert 'diff:mrr = 0' --assert 'p:mrr.users = 3' --assert 'p@2 = against'
try --assert 'p@2 >'
try --assert 'ndcg@10 > 0.1'
try --assert 'against:p@2 > 0.1'
try --assert "$(printf '%4000s' '' | tr ' ' '(')1 > 0" 2>&1 | cut -c 1-40
rs-eval -q --recs r.csv --test test.rsi --metrics p@2 --assert 'p@2 > pop'
echo "status $?"
