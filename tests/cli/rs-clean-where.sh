# Conditions look at any column of the input, before anything is dropped, and
# all must hold.
cat >log.csv <<'X'
user,item,n,type,"a=b"
u1,i1,3,View,x
u1,i2,10,Purchase,x
u2,i1,-1,View,y
,i1,5,View,y
u3,i3,,AddToCart,"p,q"
u4,i4,NaN,View,x
X
clean() {
    rs-clean -c user=1,item=2 "$@" log.csv | rs-cat -f tsv | paste -sd' '
}
clean --where 'n>3'
clean --where 'n>=3' --where 'type=View,Purchase'
clean --where '3<=3'
clean --where 'n<3'
clean --where 'type!=View'
clean --where 'type^View,Add'
clean --where 'type!^P'
clean --where '"a=b"=x'
clean --where '"a=b"="p,q"'
clean --where '5=p\,q'
clean --where 'n='
clean --where 'user!='
