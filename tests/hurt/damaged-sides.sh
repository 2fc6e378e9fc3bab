# Every prefix and every single-bit flip of a small stream that an option
# names, of a dictionary and of a model is refused too.
. "$RS_ROOT/tests/hurt/_damage.sh"

small raw.rsi user:str item:str
rs-index -D ids <raw.rsi >pairs.rsi || exit 1
cp -r ids good
cp ids/item.rsi item.rsi
cp ids/user.rsi user.rsi
rs-fit pop -D ids -o pop.model <pairs.rsi || exit 1
rs-fit als -d 2 -e 1 -D ids -o als.model <pairs.rsi || exit 1

damage pairs.rsi t -i pairs.rsi -- rs-negsample -n 1 -x t
damage pairs.rsi t -i pairs.rsi -a model -- rs-fit pop --valid t -o model
damage pairs.rsi t -i pairs.rsi -- rs-topk -m pop.model --all -x t
damage pairs.rsi t -- rs-score -m pop.model
damage pairs.rsi t -- rs-eval -m pop.model --test t

damage user.rsi ids/user.rsi -i pairs.rsi -- rs-cat -D ids
cp user.rsi ids/user.rsi
damage item.rsi ids/item.rsi -i raw.rsi -- rs-index -D ids --frozen
damage item.rsi ids/item.rsi -i pairs.rsi -- rs-negsample -n 1 -D ids
damage item.rsi ids/item.rsi -i pairs.rsi -a model -- \
    rs-fit pop -D ids -o model

# A model has a few thousand bytes, most of them in its checked header.
[ "$step" -gt 1 ] || step=5
damage als.model t -i /dev/null -- rs-topk -m t --all
exit $bad
