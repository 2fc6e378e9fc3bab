# Weights that were finite, but their products not, made a model that rs-topk
# refused to open, and one whose scores were no numbers.
rs-synth ratings --users 60 --items 40 --rows 900 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D ids >t.rsi
run='-d 4 -e 1 -p batch=600 -p init=normal:1'
rs-fit gmf -q $run -p optimizer=sgd -p learning-rate=86.3806 -o no <t.rsi
echo $?
rs-fit neumf -q $run -p layers=8,4 -p optimizer=momentum \
    -p learning-rate=59.5728 -o no <t.rsi
echo $?
[ ! -e no ] || echo "a model was made"
