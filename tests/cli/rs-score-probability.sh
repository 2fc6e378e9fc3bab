# A probability is shown as one, and is the same in rs-topk; what is ranked is
# its logit, so that of scores that are all the float 1 none is tied; a
# likeness and the popular items' counts are no probabilities.
. "$RS_ROOT/tests/_tiny.sh"
for p in 'lmf' 'mf -p loss=logistic -p batch=8' 'mf -p loss=bpr'; do
    rs-fit -q $p -d 4 -e 20 -D ids -o m <train.rsi
    rs-cat --info m | grep -w ^score
    rs-topk -m m --all --keep-seen -f csv >lists
    rs-score -m m <lists >both
    awk -F, '$3 != $4 { bad++ } !($4 > 0 && $4 < 1) { beyond++ }
        END { print "differ:", bad + 0, "beyond 0 and 1:", (beyond > 0) }' both
done
# Logits of many thousands: a probability is 1 or next to 0.
rs-fit -q mf -p loss=logistic -p init=60 -p learning-rate=0 -d 8 -e 1 -D ids \
    -o wild <train.rsi
printf 'item\n"x y"\n' | rs-clean -q -c item=item >odd.rsi
for u in u1 u2 u3 u4; do
    echo $u | rs-topk -m wild --keep-seen -x odd.rsi | cut -d, -f3 | sort |
        uniq -c | sed 's/^ *//' | paste -s -d ' '
    echo $u | rs-topk -m wild --keep-seen -x odd.rsi -f trec | awk '
        NR > 1 && !($5 < last) { bad++ } { last = $5 } END { print bad + 0 }'
done
rs-split -q --test test.rsi --latest 1 --order file --short keep <train.rsi \
    >rest.rsi
for ties in best worst; do
    rs-eval -q -m wild --test test.rsi --keep-seen --metrics mrr --ties $ties |
        head -n 1 | cut -f 1,2 >$ties
done
cmp best worst
echo b | rs-topk -m wild --similar -k 1 | awk -F, '{ print ($3 <= 1) }'
echo nobody | rs-topk -m wild --flag -k 2
