# Who gets what: seen items, excluded pairs and items, a choice of items, and
# what becomes of those whom nobody knows.
. "$RS_ROOT/tests/_tiny.sh"
ask() { echo "$*:"; printf 'u3\n' | rs-topk -m pop.model "$@"; }
ask
ask --keep-seen
printf '%s\n' user,item u3,b u1,c | tee pairs.csv >/dev/null
rs-clean -q -c user=user,item=item pairs.csv >pairs.rsi
ask -x pairs.rsi
rs-index -q -D ids --frozen <pairs.rsi >indices.rsi
ask -x indices.rsi
rs-clean -q -c item=item pairs.csv >items.rsi
ask -x items.rsi
ask --only items.rsi
ask --only items.rsi -x items.rsi
ask -x train.rsi --keep-seen
for cold in popular none error; do
    echo "$cold:"
    printf 'u9\nu4\n' | rs-topk -m pop.model -k 1 --flag --cold $cold
    echo "status $?"
done
