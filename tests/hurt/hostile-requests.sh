# Requests of millions of bytes, of a million ids, nested a million deep or full
# of junk are refused or answered in bounded memory and time, and whoever asks
# next is answered too.
. "$RS_ROOT/tests/_tiny.sh"
bad=0
# With ASan's shadow there is no limit on the address space.
[ -n "$RS_SAN" ] || ulimit -v 1500000

many() { head -c "$1" /dev/zero | sed "s/\x00/$2/g"; }	# COUNT WHAT
# answered STATUS LINES COMMAND: to what stands in the file asked.
answered() {
    timeout 120 bash -c "$3" <asked >out 2>err
    status=$?
    [ $status -eq "$1" ] && [ "$(wc -l <out)" -eq "$2" ] && return
    echo "$name: $3: status $status, $(wc -l <out) lines: $(head -c 300 err)"
    bad=1
}

sound='{"user_id": "u1", "item_id": "a"}'
while IFS='	' read -r status name line; do
    { echo "$sound"; eval "$line"; echo; echo "$sound"; } >asked
    answered "$status" 3 "rs-score -m pop.model --flag"
done <<'END'
1	long	many 17000000 1
1	long list	printf '{"user_id": ['; many 9000000 1,; printf '1]}'
1	deep	printf '{"user_id": '; many 1000000 [
1	deep list	printf '{"user_id": '; many 1000 [; many 1000 ]; printf '}'
0	many	printf '{"user_id": ['; many 1000000 7,; printf '1], "item_id": ['; many 1000000 7,; printf '1]}'
1	unequal	printf '{"user_id": ['; many 1000000 7,; printf '1], "item_id": ['; many 999999 7,; printf '1]}'
0	instances	printf '{"instances": ['; many 200000 '{"user_id":1,"item_id":"a"},'; printf '{"user_id":1,"item_id":2}]}'
1	last instance	printf '{"instances": ['; many 200000 '{"user_id":1,"item_id":"a"},'; printf '{"user_id":1}]}'
0	other keys	printf '{"user_id": "u1", "item_id": "a"'; seq -f ', "k%.0f": [[{}]]' 200000 | tr -d '\n'; printf '}'
1	one key twice	printf '{"user_id": "u1", "item_id": "a"'; seq -f ', "k%.0f": 0' 200000 | tr -d '\n'; printf ', "k7": 0}'
1	bytes	printf '{"user_id": "\377\376", "item_id": "a"}'
1	escape	printf '{"user_id": "\\ud800", "item_id": "a"}'
END
name=columns
{ echo u1,a; many 100000 u1,; echo; echo u1,a; } >asked
answered 1 2 "rs-score -m pop.model"
{ many 100000 u1,; echo; echo u1,a; } >asked
answered 1 0 "rs-score -m pop.model"
exit $bad
