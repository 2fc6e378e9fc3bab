# What is served is what rs-topk says: lists written by it are judged as the
# model is with --as-served, for users without rows in train (u8), for those
# whom the model has never heard of (stranger) and where neighbours say
# nothing (u9 of knn).
printf '%s\n' user,item u1,a u1,b u1,c u2,a u2,b u3,a u3,d u4,a u4,b u4,e \
    u5,d u5,c u6,a u6,e u7,b u7,d u9,z >train.csv
printf '%s\n' user,item u1,d u2,c u3,b u5,a u6,b u7,a u8,a u8,d stranger,b \
    u9,a u9,b >test.csv
rs-clean -q train.csv >named.rsi
rs-clean -q test.csv >test.rsi
# u8 is in the dictionary, stranger is not
rs-clean -q --where 'user!=stranger' train.csv test.csv | rs-index -q -D ids >/dev/null
rs-index -q -D ids --frozen <named.rsi >train.rsi
tail -n +2 test.csv | cut -d , -f 1 | sort -u >users
for a in pop 'als -d 4' 'bpr -d 4 -e 20' 'knn -p neighbours=2'; do
    rs-fit -q $a -o a.model -D ids <train.rsi
    echo "$a"
    for k in 2 5; do
        rs-topk -q -m a.model -k $k --flag <users >lists.csv
        names=ndcg@$k,recall@$k,map@$k:hits,coverage@$k,overlap@$k,gini@$k,novelty@$k
        rs-eval -q --recs lists.csv --test test.rsi -D ids --train train.rsi \
            --ties index --metrics $names >want
        rs-eval -q -m a.model --test test.rsi --ties index --metrics $names \
            --as-served | diff want - && echo same
    done
    rs-eval -q -m a.model --test test.rsi --metrics fallback,p@5 | grep -v :
    awk -F , '$4 { u[$1] } END { for (i in u) n++; print n }' lists.csv
done
rs-eval --recs lists.csv --test test.rsi --as-served
rs-eval --recs lists.csv --test test.rsi --metrics fallback
