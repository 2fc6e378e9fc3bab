# mlp finds the two groups, also for someone new; threads and CPU paths are not
# in the model, nor in its answers; a killed run goes on to the same bits.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
while read -r p; do
    rs-fit mlp -d 8 -e 120 -p batch=16 -p learning-rate=0.02 $p -D ids \
        -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | awk -F '[ui,]' \
        '{ right += ($2 + $4) % 2 == 0 } END { print "right:", (right >= 5 ? "yes" : right) }'
    printf '%s\n' '{"items": ["i2", "i4", "i6"]}' \
        '{"items": ["i6", "i2", "i4"]}' | rs-topk -m m -k 1 | cut -d, -f2 |
        uniq -c | sed 's/^ *//'
done <<'END'
-p layers=16,8 -p init=normal:0.1
-p layers=12 -p dropout=0.1 -p init=xavier:1
-p layers=16,8,4 -p embedding=dense -p init=glorot
END
rs-cat --info m | grep -E '^(score|parameter)'

rs-synth ratings --users 300 --items 150 --rows 2000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D many >train.rsi
while read -r p; do
    run="mlp -q -d 12 -e 4 -p batch=500 $p"
    rs-fit $run -j 1 -o one <train.rsi
    rs-topk -m one -D many --all -k 3 -j 1 >answers
    for j in 2 16; do
        rs-fit $run -j $j -o other <train.rsi
        cmp one other
        rs-topk -m one -D many --all -k 3 -j $j | cmp answers -
    done
    RS_CPU=base rs-fit $run -o other <train.rsi
    cmp one other
    RS_CPU=base rs-topk -m one -D many --all -k 3 | cmp answers -
    rm -f c log
    unplug 3 train.rsi $run --checkpoint c
    rs-fit $run --log log --checkpoint c -o other <train.rsi
    cmp one other
    [ "$(grep -c 'epoch"' log)" -lt 4 ] || echo "began anew"
done <<'END'
-p layers=24,8 -p dropout=0.2,0
-p layers=9 -p embedding=dense -p init=glorot -p optimizer=adagrad
END
echo "bad"
rs-fit mlp -p layers=none -o no <t.rsi
rs-fit mlp -p layers=16,0 -o no <t.rsi
rs-fit mlp -p layers=16,x -o no <t.rsi
rs-fit mlp -p layers=16,8 -p dropout=0.1,0.1,0.1 -o no <t.rsi
rs-fit mlp -p dropout=1 -o no <t.rsi
rs-fit mlp -d 1 -p layers=64 -o no <t.rsi
rs-fit mlp -q -d 12 -e 4 -p layers=9,4 --warm one -o no <train.rsi
rs-fit mlp -q -d 12 -e 4 -p layers=8 --warm one -o no <train.rsi
[ ! -e no ] || echo "a model was made"
