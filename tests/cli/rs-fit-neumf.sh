# neumf finds the two groups, also for someone new, and what labels say; threads
# and CPU paths are not in the model; a killed run goes on to the same bits.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >t.rsi
rs-negsample -q -n 3 -D ids <t.rsi >labelled.rsi
rs-fit neumf -d 4 -e 120 -p batch=16 -p learning-rate=0.02 -p layers=16,8 \
    -p init=normal:0.1 -D ids -o m <t.rsi
rs-topk -m m --all -k 1 | awk -F '[ui,]' \
    '{ right += ($2 + $4) % 2 == 0 } END { print "right:", (right >= 5 ? "yes" : right) }'
printf '%s\n' '{"items": ["i2", "i4", "i6"]}' '{"items": ["i6", "i2", "i4"]}' |
    rs-topk -m m -k 1 | cut -d, -f2 | uniq -c | sed 's/^ *//'
for p in '-d 4 -p layers=16,8 -p mlp-factors=5' '--preset published -p dropout=none'; do
    rs-fit neumf $p -e 120 -p batch=16 -p learning-rate=0.02 -D ids -o m \
        <labelled.rsi
    echo "$p"
    rs-score -m m -f csv <labelled.rsi | awk -F, '{ right += $(NF - 1) == ($NF > 0.5) }
        END { print "right:", (right > NR * 0.9 ? "yes" : right " of " NR) }'
done
rs-cat --info m | grep -E '^(score|preset|parameter)'

rs-synth ratings --users 300 --items 150 --rows 1200 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D many >train.rsi
rs-negsample -q -n 3 -D many <train.rsi >rows.rsi
while read -r from p; do
    run="neumf -q $p -p batch=500"
    rs-fit $run -j 1 -o one <$from
    for j in 2 16; do
        rs-fit $run -j $j -o other <$from
        cmp one other
    done
    RS_CPU=base rs-fit $run -o other <$from
    cmp one other
    rm -f c log
    unplug 3 $from $run --checkpoint c
    rs-fit $run --log log --checkpoint c -o other <$from
    cmp one other
    [ "$(grep -c 'epoch"' log)" -lt 4 ] || echo "began anew"
done <<'END'
rows.rsi --preset published -e 4
train.rsi --preset ncf -e 4
END
echo "bad"
rs-fit neumf -p layers=none -o no <t.rsi
rs-fit neumf --preset publish -o no <t.rsi
rs-fit neumf -p layers=16,8 -p mlp-factors=0 -o no <t.rsi
rs-fit neumf -q -d 8 --preset ncf -p mlp-factors=16 --warm one -o no <train.rsi
[ ! -e no ] || echo "a model was made"
