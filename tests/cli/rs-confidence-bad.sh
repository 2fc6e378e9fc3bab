# Options that would do nothing, and weights that mean nothing.
printf 'user\titem\tvalue\n1\t2\t-3\n' |
    rs-clean -q -c user=user,item=item,value=value | rs-index -D dict >log.rsi
for args in '--alpha 2' '--scale bm25 --alpha 2' '--eps 1' \
    '--scale log --eps 0' '--k1 2' '--now 2020-01-01' '--half-life 0s' \
    '--events View' '--events View=1,View=2' '--combine count --events a=1' \
    '--scale log' '--events View=1' '--half-life 1d' '--scale tfidf'; do
    # shellcheck disable=SC2086  # words, on purpose
    rs-confidence $args <log.rsi >out.rsi
    echo $?
done
rs-confidence --scale alpha --alpha 2 <log.rsi | rs-cat
rs-confidence --scale alpha --alpha 1e30 <log.rsi |
    rs-confidence --scale alpha --alpha 1e30 >out.rsi
echo $?
