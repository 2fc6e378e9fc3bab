# Streams with right checksums and absurd claims are refused within a small
# address space and a short time, by status and not by a crash.
. "$RS_ROOT/tests/_shop.sh"
hurt=$RS_BUILD/unit/_hurt
shop 3000
bad=0

# With ASan's shadow there is no limit on the address space.
[ -n "$RS_SAN" ] || ulimit -v 1000000
refused() {
    timeout 20 bash -c "$1" >out 2>err
    status=$?
    [ $status -eq 1 ] && [ -s err ] && return
    echo "$1: status $status: $(head -c 300 err)"
    bad=1
}

for claim in rows-2^60 body-2^32 body-2^30 text-2^24 text-2^32 block-rows-2^32 \
    block-rows-65536 strings-2^32 dictionary-2^32 packed-56 packed-255 \
    kind-9 column-length first-2^60; do
    "$hurt" claim $claim >bad.rsi || { echo "$claim: not made"; bad=1; continue; }
    refused "rs-cat bad.rsi"
    refused "rs-cat --count <bad.rsi"
    refused "rs-index -q -D made <bad.rsi"
    refused "rs-split -q --random 0.5 --test made.test <bad.rsi"
    refused "rs-fit -q pop -o made.model <bad.rsi"
    refused "rs-negsample -q -n 1 -x bad.rsi <train.rsi"
done

# A size is a claim that no checksum disproves: memory may not be enough for
# it, but then that is said.
for size in 1152921504606846976 4294967294; do
    "$hurt" claim size-$size >bad.rsi || exit 1
    for command in "rs-fit -q pop -o made.model" "rs-fit -q als -o made.model" \
        "rs-negsample -q -n 1" "rs-confidence -q --scale bm25" \
        "rs-split -q --per-user 0.5 --test made.test"; do
        timeout 20 bash -c "$command <bad.rsi" >out 2>err
        status=$?
        case $status in
        0 | 1 | 3) ;;
        *) echo "$command, size $size: $status: $(head -c 300 err)"; bad=1 ;;
        esac
    done
done
exit $bad
