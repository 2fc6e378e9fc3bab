# A run that fails leaves the old dictionaries, and no temporary beside them.
rows() { rs-clean -q -c user=1,item=2 --no-header --delimiter comma; }
printf '%s\n' bob,x amy,y | rows | rs-index -D dict >/dev/null
sum() { cat dict/*.rsi | cksum; }
before=$(sum)
printf '%s\n' cat,z | rows >in.rsi
size=$(wc -c <in.rsi)
for n in 0 7 60 $((size - 1)); do
    head -c $n in.rsi | rs-index -D dict >out.rsi 2>/dev/null
    echo "$? $(rs-cat --count out.rsi 2>&1 | head -c 7)"
done
rs-index -D dict <in.rsi >/dev/full
echo $?
cat in.rsi in.rsi | rs-index -D dict >/dev/null
echo $?
[ "$(sum)" = "$before" ] && ls -A dict
rs-index -D no/such/place <in.rsi
echo $?
rs-index -D nothing --frozen <in.rsi
echo $?
rs-index -D in.rsi <in.rsi
echo $?
rs-index -D dict <dict/user.rsi
