# With last=roll and a batch larger than all epochs together no step was ever
# taken, and a model of first draws came out as if it had been learned.
rs-synth ratings --users 60 --items 40 --rows 900 |
    rs-clean -q -c user=user_id,item=item_id,value=rating |
    rs-index -q -D ids >t.rsi
run='mfblock -q -d 4 -p last=roll -p batch=2000 -p init=normal:0.1'
rs-fit $run -e 2 -o no <t.rsi
echo $?
[ ! -e no ] || echo "a model was made"
rs-fit $run -e 3 -o m <t.rsi
