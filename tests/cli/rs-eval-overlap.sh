# Test pairs that were in train: told, dropped or refused.
printf 'u,i\na,x\na,y\nb,x\nb,z\nc,y\nc,z\n' | rs-clean -q -c user=u,item=i | rs-index -q -D ids >train.rsi
rs-fit pop -q -o m -D ids <train.rsi
rs-fit pop -q -o bare -D ids --no-seen <train.rsi
printf 'u,i\na,z\nb,x\nb,z\na,x\na,y\n' | rs-clean -q -c user=u,item=i >test.rsi
try() {
    rs-eval --test test.rsi --metrics recall@1 "$@"
    echo "status $?"
}
try -m m
try -m m --overlap drop
try -m m --overlap drop -f json
try -m m --overlap error
try -m m --keep-seen
# nobody knows what a model without its pairs saw
try -m bare --keep-seen
try -m bare --keep-seen --overlap error
try -m bare --train train.rsi --overlap drop
# of two either may have seen a pair
printf 'u,i\na,z\nb,y\nc,x\n' | rs-clean -q -c user=u,item=i | rs-index -q -D ids --frozen >more.rsi
rs-fit pop -q -o wider <more.rsi
try -m m --against wider --overlap drop
# lists need to be told
printf 'a,z,1\nb,y,1\n' >lists.csv
try --recs lists.csv --overlap error
try --recs lists.csv --train train.rsi -D ids --overlap error
# scored pairs, and the very rows of train
printf 'u,i,v\na,x,4\nb,z,2\n' | rs-clean -q -c user=u,item=i,value=v | rs-index -q -D ids --frozen >rated.rsi
printf '%s,%s,%s\n' a x 3 a z 5 >scored.csv
printf 'u,i,v\na,x,4\na,z,2\n' | rs-clean -q -c user=u,item=i,value=v >truth.rsi
rs-eval --scored scored.csv --test truth.rsi --train rated.rsi -D ids --metrics mse --overlap drop
rs-eval --scored scored.csv --test truth.rsi -D ids --overlap drop
echo "status $?"
rs-eval -m m --test train.rsi --metrics recall@1 --overlap drop
echo "status $?"
rs-eval -m bare --test train.rsi --keep-seen --metrics recall@1
rs-eval --recs lists.csv --test train.rsi --train train.rsi -D ids --metrics recall@1
