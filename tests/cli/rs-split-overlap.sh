# Pairs in both parts, and what train lacks, are named; on demand train gives
# up its rows, or nothing is written.
printf '%s\n' 'amy x' 'bob y' 'amy y' 'cat x' 'amy x' 'bob y' 'dan z' |
    rs-clean -q -c user=1,item=2 --no-header --delimiter ' ' |
    rs-index -D dict >in.rsi
tail='--per-user 0.1 --order file --short keep'
# shellcheck disable=SC2086  # words, on purpose
{
    rs-split $tail --test test.rsi <in.rsi | rs-cat -D dict
    rs-split $tail --test test.rsi -D dict --overlap drop <in.rsi >train.rsi
    rs-cat -D dict train.rsi
    rs-cat -D dict test.rsi
    rm test.rsi
    rs-split $tail --test test.rsi --overlap error <in.rsi >train.rsi
    echo $?
    ls -A
}
rs-cat --verify train.rsi
# Whose dictionaries are others.
printf 'eve w\n' | rs-clean -q -c user=1,item=2 --no-header --delimiter ' ' |
    rs-index -D other >/dev/null
rs-split --random 0.1 --test test.rsi -D other <in.rsi >train.rsi
