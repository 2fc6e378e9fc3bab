# Each row with label 1, then its negatives: never what the user has here or
# in the excluded stream, with the columns of the row but no value.
cat >log.tsv <<'END'
user	item	value	time	shop
ann	a	4	10	x
bob	b	2	11	y
ann	b	3	12	x
cat	a	1	13	z
cat	b	1	14	z
cat	c	1	15	z
cat	d	1	16	z
bob	d	5	17	y
ann	a	4	18	x
END
rs-clean -q -c user=user,item=item,value=value,time=time,shop=shop log.tsv |
    rs-index -D dict >log.rsi
rs-negsample -n 2 <log.rsi >out.rsi
rs-cat -D dict --header out.rsi
echo "-- bob is known to like a, too"
printf 'user\titem\nbob\ta\n' >more.tsv
rs-clean -q -c user=user,item=item more.tsv | rs-index -D dict --frozen >more.rsi
rs-negsample -n 3 -D dict -x more.rsi -q <log.rsi |
    rs-cat -D dict --user bob
echo "-- distinct"
rs-negsample -n 3 -D dict --distinct <log.rsi |
    rs-cat -D dict --user ann,bob
echo "-- one set a user"
rs-negsample -n 2 -D dict --per-user -q <log.rsi |
    rs-cat -D dict --user ann,bob
