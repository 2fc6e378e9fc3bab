# mfblock: learns ratings better than their mean; threads and CPU paths are
# not in the model; a killed run goes on to the same bits, also in the middle
# of a batch that rolls over; a grown set begins from an older model.
. "$RS_ROOT/tests/_unplug.sh"
rs-synth ratings --users 200 --items 100 --rows 8000 |
    rs-clean -q -c user=user_id,item=item_id,value=rating |
    rs-index -q -D ids >all.rsi
rs-split -q --random 0.2 --test v.rsi <all.rsi >t.rsi
tame='-p init=xavier:6 -p layer-init=xavier:3 -p batch=100 -p dropout=0.2'
rs-fit mfblock -q -d 8 -e 40 $tame -D ids -o stars <t.rsi
rs-score -m stars <v.rsi | rs-eval -q --scored - --train t.rsi --metrics mse |
    awk '{ v[$1] = $2 } END { print "below the mean:", v["mse"] < v["mean:mse"] }'
rs-cat --info stars | grep -E '^(algorithm|score|rating_m|factors|parameter)'
rs-score --clip -f csv -m stars <t.rsi |
    awk -F, '$NF < 0.5 || $NF > 5 { bad++ } END { print "beyond:", bad + 0 }'
# Fused top-k has the scores of the pairs, to the bit.
rs-topk -m stars --all -k 3 --keep-seen >top
cut -d, -f1,2 top | rs-score -m stars | cmp - top

for p in '-p last=roll' '-p last=drop -p optimizer=adam' \
    '-p batch=3000 -p optimizer=adagrad -p schedule=linear'; do
    run="mfblock -q -d 12 -e 5 $tame $p"
    rs-fit $run -j 1 -o one <t.rsi
    for j in 2 3 7; do
        rs-fit $run -j $j -o other <t.rsi
        cmp one other
    done
    RS_CPU=base rs-fit $run -o other <t.rsi
    cmp one other
    rm -f c log
    unplug 3 t.rsi $run --checkpoint c
    rs-cat --info c | grep -q moments || echo "no moments"
    rs-fit $run --log log --checkpoint c -o other <t.rsi
    cmp one other
    [ "$(grep -c 'epoch"' log)" -lt 5 ] || echo "began anew"
done

rs-split -q --random 0.3 --test half.rsi <t.rsi >/dev/null
rs-fit mfblock -q -d 8 -e 1 $tame --warm stars -o warm <half.rsi
rs-fit mfblock -q -d 8 -e 1 $tame -o cold <half.rsi
mse() {
    rs-score -m $1 <v.rsi | rs-eval -q --scored - --metrics mse | cut -f 2
}
awk -v w="$(mse warm)" -v c="$(mse cold)" 'BEGIN { print "warm is better:", w < c }'
echo "bad"
rs-fit mfblock -d 9 --warm stars -o no <t.rsi
rs-fit mf -p loss=squared -o other <t.rsi
rs-fit mfblock --warm other -o no <t.rsi
rs-fit mfblock -d 4 -p optimizer=sgd -p learning-rate=1000 -o no <t.rsi
rs-fit mfblock -p init=xavier:-1 -o no <t.rsi
rs-fit mfblock -p dropout=1 -o no <t.rsi
rs-fit mfblock -p batch=0 -o no <t.rsi
rs-fit mfblock -p last=first -o no <t.rsi
printf 'u,i\n1,a\n2,b\n' | rs-clean -q -c user=u,item=i | rs-index -q -D few |
    rs-fit mfblock -o no
printf 'u,i,v\n1,a,5\n2,b,1\n' | rs-clean -q -c user=u,item=i,value=v |
    rs-index -q -D few | rs-fit mfblock -p last=drop -o no
echo '{"items": ["1"]}' | rs-topk -m stars
[ ! -e no ] || echo "a model was made"
