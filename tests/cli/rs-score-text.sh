# Pairs as CSV, TSV and JSON lines keep their order and columns; bad lines have
# a line each, and the last one needs no end.
. "$RS_ROOT/tests/_tiny.sh"
printf 'u1,a\nu9,a\nu2,zz\nu3,"x y"\n\nu4\nu5,a,b\nu5,"a\nu5,a' |
    rs-score -m pop.model
echo "status $?"
printf 'note,item_id,user_id\n"a ""b"", c",e,u1\n,d,u1\n' |
    rs-score -m pop.model --threshold 2
printf 'u1\ta\\tb\nu1\tb\n' | rs-score -m pop.model --header
printf '%s\n' '{"user_id": "u1", "item_id": "a"}' \
    '{"user_id": ["u1", "u9"], "item_id": ["b", "a"]}' \
    '{"user_id": ["u1"], "item_id": []}' '{"user_id": "u1"}' u1,a '{' |
    rs-score -m pop.model --threshold 2
echo "status $?"
printf 'u1,a\nu9,a\n' | rs-score -m pop.model --unknown error -f jsonl
echo "status $?"
rs-score -m pop.model </dev/null
echo "status $?"
printf 'u1,a\n' | rs-score -m pop.model --clip
echo "status $?"
