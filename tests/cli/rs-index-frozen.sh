# Frozen dictionaries: what they lack is dropped and counted, or an error.
rows() { rs-clean -q -c "$1" --no-header --delimiter comma; }
printf '%s\n' bob,x amy,y | rows user=1,item=2 | rs-index -D dict >/dev/null
rs-cat --fingerprint dict/user.rsi >before
printf '%s\n' amy,x new,y bob,new new,new bob,x | rows user=1,item=2 >in.rsi
rs-index -D dict --frozen <in.rsi >out.rsi
rs-cat -D dict out.rsi
rs-cat --info out.rsi | grep -E '^(size|dictionary)'
rs-index -D dict --frozen --unknown error <in.rsi >bad.rsi
echo $?
rs-cat bad.rsi
echo $?
rs-cat --fingerprint dict/user.rsi | cmp - before
# A stream of items only needs that dictionary only.
rm dict/user.rsi
printf '%s\n' y,Why x,Ex | rows item=1,label=2 |
    rs-index -D dict --frozen | rs-cat
