# gmf finds the two groups, by either kind of embedding, also for someone new;
# threads and CPU paths are not in the model; a killed run goes on to the same
# bits.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
while read -r p; do
    rs-fit gmf -d 4 -e 120 -p batch=16 -p learning-rate=0.03 $p -D ids \
        -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | awk -F '[ui,]' \
        '{ right += ($2 + $4) % 2 == 0 } END { print "right:", (right >= 5 ? "yes" : right) }'
    printf '%s\n' '{"items": ["i2", "i4", "i6"]}' \
        '{"items": ["i6", "i2", "i4"]}' | rs-topk -m m -k 1 | cut -d, -f2 |
        uniq -c | sed 's/^ *//'
done <<'END'
-p init=normal:0.1
-p init=glorot -p verify=no -p negatives=2
-p embedding=dense -p init=glorot -p output-init=normal:0.5
END
rs-cat --info m | grep -E '^(score|parameter)'
# Scores are probabilities.
rs-cat -q -D ids -f csv --header t.rsi | rs-clean -q -c user=user,item=item |
    rs-score -m m -f csv | awk -F, '!($NF > 0 && $NF < 1) { bad++ }
        END { print (NR > 9), "beyond:", bad + 0 }'

rs-synth ratings --users 300 --items 150 --rows 4000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D many >train.rsi
while read -r p; do
    run="gmf -q -d 12 -e 5 $p"
    rs-fit $run -j 1 -o one <train.rsi
    for j in 2 3 16; do
        rs-fit $run -j $j -o other <train.rsi
        cmp one other
    done
    RS_CPU=base rs-fit $run -o other <train.rsi
    cmp one other
    rm -f c log
    unplug 3 train.rsi $run --checkpoint c
    rs-fit $run --log log --checkpoint c -o other <train.rsi
    cmp one other
    [ "$(grep -c 'epoch"' log)" -lt 5 ] || echo "began anew"
done <<'END'
-p batch=1000
-p batch=700 -p last=roll -p optimizer=momentum -p embedding=dense
-p batch=300 -p optimizer=lazy-adam -p regularization=0.001 -p last=drop
END
echo "bad"
rs-fit gmf -q -d 12 -e 5 -p batch=64 --checkpoint c -o no <train.rsi
rs-fit gmf -q -d 11 -e 5 --warm one -o no <train.rsi
rs-fit gmf -q -d 4 -p init=normal:1000 -p optimizer=sgd \
    -p learning-rate=100000 -e 30 -o no <train.rsi
rs-fit gmf -p layers=8 -o no <t.rsi
rs-fit gmf -p init=uniform -o no <t.rsi
printf 'u,i\n1,a\n1,b\n' | rs-clean -q -c user=u,item=i | rs-index -q -D few |
    rs-fit gmf -p batch=4 -o no
[ ! -e no ] || echo "a model was made"
