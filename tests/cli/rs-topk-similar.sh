# Items like an item: not itself, by cosine; an unknown one gets what is
# popular; a model without factors cannot compare.
. "$RS_ROOT/tests/_tiny.sh"
printf '{"item_id": "a", "top_n": 9}\nb\n' |
    rs-topk -m als.model --similar --header | cut -d , -f 1,2 | sort
printf 'a\n' | rs-topk -m als.model --similar -k 9 |
    awk -F , '$3 > 1.000001 || $3 < -1.000001 || (NR > 1 && $3 > last) { print "not a cosine, or out of order: " $0 } { last = $3 }'
printf 'zz\n' | rs-topk -m als.model --similar -k 1
printf '{"user_id": "u1"}\n' | rs-topk -m als.model --similar
echo "status $?"
rs-topk -q -m als.model --similar --all -k 1 -f stream | rs-cat --info |
    grep -E '^(column|rows)' | cut -f 1-3
