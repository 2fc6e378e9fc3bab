# Other tools' figures by hand.  Five items; a likes x and y and is shown x q,
# b likes x and is shown y x, c likes z and is shown nothing.
#	implicit: hits 2 of 2 + 1 + 1 that could be; ap 1/2, 1/2, 0; auc of a:
#	one miss below the hit, 2 unranked others half above: 4 of 6; b 3 of 4,
#	c 1 of 4
printf 'u,i\na,x\na,y\nb,x\nc,z\nd,q\nd,p\n' | rs-clean -q -c user=u,item=i | rs-index -q -D ids >/dev/null
printf 'u,i\na,x\na,y\nb,x\nc,z\n' | rs-clean -q -c user=u,item=i >test.rsi
printf '%s,%s,%s\n' a x 2 a q 1 b y 2 b x 1 >r.csv
rs-eval --recs r.csv --test test.rsi -D ids --as implicit -k 2
rs-eval --recs r.csv --test test.rsi --as recbole -k 2

# trec_eval: a's items tie, and b's do as floats: z to a by name.  c has no
# list.
printf '%s Q0 %s 0 %s me\n' a x 1 a q 1 b y 2 b x 2.00000001 d z 1 >r.run
rs-eval --recs r.run --test test.rsi --as trec | grep 'num\|^map\|_rank\|Rprec\|P_5	\|ndcg	\|success_1	'
rs-eval -q --recs r.run --against r.csv --test test.rsi --as trec --assert 'P_5 = against' \
    --assert 'recip_rank < against' | grep 'recip_rank'

# MyMediaLite: x 3, y 2, z 2, w 1 in train, v nowhere.  a: y of y z w; b: z and
# w of y z w; c: all there are, left out.
printf 'u,i\na,x\nb,x\nc,x\nc,y\nd,y\nd,z\ne,z\ne,w\nf,v\n' | rs-clean -q -c user=u,item=i | rs-index -q -D more >/dev/null
printf 'u,i\na,x\nb,x\nc,x\nc,y\nd,y\nd,z\ne,z\ne,w\n' | rs-clean -q -c user=u,item=i | rs-index -q -D more --frozen >train.rsi
rs-fit pop -q -o pop.model -D more <train.rsi
printf 'u,i\na,y\nb,z\nb,w\nc,z\nc,w\n' | rs-clean -q -c user=u,item=i >held.rsi
rs-eval -m pop.model --test held.rsi --as mymedialite | cut -f 1,2,5
# implicit by a model: of y and z, which tie, a last place goes to y, but of
# both z comes first.  Lists of 5 end in what the user has.
rs-eval -m pop.model --test held.rsi --as implicit -k 1 --per-user users.tsv | cut -f 1,2,5
cat users.tsv
rs-eval -m pop.model --test held.rsi --as implicit -k 2 --per-user users.tsv | cut -f 1,2,5
cut -f 1-3 users.tsv
rs-eval -q -m pop.model --test train.rsi --as implicit -k 5 | cut -f 1,2,5

try() {
    rs-eval --test test.rsi "$@"
    echo "status $?"
}
try --recs r.csv --as trek
try --recs r.csv --as implicit
try --recs r.csv --as recbole --metrics ndcg@10
try --recs r.csv --as trec -k 5
try --recs r.csv -k 5
try -m pop.model --as trec
try --recs r.csv --as mymedialite
try -m pop.model --as implicit -k 6
cut -d , -f 1,2 r.csv >bare.csv
try --recs bare.csv --as trec
