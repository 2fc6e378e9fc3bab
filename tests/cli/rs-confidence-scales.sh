# Each scale of the same weights, from a value and from a weight.
cat >log.tsv <<'END'
user	item	value
ann	a	4
ann	b	1
bob	a	0.25
bob	c	9
cat	d	0
END
rs-clean -q -c user=user,item=item,value=value log.tsv |
    rs-index -D dict >log.rsi
for scale in none 'alpha --alpha 2' 'linear --alpha 40' \
    'log --alpha 2 --eps 0.5' bm25 'bm25 --k1 1.2 --b 0.75' tfidf; do
    echo "-- $scale"
    # shellcheck disable=SC2086  # words, on purpose
    rs-confidence --scale $scale <log.rsi | tee last.rsi | rs-cat -D dict
    # A second time from the weights: as long as nothing was scaled.
    [ "$scale" != none ] || rs-confidence --scale tfidf <last.rsi >two.rsi
done
cmp <(rs-cat two.rsi) <(rs-cat last.rsi)
# Little memory, many rows: the same bytes.
rs-synth ratings --users 500 --items 300 --rows 100k |
    rs-clean -q -c user=user_id,item=item_id,value=rating,time=timestamp |
    rs-index -D many >many.rsi
for how in '--combine last --scale bm25' '--scale tfidf --half-life 9d'; do
    # shellcheck disable=SC2086  # words, on purpose
    cmp <(rs-confidence $how <many.rsi) <(rs-confidence $how -M 1M <many.rsi)
done
