# What is wrong is said by the original ids, and nothing is printed.
printf 'u,i\na,x\n' | rs-clean -q -c user=u,item=i >test.rsi
try() {
    rs-eval --test test.rsi --metrics p@2 "$@"
    echo "status $?"
}
printf 'a,x,1\nb,y,1\na,y,2\na,x,3\n' >twice.csv
try --recs twice.csv
printf 'a,x,1\na,y\n' >short.csv
try --recs short.csv
printf 'a,x,1\na,y,high\n' >word.csv
try --recs word.csv
printf 'a,x,1\n,y,2\n' >nobody.csv
try --recs nobody.csv
printf 'a,"x,1\n' >quote.csv
try --recs quote.csv
printf 'a x 1\n' >blank.csv
try --recs blank.csv
head -c 100 test.rsi >cut.rsi
try --recs cut.rsi
try --recs missing.csv 2>&1 | sed 's/: No such.*//'
