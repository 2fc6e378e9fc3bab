# Three users' lists by hand, whatever the format they are written in.
# a: relevant 2 of x y; hits at ranks 1 and 3.  b: one of one at rank 2.
# c: nothing recommended.  d has a list, but no test items.
printf 'u,i\na,x\na,y\nb,x\nc,z\n' | rs-clean -q -c user=u,item=i >test.rsi
printf 'u,i\na,p\nb,p\nb,q\nc,x\nd,x\n' | rs-clean -q -c user=u,item=i >train.rsi
cat >r.csv <<'END'
user_id,item_id,score
a,x,3.5
b,y,9
a,q,2
b,x,8.5
a,y,1
d,x,1
END
tr , '\t' <r.csv >r.tsv
sed 1d r.csv >bare.csv
sed 1d r.csv | awk -F, '{ print $1, "Q0", $2, 1, $3, "me" }' >r.trec
awk -F, '{ print $3 "," $2 "," $1 }' OFS=, r.csv >turned.csv
rs-clean -q -c user=user_id,item=item_id,value=score r.csv >valued.rsi
gzip -k r.csv
ask='--test test.rsi --train train.rsi --metrics p@2,recall@3,recall@3:min,map@3,map@3:rel,map@3:hits,ndcg@3,hr@1,mrr,coverage@2'
rs-eval --recs r.csv $ask --per-user users.tsv
cat users.tsv
for other in r.tsv bare.csv r.trec turned.csv r.csv.gz; do
    rs-eval -q --recs $other $ask --per-user other.tsv >/dev/null || echo "$other: $?"
    cmp users.tsv other.tsv
done
