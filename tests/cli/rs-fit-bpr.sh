# BPR finds the two groups, whatever its negatives are; threads are not in the
# model, and a killed run goes on to the same one.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
for p in sampler=uniform sampler=popularity 'sampler=hardest -p draws=4' \
    verify=no schedule=exponential blocks=2; do
    rs-fit bpr -d 8 -e 40 -p learning-rate=0.2 -p $p -D ids -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | cut -d, -f1,2
done
echo "someone new"
printf '%s\n' '{"items": ["i2", "i4", "i6"]}' \
    '{"items": ["i6", "i2", "i4"]}' '{"items": ["i9", "i5"], "top_n": 3}' |
    rs-topk -m m -k 3

rs-synth ratings --users 300 --items 150 --rows 9000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D many >all.rsi
rs-split -q --leave-one-out --order file --test v.rsi <all.rsi >train.rsi
for p in sampler=uniform sampler=popularity sampler=hardest; do
    run="bpr -q -d 12 -e 5 -p $p -p blocks=4"
    rs-fit $run -j 1 -o one <train.rsi
    for j in 2 3 7 16; do
        rs-fit $run -j $j -o other <train.rsi
        cmp one other
    done
    RS_CPU=base rs-fit $run -o other <train.rsi
    cmp one other
    # What it did before does not matter, where it was stopped neither.
    rm -f c log
    unplug 3 train.rsi $run --checkpoint c
    rs-fit $run --log log --checkpoint c -o other <train.rsi
    cmp one other
done
[ "$(grep -c 'epoch"' log)" -lt 5 ] || echo "began anew"
rs-fit bpr -q -d 12 -e 5 -p sampler=hardest -p blocks=5 --checkpoint c -o no \
    <train.rsi
# Going on from a model is a run of its own; one of other factors does not fit.
rs-fit bpr -q -d 12 -e 2 --warm one -o other <train.rsi && cmp -s one other &&
    echo "learned nothing"
rs-fit bpr -q -d 9 -e 2 --warm one -o no <train.rsi
echo "bad"
rs-fit bpr -d 4 -p learning-rate=1000 -p regularization=90 -e 30 \
    -p schedule=constant -o no <t.rsi
rs-fit bpr -p draws=65 -o no <t.rsi
rs-fit bpr -p sampler=best -o no <t.rsi
# One user has all that there is.
printf 'u,i\n1,a\n1,b\n' | rs-clean -q -c user=u,item=i | rs-index -q -D few |
    rs-fit bpr -o no
[ ! -e no ] || echo "a model was made"
