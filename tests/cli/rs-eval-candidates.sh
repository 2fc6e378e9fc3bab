# One positive among given negatives; of two users one has the own test item
# among them, and the model (popularity x 3, y 2, z 2, w 1) ties y and z.
printf 'u,i\na,x\nb,x\nc,x\nc,y\nd,y\nd,z\ne,z\ne,w\n' | rs-clean -q -c user=u,item=i | rs-index -D ids >train.rsi
rs-fit pop -o m -D ids <train.rsi
printf 'u,i\na,y\nb,w\n' | rs-clean -q -c user=u,item=i | rs-index -q -D ids --frozen >test.rsi
printf 'u,i\na,z\na,w\na,z\nb,y\nb,w\nf,x\n' | rs-clean -q -c user=u,item=i >plain.rsi
for ties in expected worst best; do
    rs-eval -m m --test test.rsi --candidates plain.rsi --metrics hr@1,mrr --ties $ties | head -n 2
done
rs-negsample -q -n 2 --per-user -D ids -x train.rsi <test.rsi >drawn.rsi
rs-eval -m m --test test.rsi --candidates drawn.rsi --metrics hr@3:s2 | head -n 1
rs-eval -m m --test test.rsi --candidates drawn.rsi --metrics hr@3:s99
echo "status $?"
