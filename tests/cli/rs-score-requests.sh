# A request of JSON is answered by one line of its own shape: a pair, parallel
# lists, instances; the fields are called as --fields says; what is wrong with
# a request is named, and the others are answered.
. "$RS_ROOT/tests/_tiny.sh"
part() { echo "$1"; echo "$1" >&2; }
ask() { rs-score -m pop.model "$@"; echo "status $?"; }
part "shapes"
printf '%s\n' '{"user_id": "u1", "item_id": "a", "more": [{"user_id": 7}]}' \
    '{"user_id": ["u1", "u2", "u3"], "item_id": ["b", "x y", "\u0061"]}' \
    '{"instances": [{"user_id": "u1", "item_id": "a"}, {"item_id": "e", "user_id": "u2"}], "signature_name": "serving_default"}' \
    '{"user_id": [], "item_id": []}' ' {"instances": []}' >sound
ask <sound
ask --threshold 2 --flag <sound
for f in csv tsv; do
    ask -f $f --threshold 2 --flag --header <sound
done
part "fields"
ask --fields customer_id,product_id <<'END'
{"customer_id": "u1", "product_id": "a"}
{"product_id": ["b", "e"], "customer_id": ["u1", "u1"]}
{"instances": [{"customer_id": "u1", "product_id": "a"}]}
{"user_id": "u1", "item_id": "a"}
{"customer_id": "u1", "item_id": "a"}
END
printf 'when,product_id,user_id,customer_id\n1,a,u9,u1\n2,b,u1,u9\n' |
    ask --fields customer_id,product_id
printf 'product_id\tcustomer_id\nx y\tu2\n' |
    ask --fields customer_id,product_id -f jsonl
printf 'u1,a\n' | ask --fields customer_id,product_id
printf 'user,item_id,user_id\nu1,a,u2\n' | ask
printf 'user_id,product_id\nu1,a\n' | ask
rs-score -m pop.model --fields 'my user,my item' -f csv --header <train.rsi |
    head -n 2
part "lists"
ask <<'END'
{"user_id": ["u1", "u2"], "item_id": ["a"]}
{"user_id": ["u1", "u2"], "item_id": "a"}
{"user_id": "u1", "item_id": ["a"]}
{"user_id": ["u1", ["u2"]], "item_id": ["a", "a"]}
{"user_id": ["u1", "u2"], "item_id": ["a", {"id": "a"}]}
{"user_id": ["u1", ""], "item_id": ["a", "a"]}
{"user_id": ["u1", null], "item_id": ["a", "a"]}
{"user_id": ["u1", 1.5], "item_id": ["a", "a"]}
{"user_id": {"0": "u1"}, "item_id": {"0": "a"}}
{"user_id": true, "item_id": "a"}
{"user_id": ["u1"], "user_id": ["u2"], "item_id": ["a"]}
{"user_id": ["u\u00001"], "item_id": ["a"]}
{"user_id": [99999999999999999999], "item_id": ["a"]}
{"user_id": ["u1", "item_id": ["a"]}
{"user_id": ["u1"], "item_id": ["a"]} more
{"item_id": ["a"]}
{}
["u1", "a"]
{"user_id": ["u1"], "item_id": ["a"]}
END
part "instances"
ask <<'END'
{"instances": {"user_id": "u1", "item_id": "a"}}
{"instances": [{"user_id": "u1", "item_id": "a"}, ["u1", "a"]]}
{"instances": [{"user_id": "u1"}]}
{"instances": [{"user_id": "u1", "item_id": "a"}, {"user_id": ["u1"], "item_id": ["a"]}]}
{"instances": [{"user_id": "u1", "item_id": "a"}], "item_id": "b"}
{"instances": null}
{"instances": [{"user_id": "u1", "item_id": "a"}]}
END
part "misuse"
for fields in user 'user,' ',item' a,b,c a,a; do
    ask --fields "$fields" <sound
done
ask -f jsonl --header <sound
