# The same rows in every format, with cells that each must escape.
printf 'user\titem\tvalue\ttime\n' >rows.tsv
printf '%s\t%s\t%s\t%s\n' \
    ann 'a,b' 1.5 0 \
    'b\tob' 'say "hi"' -0.1 1300000000 \
    'z\303\274rich' 'x\y' 3e20 -1 |
    sed 's/\\303\\274/\xc3\xbc/; s/\\t/ /' >>rows.tsv
rs-clean -q -c user=user,item=item,value=value,time=time rows.tsv >rows.rsi
for format in tsv csv jsonl; do
    echo "$format:"
    rs-cat -f $format --header rows.rsi
done
echo "stream:"
rs-cat -f stream rows.rsi | rs-cat --head 1
gzip -k rows.rsi
rs-cat --head 1 -f csv rows.rsi.gz
