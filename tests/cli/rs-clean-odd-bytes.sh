# Bytes that text should not have, and text that is hardly there: each has a
# stated result, and an id comes through as it is.
show() { rs-clean -q "$@" | rs-cat -f csv | od -An -c | sed 's/  */ /g'; }
echo "-- NUL, invalid UTF-8, control characters"
printf 'user,item\na\0b,\377\376\n\001,\033[1m\n' | show
echo "-- CR LF; a CR alone is a byte"
printf 'user,item\r\na,b\r\nc\rd,e\r\n' | show
echo "-- a byte order mark; no last line end"
printf '\357\273\277user,item\na,b' | show
echo "-- a header alone; nothing"
printf 'user,item\n' | show
printf 'user,item' | show
: | show
echo "-- whose name has control characters"
printf 'user,item\na\n' >"$(printf 'x\033[1m\n.csv')"
rs-clean -q "$(printf 'x\033[1m\n.csv')"
echo "-- numbers"
printf '%s\n' user,item,value a,b,1,5 'c,d,"1,5"' | show --max-errors 9
for n in +1 -0 1e400 nan inf 0x10 ' 1' '1 ' 2147483648 4294967296 1e39 ''; do
    printf 'user,item,value\na,b,%s\n' "$n" |
        rs-clean -q 2>said | rs-cat -f csv 2>/dev/null || cat said
done
