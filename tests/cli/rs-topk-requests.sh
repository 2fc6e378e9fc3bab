# Requests in all their shapes, good and bad: the good ones are answered in
# order, each bad one has a line, and the last line needs no end.
. "$RS_ROOT/tests/_tiny.sh"
printf '%s\n' '{"user_id": "u3", "top_n": "2"}' '{"user_id": "u2"}' u1 '' \
    '{"items": ["a", "b", "a", "zz"], "top_n": 1}' '{"items": []}' nobody \
    '{"user_id": 7, "other": [1, {"x": null}]}' \
    '{"user_id":' '{"user_id": "u1", "user_id": "u2"}' \
    '{"user_id": "u\u00001"}' '{"user_id": "u1", "top_n": 0}' \
    '{"user_id": "u1", "top_n": -1}' '{"user_id": "u1", "top_n": "x"}' \
    '{"user_id": "u1", "top_n": 99999999999999999999}' \
    '{"user_id": "u1", "top_n": 1.5}' '{"user_id": 1.5}' '{"user_id": ""}' \
    '{"user_id": ["u1"]}' '{"user_id": "u1", "items": ["a"]}' '{"a": 1}' \
    '{"items": "a"}' >requests
printf '{"user_id": %s%s}\n' "$(printf '[%.0s' {1..9999})" \
    "$(printf ']%.0s' {1..9999})" >>requests
printf '{"user_id": "u4"}' >>requests
rs-topk -m pop.model -k 3 --flag --header <requests
echo "status $?"
