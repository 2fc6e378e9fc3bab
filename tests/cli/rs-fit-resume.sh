# A run that goes on from its checkpoint ends with the same bytes as one that
# was never interrupted, also with patience; a checkpoint of another is refused.
. "$RS_ROOT/tests/_unplug.sh"
rs-synth ratings --users 80 --items 60 --rows 2000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D ids >all.rsi
rs-split -q --leave-one-out --order file --test v.rsi <all.rsi >t.rsi
whole='als -d 8 -e 9 -p regularization=0.0005'
patient="$whole --valid v.rsi --metrics ndcg@5 --patience 2"
sums='mf -d 8 -e 9 -p loss=warp -p optimizer=adagrad'
for run in "$sums" "$whole" "$patient"; do
    rm -f c log
    rs-fit -q $run -o want <t.rsi
    # Its third epoch is logged, so a checkpoint is there.
    unplug 4 t.rsi -q $run --checkpoint c
    rs-cat --info c | grep -q . || echo "no checkpoint"
    rs-fit -q $run --log log --checkpoint c -o got <t.rsi
    cmp want got
    [ "$(grep -c epoch\" log)" -lt 9 ] || echo "began anew"
done
rs-fit $whole -p alpha=2 --checkpoint c -o no <t.rsi; echo $?
rs-fit $whole -s 2 --checkpoint c -o no <t.rsi; echo $?
rs-fit $whole --checkpoint c -o no <v.rsi; echo $?
rs-fit $whole --checkpoint want -o no <t.rsi; echo $?
[ ! -e no ] || echo "a model was made"
