# What was asked for wrongly is named, with all that there is instead.
try() {
    "$@" -o made </dev/null
    echo "$?: $*"
}
try rs-fit
try rs-fit alz 2>&1 | sed 's/pop .*/pop .../'
try rs-fit als pop
try rs-fit als -p alfa=1
try rs-fit als -p alpha
try rs-fit als -p alpha=much
try rs-fit als -p alpha=-1
try rs-fit als -p cg-steps=0
try rs-fit als -p solver=qr
try rs-fit als --preset best
try rs-fit pop --preset best
try rs-fit pop -d 8
try rs-fit pop -p alpha=1
try rs-fit als -d 65537
try rs-fit als --patience 2
try rs-fit als --every 2
try rs-fit als --metrics ndcg@10
try rs-fit als --checkpoint-every 2
try rs-fit als --valid x --metrics accuracy
try rs-fit als --valid x --metrics ndcg@10,rmse
try rs-fit als --valid x --metrics ndcg@10:s99
try rs-fit als
rs-fit als </dev/null
echo "$?: no -o"
[ ! -e made ] || echo "a model was made"
