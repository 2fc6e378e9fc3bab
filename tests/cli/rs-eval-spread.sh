# What lists are like together, by hand: three lists of two share a alone; d,
# which nobody has in train, tells as much as c, which one of four has.
printf '%s\n' user,item w1,a w2,a w3,a w4,a w1,b w2,b w1,c >train.csv
printf '%s\n' user,item u1,a u2,b u3,c >test.csv
printf '%s\n' u1,a,2 u1,b,1 u2,a,2 u2,c,1 u3,a,2 u3,d,1 >recs.csv
rs-clean -q train.csv >train.rsi
rs-clean -q test.csv >test.rsi
rs-eval -q --recs recs.csv --test test.rsi --train train.rsi \
    --metrics overlap@2,gini@2,novelty@2,overlap@1,novelty@1 --per-user users.tsv
cat users.tsv
# c and d may both be the last: each is with one half.
printf '%s\n' u1,a,2 u1,c,1 u1,d,1 u2,a,2 u2,c,1 u2,d,1 >tied.csv
rs-eval -q --recs tied.csv --test test.rsi --metrics overlap@2
rs-eval -q --recs tied.csv --test test.rsi --metrics overlap@2 --ties index
# One list has none to share with, and without train nothing is known.
rs-eval -q --recs <(head -n 2 recs.csv) --test test.rsi --metrics overlap@2,gini@2
rs-eval -q --recs recs.csv --test test.rsi --metrics novelty@2
# A model's lists, once written out, are as the model.
rs-synth shop --users 200 --items 60 --rows 4000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID | rs-index -q -D ids |
    rs-split -q --test held.rsi --per-user 0.2 --unit pair >rest.rsi
rs-fit als -q -o als.model -d 8 -e 3 -D ids <rest.rsi
names=coverage@5,overlap@5,gini@5,novelty@5,overlap@10,novelty@10
rs-eval -q -m als.model --test held.rsi --metrics $names >want
for j in 1 3; do
    rs-eval -q -j $j -m als.model --test held.rsi --metrics $names | cmp want -
done
rs-topk -q -m als.model --all -k 11 -f stream >list.rsi
rs-eval -q --recs list.rsi --test held.rsi --train rest.rsi -D ids --metrics $names |
    cmp want -
# Popularity's lists are much the same for all, random ones hardly.
awk -F '\t' '{ v[$1] = $2 } END {
    print (v["pop:overlap@5"] > v["overlap@5"]), (v["overlap@5"] > v["random:overlap@5"])
    print (v["pop:gini@5"] > v["gini@5"]), (v["gini@5"] > v["random:gini@5"])
    print (v["pop:novelty@5"] < v["novelty@5"]), (v["novelty@5"] < v["random:novelty@5"]) }' want
