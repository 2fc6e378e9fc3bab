# Scores against values and labels; a pair without either is told.
cat >scored.csv <<'END'
user,item,score
a,x,3
a,y,5
b,x,2
b,z,
c,x,1
END
printf 'u,i,v\na,x,4\na,y,5\nb,x,4\nb,z,3\n' | rs-clean -q -c user=u,item=i,value=v >test.rsi
printf 'u,i,v\na,z,2\nb,y,4\n' | rs-clean -q -c user=u,item=i,value=v >train.rsi
rs-eval --scored scored.csv --test test.rsi --train train.rsi
rs-eval -q --scored scored.csv --test test.rsi --metrics rmse -f json
rs-eval --scored scored.csv --test test.rsi --metrics accuracy
echo "status $?"
