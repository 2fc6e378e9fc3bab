# Pairs that cannot be found are counted, named and missed.
printf 'u,i\na,x\na,y\nb,x\nb,z\nc,y\nc,z\n' | rs-clean -q -c user=u,item=i | rs-index -D ids >train.rsi
rs-fit pop -o m -D ids <train.rsi
printf 'u,i\na,z\nb,x\nb,z\nc,new\nnobody,x\n' | rs-clean -q -c user=u,item=i >test.rsi
rs-eval -m m --test test.rsi --metrics recall@1,auc --per-user users.tsv
cat users.tsv
rs-eval -m m --test test.rsi --metrics recall@1 --keep-seen -f json
