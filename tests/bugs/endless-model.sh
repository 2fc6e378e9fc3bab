# A device without an end was read as a model until memory was full.
[ -n "$RS_SAN" ] || ulimit -v 2000000	# sanitizers map terabytes
for tool in 'rs-topk -m' 'rs-fit pop -q -o no --checkpoint'; do
    echo 1 | rs-clean -q --no-header --integer-ids -c user=1,item=1 |
        rs-index -q -D ids >t.rsi
    $tool /dev/zero <t.rsi
    echo $?
done
head -c 8 /dev/zero | rs-topk -m /dev/fd/3 3<&0 </dev/null
echo $?
