# Whichever call that has to do with files fails, be it the last close: status
# 3 and one line that says so, and no file that is new but not whole.  Where
# nothing hangs on the call, the result is the same as ever.
[ -z "$RS_SAN" ] || { echo "sanitizers want to be loaded first"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
shop 1000
$CC -shared -fPIC -O1 -o calls.so "$RS_ROOT/tests/hurt/_calls.c" -ldl \
    2>/dev/null || { echo "no shim for this libc"; exit 77; }
bad=0
complain() {
    echo "$command, call $n $error: $*: $(head -c 200 err)"
    bad=1
}

# What is there is whole.
whole() {
    local file
    # shellcheck disable=SC2044  # names of our own making
    for file in $(find made* -type f 2>/dev/null); do
        cmp -s "$file" "want.$file" || return 1
    done
}

while IFS='	' read -r input command; do
    rm -rf made made.* want.*
    eval "$command <$input >want.out" 2>err || { cat err; exit 1; }
    for file in made made.*; do
        [ ! -e "$file" ] || mv "$file" "want.$file"
    done
    memory=
    ! has_option "${command%% *}" memory || memory='-M 1M'
    for ((n = 1; n < 500; n++)); do
        error=$([ $((n % 2)) = 1 ] && echo eio || echo enospc)
        rm -rf made made.* hit
        eval "LD_PRELOAD=$PWD/calls.so CALLS_AT=$n CALLS_DO=$error \
            CALLS_HIT=hit TMPDIR=$PWD $command $memory <$input >out" 2>err
        status=$?
        [ -e hit ] || break
        whole || complain "half a file"
        case $status in
        0) cmp -s out want.out && [ ! -s err ] || complain "another result" ;;
        3) [ "$(wc -l <err)" = 1 ] &&
            grep -qE 'Input/output error|No space left' err || complain "said" ;;
        *) complain "status $status" ;;
        esac
    done
    [ "$n" -gt 2 ] || { echo "$command: no call failed"; bad=1; }
done < <(commands)
exit $bad
