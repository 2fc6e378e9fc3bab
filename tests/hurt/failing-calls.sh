# Whichever call that has to do with files fails, be it the last close: status
# 3 and one line that says so, and no file that is new but not whole.  Where
# nothing hangs on the call, the result is the same as ever.
. "$RS_ROOT/tests/_shop.sh"
shim hurt calls || exit
shop 1000
bad=0
complain() {
    echo "$command, call $n $error: $*: $(head -c 200 err)"
    bad=1
}

while IFS='	' read -r input command; do
    plainly
    memory=
    ! has_option "${command%% *}" memory || memory='-M 1M'
    for ((n = 1; n < 500; n++)); do
        error=$([ $((n % 2)) = 1 ] && echo eio || echo enospc)
        rm -rf made made.* hit
        eval "LD_PRELOAD=$calls CALLS_AT=$n CALLS_DO=$error \
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
