# Not one byte of any output depends on the threads, the CPU path, whether the
# input is a pipe, a file or gzipped, on memory, or on how much a read moves.
. "$RS_ROOT/tests/_shop.sh"
shop 70000

crumbs=
shim laws crumbs
for file in log.tsv raw.rsi all.rsi train.rsi test.rsi weighted.rsi requests; do
    gzip -c $file >$file.gz
done

bad=0
while IFS='	' read -r input command; do
    tool=${command%% *}
    expect || continue
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
    for path in $(cpu_paths); do
        law "RS_CPU=$path" "RS_CPU=$path $command <$input"
    done
    if [ -e "$input.gz" ] && [ "$tool" != rs-topk ]; then
        law "gzip" "$command <$input.gz"
    fi
    case $command in
    *test.rsi*) law "gzipped side" \
        "$(echo "$command" | sed 's/\btest\.rsi/test.rsi.gz/') <$input" ;;
    esac
    if [ -n "$crumbs" ]; then
        law "small reads and writes" "LD_PRELOAD=$crumbs $command <$input"
    fi
done < <(commands)
exit $bad
