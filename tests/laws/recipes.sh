# The recipe of any model makes it again, byte for byte: each algorithm, warm
# starts, networks from halves, judged epochs, and a model out of a registry.
rs-synth shop --users 80 --items 40 --rows 3000 >log.tsv
rs-clean -q -c user=USER_ID,item=ITEM_ID,event=EVENT_TYPE,time=TIMESTAMP log.tsv |
    rs-index -q -D ids --order sorted --min-item 2 --rounds converge >all.rsi
rs-split -q --test test.rsi --latest 1 <all.rsi >rest.rsi
rs-split -q --valid valid.rsi --test other.rsi --random 0.2 <rest.rsi >train.rsi
rs-confidence -q --events View=1,AddToCart=2,ViewCart=3,StartCheckout=4,Purchase=5 \
    <train.rsi >weighted.rsi
rs-confidence -q --scale bm25 <train.rsi >scaled.rsi
rs-negsample -q -n 2 -D ids -x test.rsi --seed 5 <train.rsi >labelled.rsi
awk -F '\t' 'NR > 1 { print $1 "\t" $2 "\t" NR % 5 + 1 }' log.tsv >stars.tsv
rs-clean -q --no-header -c user=1,item=2,value=3 stars.tsv | rs-index -q -D star >stars.rsi
raw=log.tsv

bad=0
again() {
    rs-cat --recipe "$1" >recipe.sh || { bad=1; return; }
    rm -f remade
    sh recipe.sh $raw >remade 2>err && cmp remade "$1" && return
    echo "$1: not made again"
    cat recipe.sh err
    bad=1
}
fit() {
    local train=$1
    shift
    rs-fit "$@" -q -D ids -o model <$train.rsi || { bad=1; return; }
    again model
}
fit weighted als -d 4 -e 3 -p alpha=2
fit scaled als -d 4 -e 3 --preset implicit
fit train als -d 4 -e 6 --valid valid.rsi --metrics ndcg@5 --patience 1
cp model first.model
fit train als -d 4 -e 2 --warm first.model
fit train bpr -d 4 -e 3 -s 7 -p learning-rate=0.1
fit train lmf -d 4 -e 3
fit train knn
fit weighted pop
fit train mf -d 4 -e 2 -p loss=hinge
fit labelled gmf -d 4 -e 1
fit train gmf -d 4 -e 2 -p 'init=normal:0.02'
cp model gmf.model
fit train mlp -d 4 -e 2 -p layers=8,4
cp model mlp.model
fit train neumf -d 4 -e 1 -p layers=8,4 -p mlp-factors=4 --gmf gmf.model --mlp mlp.model
raw=stars.tsv
rs-fit mfblock -q -d 4 -e 2 -D star -o block.model <stars.rsi && again block.model
rs-fit mf -q -d 4 -e 2 -p loss=squared -D star -o mf.model <stars.rsi && again mf.model
raw=log.tsv
rs-keep -q -R registry first.model >/dev/null && again registry/latest
exit $bad
