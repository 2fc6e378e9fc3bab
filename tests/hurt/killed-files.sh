# A writer that dies before any one of its calls that have to do with files
# leaves each file as it was or as it should become, never a mixture, and no
# other but hidden temporaries, which whoever comes next does not mind.  On
# INT, TERM and HUP it takes the temporaries along.
. "$RS_ROOT/tests/_shop.sh"
. "$RS_ROOT/tests/hurt/_killed.sh"
shim hurt calls || exit
shop 2000
bad=0
moment() { echo "signal $signal before call $n"; }

# Run it with signal $2 before call $1; 1: it has no such call.
run() {
    rm -rf made hit && cp -r old made
    # The shell that waits for it tells of the death.
    { env --default-signal=INT LD_PRELOAD="$calls" CALLS_AT="$1" \
        CALLS_DO="$2" CALLS_HIT=hit $command <"$input" >out; } 2>err
    [ -e hit ]
}

while IFS='	' read -r input command; do
    prepare
    for ((n = 1; n < 500; n++)); do
        signal=9
        run $n 9 || break
        either
        [ $((n % 4)) != 1 ] || comes_through
        [ $((n % 2)) = 0 ] || continue
        signal=$((n % 3 == 0 ? 2 : n % 3 == 1 ? 15 : 1))
        run $n $signal || break
        either
        tidy
    done
    [ "$n" -gt 5 ] || { echo "$command: died at none of its calls"; bad=1; }
done < <(writers)
exit $bad
