# Minimum counts: on all rows once, again, and until nothing changes.  The
# counts of the dictionaries are those of the rows that are left.
cat >rows <<'END'
a 1
a 2
a 3
b 1
b 2
c 2
c 3
d 3
d 4
e 4
END
rs-clean -q -c user=1,item=2 --no-header --delimiter ' ' rows >in.rsi
for rounds in 1 2 converge; do
    echo "rounds $rounds"
    rs-index -D dict --min-user 2 --min-item 2 --rounds $rounds <in.rsi \
        >out.rsi
    rs-cat -D dict out.rsi
    rs-cat dict/user.rsi
done
# Only one of the two; everything dropped; nothing there.
rs-index -D dict --min-item 3 <in.rsi | rs-cat --count
rs-index -D dict --min-item 30 <in.rsi | rs-cat --count
rs-cat --count dict/user.rsi
rs-cat --head 0 in.rsi -f stream >empty.rsi
rs-index -D dict --min-item 3 <empty.rsi | rs-cat --count
# The core is the same however it is found: drop by hand until it stays.
rs-synth shop -s 5 --users 400 --items 300 --rows 6000 |
    rs-clean -q -c user=1,item=2,time=4 >shop.rsi
rs-index -q -D core --min-user 8 --min-item 9 --rounds converge <shop.rsi \
    >core.rsi
rs-cat -D core core.rsi | sort >core.tsv
rs-cat shop.rsi >left
while :; do
    awk 'NR == FNR { u[$1]++; i[$2]++; next } u[$1] > 7 && i[$2] > 8' \
        left left >next
    cmp -s left next && break
    mv next left
done
sort left | cmp - core.tsv && wc -l <core.tsv
