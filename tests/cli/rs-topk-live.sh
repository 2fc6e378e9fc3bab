# A co-process gets each answer before it asks on; all at once or one by one,
# by id or --all, on one thread or three, the answers are the same bytes.
. "$RS_ROOT/tests/_tiny.sh"
coproc rs-topk -q -m als.model -k 2
for user in u1 u2 u3 u4 u5; do
    echo $user >&"${COPROC[1]}"
    read -r -t 20 first <&"${COPROC[0]}" || echo "no answer"
    read -r -t 20 second <&"${COPROC[0]}" || echo "no second"
    printf '%s\n' "$first" "$second"
done >one-by-one
exec {COPROC[1]}>&-
wait
rs-topk -q -m als.model -k 2 --all -j 1 >all
printf '%s\n' u1 u2 u3 u4 u5 | rs-topk -q -m als.model -k 2 -j 3 >at-once
RS_CPU=base rs-topk -q -m als.model -k 2 --all >base
cmp one-by-one all && cmp at-once all && cmp base all
# What rs-score says of the pairs is what rs-topk said, to the bit.
cut -d , -f 1,2 all | rs-score -m als.model | cmp - all
# Without ids in the model they come from the dictionaries.
rs-fit -q als -d 4 -e 5 -o bare.model <train.rsi
rs-topk -q -m bare.model -D ids -k 2 --all | cmp - all
rs-topk -q -m bare.model -k 2 --all
echo "status $?"
