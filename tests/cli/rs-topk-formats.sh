# One answer in every format, with labels to escape; a TREC run's scores
# strictly decrease where scores are equal.
. "$RS_ROOT/tests/_tiny.sh"
for format in csv tsv jsonl; do
    printf 'u5\nu9\n' | rs-topk -q -m pop.model -k 3 -f $format --label
done
echo '{"items": ["e"], "top_n": 1}' | rs-topk -m pop.model -f jsonl
echo '{"items": [}' | rs-topk -q -m pop.model -f jsonl 2>/dev/null
echo "status $?"
printf '{"user_id": "u5", "top_n": 9}\n' | rs-topk -m pop.model -f trec
printf 'u1\n' | rs-topk -m pop.model -f trec
printf '{"items": ["a"], "top_n": 1}\n' | rs-topk -m pop.model -f trec
echo "status $?"
rs-topk -m pop.model --all -k 1 -f stream | rs-cat -D ids -f csv --header
echo u9 | rs-topk -m pop.model -f stream >unknown.rsi
echo "status $?"
rs-cat --verify unknown.rsi 2>/dev/null || echo "no end mark"
