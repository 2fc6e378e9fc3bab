# A writer that is killed at any moment leaves each file as it was or as it
# should become, never a part; where it can still clean up, no temporary either.
# killed-files.sh goes through the moments one by one; here they are random.
. "$RS_ROOT/tests/_shop.sh"
. "$RS_ROOT/tests/hurt/_killed.sh"
shop 40000
bad=0
moment() { echo "SIG$signal after $wait s"; }

RANDOM=5
moments=100
while IFS='	' read -r input command; do
    began=${EPOCHREALTIME/./}
    prepare
    took=$((${EPOCHREALTIME/./} - began))	# microseconds, and then some
    for signal in KILL KILL KILL KILL KILL TERM KILL INT; do
        rm -rf made && cp -r old made
        wait=$(printf '0.%06d' $((RANDOM * took / 32768 % 1000000)))
        # A background job of a script ignores INT; env gives it back.
        env --default-signal=INT $command <"$input" >out 2>err &
        pid=$!
        sleep "$wait"
        kill -$signal $pid 2>/dev/null
        wait $pid 2>/dev/null
        either
        [ $signal = KILL ] || tidy
        moments=$((moments - 1))
    done
    comes_through
done < <(writers)
[ $moments -le 0 ] || { echo "$moments moments too few"; bad=1; }
exit $bad
