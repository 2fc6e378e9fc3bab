# What the tests of damaged files share.  Each damaged copy of a small file
# must be refused with status 1 and one line that says so, and nothing may
# look like a result.
hurt=$RS_BUILD/unit/_hurt
step=${RS_SAN:+61}
step=${step:-1}
bad=0

# small NAME COLUMN...: a stream of five rows.
small() {
    local name=$1
    shift
    "$hurt" stream 5 "$@" >"$name" || exit 1
}

# damage FILE TARGET ARGUMENT...: see _hurt.
damage() {
    "$hurt" flips "$step" "$@" >said || { echo "$*:"; cat said; bad=1; }
}
