# A tool that is killed at any moment leaves the old file or the new one, and
# never a part; where it can still clean up, no temporary either.
. "$RS_ROOT/tests/_shop.sh"
shop 70000
bad=0
old=$(rs-cat --verify test.rsi | cut -f 3)
new=$(rs-cat --verify all.rsi | cut -f 3)
mkdir folder
for signal in KILL TERM INT HUP; do
    for wait in 0 0.001 0.002 0.005 0.01 0.015 0.02 0.03 0.05 0.1; do
        cp test.rsi folder/file.rsi
        # A background job of a script ignores INT; env gives it back.
        env --default-signal=INT rs-cat -f stream -o folder/file.rsi all.rsi &
        pid=$!
        sleep $wait
        kill -$signal $pid 2>/dev/null
        wait $pid 2>/dev/null
        got=$(rs-cat --verify folder/file.rsi | cut -f 3)
        if [ "$got" != "$old" ] && [ "$got" != "$new" ]; then
            echo "SIG$signal after $wait s left neither the old nor the new file"
            bad=1
        fi
        left=$(find folder -type f ! -name file.rsi)
        [ $signal = KILL ] || [ -z "$left" ] ||
            { echo "SIG$signal after $wait s left $left"; bad=1; }
        rm -rf folder && mkdir folder
    done
done
exit $bad
