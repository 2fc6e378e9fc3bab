# A registry: models by fingerprint, figures beside them, links to some.
rs-synth shop --users 60 --items 30 --rows 2000 >log.tsv
rs-clean -q -c user=USER_ID,item=ITEM_ID log.tsv | rs-index -q -D ids |
    rs-split -q --mask 0.2 --test test.rsi >train.rsi
for d in 2 3 4; do
    rs-fit als -q -d $d -e 2 -D ids -o $d.model <train.rsi
done
printf 'ndcg@10\t0.25\t0.2\t0.3\t60\nrmse\t1.5\t\t\t60\n' >2.tsv
printf 'ndcg@10\t0.5\t0.4\t0.6\t60\nrmse\t1\t\t\t60\n' >3.tsv
printf 'ndcg@10\t0.5\t0.4\t0.6\t60\nrmse\t1.25\t\t\t60\n' >4.tsv

# Fingerprints depend on no machine, but are long to read: A, B, C.
fp() { rs-cat --verify "$1" | cut -f 3; }
letters="s/$(fp 2.model)/A/g;s/$(fp 3.model)/B/g;s/$(fp 4.model)/C/g"
keep() {
    echo "\$ rs-keep -R reg $*"
    rs-keep -R reg "$@" 2>&1 | sed "$letters"
}
keep 2.model --metrics 2.tsv --best ndcg@10
keep 3.model --metrics 3.tsv --as shop
keep 4.model --metrics 4.tsv --best ndcg@10
keep
keep --best rmse
keep --best rmse
keep 2.model
keep 2.model --metrics 3.tsv --best ndcg@10
keep --list
sed "$letters" reg/index.jsonl | sed 's/"train": "[0-9a-f]*"/"train": "T"/'
keep --verify
cmp 3.model reg/shop && echo "the very bytes"
rs-topk -m reg/best -k 1 --all | wc -l
keep --remove latest
keep --remove C
rs-keep -R reg --remove "$(fp 4.model)"
keep
keep --verify
rm reg/latest reg/shop
rs-keep -R reg --remove "$(fp 2.model)" 2>&1 | sed "$letters"

# Bytes that do not match a name, what is not there, what nobody knows.
rs-keep -q -R reg 4.model >/dev/null
cp 4.model "reg/models/$(fp 3.model).model"
cp 4.model reg/models/mine.model
rm "reg/models/$(fp 4.model).model"
ln -s models/0.model reg/lost
keep --verify
keep 3.model
rm reg/models/*.model reg/lost
keep 2.model 3.model 4.model
keep --verify

# Bad input.
rs-keep -R reg 3.model --metrics none
echo "status $?"
keep titles.tsv
keep 2.tsv
keep 3.model --metrics log.tsv
keep --best ndcg@7
keep --best cosiness
echo '{"model": "A"}' >>reg/index.jsonl
keep
sed -i '$d' reg/index.jsonl
printf '{"model": "' >>reg/index.jsonl
keep
for args in '' '-R none' '-R reg --as a' '-R reg --list --verify' \
    '-R reg --list 3.model' '-R reg 3.model --as models' \
    '-R reg 3.model --as ../a' '-R reg 3.model 4.model --as a'; do
    rs-keep $args
    echo "status $?"
done
