# Pairs of whom the model does not know one have no score, the mean rating or
# none of all, as is wanted, and are flagged on demand; in any form.
. "$RS_ROOT/tests/_tiny.sh"
part() { echo "$1"; echo "$1" >&2; }
printf '%s\n' user,item,value u1,a,5 u1,b,1 u2,a,4 u2,b,2 u3,a,5 u3,c,4 |
    rs-clean -q -c user=user,item=item,value=value |
    rs-index -q -D stars >stars.rsi
rs-fit -q mf -p loss=squared -d 2 -e 5 -D stars -o stars.model <stars.rsi
ask() { rs-score -m stars.model "$@" >got; s=$?
    sed 's/\([0-9]\.[0-9][0-9]\)[0-9]*/\1/g' got; echo "status $s"; }
printf 'u1,a\nu9,a\nu1,zz\nu9,zz\n' >pairs
cat >requests <<'END'
{"user_id": "u9", "item_id": "a"}
{"user_id": ["u1", "u9"], "item_id": ["a", "a"]}
{"instances": [{"user_id": "u1", "item_id": "a"}, {"user_id": "u1", "item_id": 7}]}
{"user_id": "u1", "item_id": "a"}
END
for unknown in empty error mean; do
    part $unknown
    ask --unknown $unknown --flag --threshold 4 <pairs
    ask --unknown $unknown --flag --threshold 4 <requests
done
part "jsonl of csv"
ask --unknown error -f jsonl <pairs
# A stream of ids has a flag too, and the mean keeps its column.
part "stream"
rs-clean -q -c user=1,item=2 --no-header --delimiter comma pairs >pairs.rsi
rs-score -q -m stars.model --flag --threshold 4 <pairs.rsi | rs-cat --info |
    grep ^column | cut -f 1-3
rs-score -q -m stars.model --flag --unknown mean <pairs.rsi |
    rs-cat -f csv | cut -d, -f 1,2,4
ask --unknown error -f csv <pairs.rsi
rs-score -q -m stars.model --flag <pairs.rsi | rs-score -m stars.model -f csv
echo "status $?"
printf 'user,item,unknown\nu1,a,1\n' | ask --flag
printf 'user,item,unknown,label\nu1,a,1,1\n' | ask --threshold 1
part "ratings only"
echo u1,a | rs-score -m pop.model --unknown mean; echo "status $?"
