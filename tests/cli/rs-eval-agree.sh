# Agreement by hand: u1 hits at 1 and 2, u2 at 3, 4 and 5, u3 at 5 and 6, u4
# nowhere, and the other has no list for u5; twice u2 among the first four.
for u in u1 u2 u3 u4 u5; do
    for i in 1 2 3 4 5 6; do echo "$u,i$i,$((9 - i))"; done
done >ours.csv
printf '%s\n' u1,i1 u1,i2 u1,x u2,y u2,i5 u2,i4 u2,i3 u3,i6 u3,i5 u4,z >theirs.csv
printf '%s\n' user,item u2,a u1,a u2,b u3,a u4,a u5,a >masked.csv
rs-clean -q masked.csv >masked.rsi
rs-eval -q --recs ours.csv --agree theirs.csv --test masked.rsi \
    --metrics agree-map@6,agree-map@6:first4,agree-map@6:first3,agree-map@2 \
    --per-user users.tsv
cat users.tsv
# A model agrees with itself, with its own lists and these with it; another one
# less, and popular items less still.
rs-synth shop --users 200 --items 60 --rows 4000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID | rs-index -q -D ids >all.rsi
rs-split -q --test held.rsi --mask 0.2 <all.rsi >train.rsi
rs-fit als -q -o masked.model -d 8 -e 5 -D ids <train.rsi
rs-fit als -q -o whole.model -d 8 -e 5 -s 2 -D ids <all.rsi
rs-topk -q -m masked.model --all -k 5 -f csv >list
for other in masked.model list whole.model; do
    rs-eval -q -m masked.model --agree $other --test held.rsi --as-served \
        --metrics agree-map@5,agree-map@5:first20,ndcg@5 --ties index >$other.tsv
    rs-eval -q --recs list --agree $other --test held.rsi -D ids --train train.rsi \
        --metrics agree-map@5,agree-map@5:first20,ndcg@5 --ties index | cmp $other.tsv -
    rs-eval -q -j 3 -m masked.model --agree $other --test held.rsi --metrics agree-map@5 | grep ^agree
done
cmp masked.model.tsv list.tsv
awk -F '\t' '{ v[$1] = $2 } END {
    print (v["agree-map@5"] > v["pop:agree-map@5"]), (v["pop:agree-map@5"] > v["random:agree-map@5"])
    print (v["agree-map@5:first20"] != v["agree-map@5"]) }' whole.model.tsv
# What makes no sense is refused.
rs-eval -q -m masked.model --test held.rsi --metrics agree-map@5
rs-eval -q -m masked.model --test held.rsi --agree list --metrics ndcg@5
rs-eval -q --recs list --test held.rsi --agree whole.model
rs-eval -q -m masked.model --test held.rsi --agree held.rsi --keep-seen | grep ^agree
rs-eval -q -m masked.model --test held.rsi --agree nothing
rs-eval -q --recs ours.csv --agree <(sed p theirs.csv) --test masked.rsi
rs-cat -q -D ids -f csv --header train.rsi | rs-clean -q -c user=user,item=item |
    rs-index -q -D other --order frequency | rs-fit pop -q -o other.model -D other
rs-eval -q -m masked.model --test held.rsi --agree other.model 2>&1 |
    sed 's/[0-9a-f]\{16\}/DIGEST/g'
