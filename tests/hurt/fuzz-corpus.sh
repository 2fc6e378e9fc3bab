# Every fuzz target takes small sound files, each damaged in a few hundred
# ways, and what ever hurt one of them: nothing crashes, nothing hangs, and
# what must hold holds.
ways=${RS_LONG:+10000}
ways=${ways:-${RS_SAN:+25}}
ways=${ways:-150}
bad=0
"$RS_ROOT/tests/fuzz/_seeds" seeds || exit 1

# tests/fuzz/found: TARGET, the bytes in hexadecimal, what it was.
while IFS=$'\t' read -r target hex _; do
    case $target in '' | '#'*) continue ;; esac
    mkdir -p "seeds/$target"
    n=$((${n:-0} + 1))
    printf '%b' "$(sed 's/../\\x&/g' <<<"$hex")" >"seeds/$target/found-$n"
done <"$RS_ROOT/tests/fuzz/found"

for source in "$RS_ROOT"/tests/fuzz/*.c; do
    target=$(basename "$source" .c)
    case $target in _*) continue ;; esac
    "$RS_BUILD/replay/$target" -n "$ways" seeds/"$target"/* >said 2>&1 &&
        continue
    echo "$target: status $?"
    tail -n 40 said
    bad=1
done
exit $bad
