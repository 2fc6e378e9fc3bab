# The popularity model is what the lines of popularity are; threads, paths and
# the shape of the test stream change no byte; ids do as well as indices.
rs-synth shop --users 200 --items 60 --rows 4000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID >all.rsi
rs-index -q -D ids <all.rsi |
    rs-split -q --test test.rsi --per-user 0.2 --unit pair >train.rsi
rs-fit pop -q -o pop.model -D ids <train.rsi
rs-fit als -q -o als.model -d 8 -e 3 -D ids <train.rsi
names=p@10,map@10:hits,ndcg@10,mrr,mrr:all,auc,coverage@5
rs-eval -q -m pop.model --test test.rsi --metrics $names >pop.tsv
head -n 7 pop.tsv >model.tsv
sed -n 's/^pop://p' pop.tsv | cmp model.tsv -
wc -l <pop.tsv
rs-eval -q -m als.model --test test.rsi --metrics $names --per-user want.tsv >want
for j in 1 2 5; do
    rs-eval -q -j $j -m als.model --test test.rsi --metrics $names --per-user got.tsv | cmp want - &&
        cmp want.tsv got.tsv
done
RS_CPU=base rs-eval -q -m als.model --test test.rsi --metrics $names | cmp want -
rs-cat -D ids test.rsi --header | rs-clean -q -c user=user,item=item >named.rsi
rs-eval -q -m als.model --test named.rsi --metrics $names | cmp want -
rs-eval -q -m als.model --test test.rsi --train train.rsi --metrics $names | cmp want -
rs-eval -q -m als.model --test test.rsi --metrics $names -o file && cmp want file
# the lists of rs-topk, in whatever order equal scores stand there
rs-eval -q -m als.model --test test.rsi --metrics ndcg@10,p@10 --ties index >want
for f in csv tsv trec stream; do
    rs-topk -q -m als.model --all -k 10 -f $f >list
    rs-eval -q --recs list --test test.rsi --train train.rsi -D ids --metrics ndcg@10,p@10 --ties index |
        cmp want -
done
# other dictionaries are refused
rs-index -q -D other --order sorted <all.rsi >other.rsi
rs-eval -m als.model --test other.rsi 2>&1 | sed 's/[0-9a-f]\{16\}/DIGEST/g'
