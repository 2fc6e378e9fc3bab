# Ratings: the loss, the metrics on a validation part and those that rs-eval
# has of the same model, epochs stopped by them.
rs-synth ratings --users 60 --items 40 --rows 1500 |
    rs-clean -q -c user=user_id,item=item_id,value=rating |
    rs-index -q -D ids >all.rsi
rs-split -q --random 0.2 --test v.rsi <all.rsi >t.rsi
fit() {
    rs-fit mf -q -p loss=squared -d 4 "$@" <t.rsi
}
fit -e 30 -p learning-rate=0.02 -p regularization=0.05 --valid v.rsi --log log -o m
tail -n 1 log | sed 's/.*"rmse": \([0-9.]*\), "mae": \([0-9.]*\),.*/rmse\t\1\nmae\t\2/' |
    awk '{ printf "%s %.5f\n", $1, $2 }'
rs-score -m m -f stream <v.rsi | rs-eval -q --scored - --metrics rmse,mae |
    grep -v : | awk '{ printf "%s %.5f\n", $1, $2 }'
rs-eval -q --scored <(rs-score -m m -f stream <t.rsi) --metrics rmse |
    awk '$1 == "rmse" { print "train below .9:", $2 < 0.9 }'
# The same of train, which rs-eval finds too.
fit -e 3 --valid v.rsi --metrics mse,mse:train --log three -o m
tail -n 1 three | sed 's/.*"mse:train": \([0-9.]*\),.*/\1/' |
    awk '{ printf "mse:train %.5f\n", $1 }'
rs-score -m m -f stream <t.rsi | rs-eval -q --scored - --metrics mse |
    awk '$1 == "mse" { printf "%s %.5f\n", $1, $2 }'
rs-eval --scored t.rsi --metrics mse:train; echo $?
# Less is better, so it stops where it rises; rankings may be asked for too.
fit -e 200 -p learning-rate=0.1 --valid v.rsi --metrics rmse,ndcg@5 --patience 3 \
    --log two -o best 2>said
grep -c ndcg@5 two
awk -F '[:,]' '/rmse/ { n++; if (!n || $6 < least || n == 1) { least = $6; at = n } }
    END { print "of the best epoch:", at }' two
rs-cat --info best | grep -w epoch
rs-cat v.rsi | rs-clean -q --delimiter tab -c user=1,item=2 --no-header |
    rs-index -q -D other >bare.rsi
fit --valid bare.rsi -o no; echo $?
rs-fit als --valid v.rsi --metrics mae -o no <t.rsi; echo $?
fit --valid v.rsi --metrics logloss -o no; echo $?
