# A writer that is killed in mid-pipe does not look like one that is done: the
# next tool says so and fails, and so does the one behind it, without pipefail.
. "$RS_ROOT/tests/_shop.sh"
shop 70000
bad=0
complain() { echo "$*"; bad=1; }

mkfifo log first second

# killed COMMAND: rs-clean is killed when it has read all and written most;
# the command behind it, and rs-cat behind that, must fail.
killed() {
    local name=${1%% *} victim middle last
    rm -rf made*
    rs-clean -q -c $columns log >first &
    victim=$!
    eval "$1" <first >second 2>err &
    middle=$!
    rs-cat --count <second >count 2>err2 &
    last=$!
    exec 9>log
    cat log.tsv >&9
    sleep 0.2
    kill -KILL $victim
    exec 9>&-
    wait $victim 2>/dev/null
    wait $middle
    [ $? -eq 1 ] || complain "$1: did not exit with 1"
    wait $last
    [ $? -eq 1 ] || complain "rs-cat behind $1: did not exit with 1"
    grep -qE "^$name: stdin: (stream ends after|empty where)" err ||
        complain "$1: said $(cat err)"
    [ ! -s count ] || complain "rs-cat behind $1 counted $(cat count)"
    if [ -n "$(find made* -type f 2>/dev/null)" ]; then
        complain "$1: left $(find made* -type f)"
    fi
}

killed "rs-index -q -D made"
killed "rs-index -q -D made --min-item 2"
killed "rs-index -q -D ids --frozen"
killed "rs-cat -f stream"
killed "rs-confidence -q --events $weights"

# An upstream that fails by itself: bad bytes in the log.
{ head -n 1000 log.tsv; printf 'too\tfew\n'; } >broken.tsv
rs-clean -q -c $columns broken.tsv 2>err | rs-index -q -D made 2>err2 |
    rs-split -q --test made.test --random 0.5 2>err3 |
    rs-fit -q pop -o made.model 2>err4
[ "${PIPESTATUS[*]}" = "1 1 1 1" ] || complain "statuses ${PIPESTATUS[*]}"
grep -q '^rs-clean: broken.tsv:1001: ' err || complain "$(cat err)"
[ -z "$(find made* -type f 2>/dev/null)" ] || complain "left $(ls -d made*)"
exit $bad
