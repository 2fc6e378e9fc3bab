# A room of lib uses only itself and the rooms before it: read from the
# #include lines.  cmd uses all rooms, and no tool another.
cd "$RS_ROOT" || exit 1
find lib cmd -name '*.[ch]' -exec grep -Hn '^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"' {} + |
awk -F: '
BEGIN {
    n = split("base kernel io data rank model trial cli", room, " ")
    for (i = 1; i <= n; i++)
        order[room[i]] = i
    order["cmd"] = n + 1
}
{
    split($1, from, "/")
    here = from[1] == "cmd" ? "cmd" : from[2]
    split($3, quoted, "\"")
    there = quoted[2]
    sub(/\/.*/, "", there)
    if (!(here in order)) {
        print $1 ": lib/" here " is no room of the house"
        bad = 1
    } else if (there == quoted[2] || !(there in order) || there == "cmd") {
        print $1 ":" $2 ": \"" quoted[2] "\" does not begin with a room"
        bad = 1
    } else if (order[there] > order[here]) {
        print $1 ":" $2 ": " here " must not use " there
        bad = 1
    }
}
END { exit bad }' || exit 1

# The machine is asked about in base and kernel only; which inflate there is,
# in io.  A header's guard is no question.
bad=$(find lib cmd -name '*.[ch]' ! -path 'lib/base/*' ! -path 'lib/kernel/*' \
    -exec grep -HnE '^[[:blank:]]*#[[:blank:]]*(if|ifdef|elif|ifndef)\>' {} + |
    grep -vE '#ifndef RS_[A-Z0-9_]+_H$|^lib/io/.*RS_ISAL')
if [ -n "$bad" ]; then
    echo "conditional compilation outside of base and kernel:"
    echo "$bad"
    exit 1
fi
