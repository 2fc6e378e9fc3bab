# Not one byte of any output depends on the threads, the CPU path, whether the
# input is a pipe, a file or gzipped, on memory, or on how much a read moves.
. "$RS_ROOT/tests/_shop.sh"
shop 70000

shim=
if [ -z "$RS_SAN" ]; then
    $CC -shared -fPIC -O1 -o shim.so "$RS_ROOT/tests/laws/_shim.c" -ldl &&
        shim=$PWD/shim.so
fi
paths=base
grep -qw avx2 /proc/cpuinfo 2>/dev/null && paths="$paths avx2"
grep -qw avx512dq /proc/cpuinfo 2>/dev/null && paths="$paths avx512"
if [ "$(uname -m)" != x86_64 ]; then
    paths=base
fi
for file in log.tsv raw.rsi all.rsi train.rsi test.rsi weighted.rsi requests; do
    gzip -c $file >$file.gz
done

bad=0
# law NAME COMMAND: it does what the plain command did.
law() {
    local got
    got=$(outcome "$2")
    [ "$got" = "$want" ] && return
    printf '%s: %s\n  plain: %s\n  but:   %s\n' "$1" "$command" "$want" "$got"
    bad=1
}

while IFS='	' read -r input command; do
    tool=${command%% *}
    want=$(outcome "$command <$input")
    case $want in
    status*) echo "$command: $want"; bad=1; continue ;;
    esac
    law "again" "$command <$input"
    law "pipe" "cat $input | $command"
    if has_option "$tool" threads; then
        for n in 1 2 3 7 16; do
            law "-j $n" "$command -j $n <$input"
        done
    fi
    if has_option "$tool" memory; then
        law "-M 1M" "$command -M 1M <$input"
    fi
    for path in $paths; do
        law "RS_CPU=$path" "RS_CPU=$path $command <$input"
    done
    if [ -e "$input.gz" ] && [ "$tool" != rs-topk ]; then
        law "gzip" "$command <$input.gz"
    fi
    case $command in
    *test.rsi*) law "gzipped side" \
        "$(echo "$command" | sed 's/\btest\.rsi/test.rsi.gz/') <$input" ;;
    esac
    if [ -n "$shim" ]; then
        law "small reads and writes" "LD_PRELOAD=$shim $command <$input"
    fi
done < <(commands)
exit $bad
