# rs-eval -v once said "0 rows in", whatever it had read.
printf 'u,i\na,x\na,y\nb,x\n' | rs-clean -q -c user=u,item=i >test.rsi
printf 'u,i\na,p\nb,q\n' | rs-clean -q -c user=u,item=i >train.rsi
printf 'a,x,2\nb,y,1\n' >list.csv
rs-eval -v --recs list.csv --test test.rsi --train train.rsi --metrics p@2 2>&1 >/dev/null |
    sed -n 's/\(rows out\), .*/\1/p'
