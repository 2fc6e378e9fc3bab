# mf by mini-batches: every loss finds the two groups (for one of six it may
# err), also for someone new; threads and CPU paths are not in the model; a
# killed run goes on to the same bits, its optimizer's moments with it.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
while read -r p; do
    rs-fit mf -d 2 -e 30 -p batch=8 -p learning-rate=0.05 -p init=0.1 $p \
        -D ids -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | awk -F '[ui,]' \
        '{ right += ($2 + $4) % 2 == 0 } END { print "right:", (right >= 5 ? "yes" : right) }'
    printf '%s\n' '{"items": ["i2", "i4", "i6"]}' \
        '{"items": ["i6", "i2", "i4"]}' | rs-topk -m m -k 1 | cut -d, -f2 |
        uniq -c | sed 's/^ *//'
done <<'END'
-p loss=logistic -p optimizer=adam
-p loss=bpr -p optimizer=adam
-p loss=bpr -p log=no -p optimizer=lazy-adam
-p loss=pointwise -p optimizer=adam
-p loss=hinge -p optimizer=momentum
-p loss=adaptive-hinge -p optimizer=adagrad
-p loss=warp -p optimizer=adagrad
END

rs-synth ratings --users 300 --items 150 --rows 9000 |
    rs-clean -q -c user=user_id,item=item_id,value=rating |
    rs-index -q -D many >train.rsi
while read -r p; do
    run="mf -q -d 12 -e 5 $p"
    rs-fit $run -j 1 -o one <train.rsi
    for j in 2 3 7 16; do
        rs-fit $run -j $j -o other <train.rsi
        cmp one other
    done
    RS_CPU=base rs-fit $run -o other <train.rsi
    cmp one other
    rm -f c log
    unplug 3 train.rsi $run --checkpoint c
    rs-cat --info c | grep -c moments
    rs-fit $run --log log --checkpoint c -o other <train.rsi
    cmp one other
    [ "$(grep -c 'epoch"' log)" -lt 5 ] || echo "began anew"
done <<'END'
--preset spotlight -d 12 -e 5
--preset spotlight -p loss=adaptive-hinge -p batch=6000 -d 12 -e 5
-p batch=3000 -p optimizer=momentum -p regularization=0.001
-p batch=100 -p optimizer=lazy-adam -p loss=warp
-p batch=5000 -p optimizer=adagrad -p loss=squared -p learning-rate=0.1
END
rs-fit mf -q -d 12 -e 5 -p batch=64 --checkpoint c -o no <train.rsi
rs-score --clip -f csv -m one <train.rsi 2>&1 | head -n 1
rs-fit mf -q -d 12 -e 2 -p batch=64 -p loss=squared -D many -o stars <train.rsi
rs-cat --info stars | grep rating_
rs-score --clip -f csv -m stars <train.rsi |
    awk -F, '$NF < 1 || $NF > 5 { bad++ } END { print "beyond:", bad + 0 }'
echo "bad"
rs-fit mf -d 4 -p batch=8 -p optimizer=sgd -p loss=squared -p learning-rate=1000 \
    -e 30 -o no <train.rsi
rs-fit mf -p optimizer=adam -o no <t.rsi
rs-fit mf -p loss=best -o no <t.rsi
rs-fit mf -p batch=-1 -o no <t.rsi
printf 'u,i\n1,a\n1,b\n' | rs-clean -q -c user=u,item=i | rs-index -q -D few |
    rs-fit mf -p batch=4 -o no
[ ! -e no ] || echo "a model was made"
