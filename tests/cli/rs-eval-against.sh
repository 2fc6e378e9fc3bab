# Two lists by hand.  p@1: the first hits for a, b, c, d, the other for e: the
# difference is (4 - 1) / 5 over users, and of the 2^5 ways to swap them those
# as far are 1 + 5 on each side, p = 12 / 32.
printf 'u,i\na,x\nb,x\nc,x\nd,x\ne,x\n' | rs-clean -q -c user=u,item=i >test.rsi
printf '%s,%s,1\n' a x b x c x d x e y >one.csv
printf '%s,%s,1\n' a y b y c y d y e x >two.csv
rs-eval -q --recs one.csv --against two.csv --test test.rsi --metrics p@1,hr@1,coverage@1 --per-user users.tsv
cat users.tsv
rs-eval -q --recs two.csv --against one.csv --test test.rsi --metrics p@1 -f json

# A model against itself differs in nothing; the other way round is the
# other sign; threads change no byte.
rs-synth shop --users 150 --items 40 --rows 3000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID | rs-index -q -D ids |
    rs-split -q --test held.rsi --per-user 0.2 --unit pair >train.rsi
rs-fit pop -q -o pop.model -D ids <train.rsi
rs-fit als -q -o als.model -d 8 -e 3 <train.rsi
ask='--test held.rsi --metrics ndcg@10,auc'
rs-eval -q -m als.model --against als.model $ask | grep '^diff\|^p:'
rs-eval -q -m als.model --against pop.model $ask >there
rs-eval -q -m pop.model --against als.model $ask >back
sed -n 's/^against:/pop:/p' there >same
grep ^pop: there | cmp same -
grep ^p: there >p; grep ^p: back | cmp p -
awk '/^diff:/ { print $1, ($2 < 0 ? substr($2, 2) : "-" $2) }' there >minus
awk '/^diff:/ { print $1, $2 }' back | cmp minus -
for j in 1 3; do rs-eval -q -j $j -m als.model --against pop.model $ask | cmp there -; done
RS_CPU=base rs-eval -q -m als.model --against pop.model $ask | cmp there -
# its lists will do for it, before and behind
rs-topk -q -m pop.model --all -k 10 -f trec >pop.run
rs-eval -q -m als.model --against pop.run --test held.rsi
echo "status $?"
rs-eval -q -m als.model --against pop.run -D ids --test held.rsi --metrics p@10 --ties index >lists
rs-eval -q -m als.model --against pop.model --test held.rsi --metrics p@10 --ties index | cmp lists -
rs-eval -q --recs pop.run --against als.model -D ids --test held.rsi --metrics p@10 --ties index |
    sed -n 's/^against://p' | cmp - <(head -n 1 lists)

# Scored pairs: those that both have.  a: squares 1, 0 and 4, 1; b: 4 and 0.
printf '%s,%s,%s\n' a x 3 a y 5 b x 2 b z 1 >one.csv
printf '%s,%s,%s\n' b x 4 a y 4 a x 2 c z 1 >two.csv
printf 'u,i,v\na,x,4\na,y,5\nb,x,4\nb,z,3\nc,z,1\n' | rs-clean -q -c user=u,item=i,value=v >truth.rsi
rs-eval --scored one.csv --against two.csv --test truth.rsi --metrics mse,rmse
printf 'a,x,3\n' >>one.csv
rs-eval --scored one.csv --against two.csv --test truth.rsi --metrics mse
echo "status $?"

# Others' indices are refused.
rs-cat -D ids train.rsi --header | rs-clean -q -c user=user,item=item |
    rs-index -q -D other --order sorted | rs-fit pop -q -o other.model
rs-eval -q -m als.model --against other.model $ask 2>&1 | sed 's/[0-9a-f]\{16\}/DIGEST/g'
rs-eval -q -m als.model --against nowhere $ask
echo "status $?"
rs-eval -q -m als.model --against pop.run $ask
echo "status $?"
