# The same negatives whatever the order of the rows, and when the stream is
# cut by user.
rs-synth ratings --users 300 --items 120 --rows 9000 >log.tsv
rs-clean -q -c user=user_id,item=item_id,time=timestamp log.tsv |
    rs-index -D dict >log.rsi
(head -n 1 log.tsv; tail -n +2 log.tsv | sort -k 2,2) >other.tsv
rs-clean -q -c user=user_id,item=item_id,time=timestamp other.tsv |
    rs-index -D dict --frozen >other.rsi
for by in uniform 'popularity --power 0.75' 'uniform --distinct' \
    'popularity --distinct' 'uniform --per-user'; do
    # shellcheck disable=SC2086  # words, on purpose
    set -- -n 5 -D dict --by $by -q
    rs-negsample "$@" <log.rsi | rs-cat | sort >a
    rs-negsample "$@" <other.rsi | rs-cat | sort >b
    cmp a b
    for part in 0 1; do
        (head -n 1 log.tsv; awk -v p=$part 'NR > 1 && $1 % 2 == p' log.tsv) |
            rs-clean -q -c user=user_id,item=item_id,time=timestamp |
            rs-index -D dict --frozen | rs-negsample "$@" | rs-cat
    done | sort >b
    cmp a b
    # Nothing known is among them.
    awk -F '\t' '$4 == 1 { print $1 "\t" $2 }' a >known
    awk -F '\t' '$4 == 0 { print $1 "\t" $2 }' a | grep -cxFf known
    wc -l <a
done
