# Bad input is named exactly, gives status 1 and no file; the system's own
# failures give 3, wrong calls 2.
bad() {
    rs-clean "$@" -o out.rsi
    echo "status $?"
    [ ! -e out.rsi ] || echo "a file appeared"
}
printf 'user,item,value,time\na,b,1,2\n' >good.csv
printf 'user,item,value,time\na,b,x,2\n' >value.csv
printf 'user,item,value,time\na,b,1e39,2\n' >large.csv
printf 'user,item,value,time\na,b,1,yesterday\n' >time.csv
printf 'user,item,value,time\na,b,1,2\na,b,1\n' >short.csv
printf 'user,item,value,time\na,b,1,2,3\n' >long.csv
printf 'user,item,value,time\na,"b"c,1,2\n' >quote.csv
printf 'user,item,value,time\na,b,1,2\n"a,b,1,2\na,b,1,2\n' >open.csv
printf 'user,item,Value,time\na,b,1,2\n' >other.csv
printf 'user,item\na,b\n' >two.csv
printf 'user,user,item\na,b,c\n' >twice.csv
printf 'x,y\na,b\n' >unknown.csv
printf 'user,item,value\na,b,\033[2J\n' >control.csv
: >empty.csv
for f in value large time short long quote open twice unknown empty control; do
    bad $f.csv
done
bad good.csv other.csv
bad good.csv two.csv
bad -c user=user,item=nothing good.csv
bad -c user=1,item=9 good.csv
bad -c user=1,item=0 good.csv
bad --no-header good.csv
bad -c user=name,item=2 --no-header good.csv
bad --where 'user>3' good.csv
bad --where 'nobody=3' good.csv
bad nothing.csv
bad .
bad -c user good.csv
bad -c user= good.csv
bad -c =user good.csv
bad -c user=1,user=2 good.csv
bad -c 'user="x' good.csv
bad --where user good.csv
bad --where 'value>x' good.csv
bad --time-format '%d' good.csv
bad --from KLINGON good.csv
bad --delimiter '' good.csv
bad --jsonl --no-header good.csv
bad --max-errors few good.csv
# Nothing to read: a table without rows where -c says its columns.
for how in --jsonl --no-header --ragged; do
    bad $how empty.csv
    rs-clean $how -c user=user,item=item empty.csv | rs-cat --count
done
