# JSON lines: strings and numbers, nulls and keys that are not there.
cat >x.jsonl <<'X'
{"user_id": "685", "item_id": 7, "rating": 4.5, "tags": ["x"], "timestamp": 5}
{"user_id": 3.0, "rating": 1, "item_id": "a\tb\u00e9", "timestamp": "2011-12-09T12:50:01Z"}

{"user_id": null, "item_id": 7, "rating": 1, "timestamp": 1}
{"item_id": 7, "rating": 1, "timestamp": 1}
{"user_id": 685, "item_id": true, "rating": "2", "timestamp": 1.9}
X
rs-clean --jsonl x.jsonl | rs-cat -f tsv --header
gzip -k x.jsonl
rs-clean -q --jsonl -c item=item_id,user=user_id x.jsonl.gz | rs-cat -f csv
rs-clean --jsonl -c item=item_id,user=user >/dev/null x.jsonl
echo '{"user": 1, "item": [2]}' | rs-clean --jsonl -c item=item,user=user >/dev/null
echo '{"user": 1, "user": 2, "item": 2}' | rs-clean --jsonl >/dev/null
echo '{"user": 1, "item": 99999999999999999999}' | rs-clean --jsonl >/dev/null
echo '{"user": 1, "item": 1' | rs-clean --jsonl -c user=user,item=item >/dev/null
true
