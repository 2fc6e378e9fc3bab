# Sorted by the bytes of the id, or by frequency with ties by id; rows stay in
# their order.
printf '%s\n' b,z a,y b,y c,z a,z bb,x b,x | rs-clean -q -c user=1,item=2 \
    --no-header --delimiter comma >in.rsi
for order in sorted frequency; do
    rs-index -D $order --order $order <in.rsi | rs-cat --header
    rs-cat $order/user.rsi
    rs-cat $order/item.rsi
done
# Where the file does not fit the budget the result is the same.
rs-synth shop -s 3 --users 3000 --items 500 --rows 200k |
    rs-clean -q -c user=1,item=2,event=3,time=4 >large.rsi
for memory in 1M 1G; do
    rs-index -D d$memory --order frequency -M $memory <large.rsi |
        rs-cat --fingerprint
    rs-cat --fingerprint d$memory/user.rsi
done | sort | uniq -c | awk '{ print $1 }'
