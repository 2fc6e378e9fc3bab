# A parameter that is made from the data stood in the log's first line without
# quotes, which is no JSON:  runs.jsonl:1: is no JSON: invalid token near 'auto'
printf 'a\tx\na\ty\nb\tx\nb\tz\n' | rs-clean -q --no-header -c user=1,item=2 |
    rs-index -D dict | rs-fit als -q -d 2 -e 2 --log runs.jsonl -o model || exit 1
rs-clean -q --jsonl -c algorithm=algorithm,epoch=epoch runs.jsonl |
    rs-cat >got || exit 1
[ "$(cat got)" = "$(printf 'als\t\n\t1\n\t2')" ] || { cat got; exit 1; }
