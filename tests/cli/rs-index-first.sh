# Indices in the order of first appearance; the dictionaries say what they are.
printf '%s\n' bob,x,5 amy,y,3 bob,y,4 cat,x,9 amy,x,1 'bob,"a, b",7' |
    rs-clean -q -c user=1,item=2,time=3 --no-header --delimiter comma |
    rs-index -D dict >out.rsi
rs-cat --header out.rsi
rs-cat --header dict/user.rsi
rs-cat --header dict/item.rsi
rs-cat -D dict out.rsi
rs-cat --info out.rsi dict/user.rsi | grep -E '^(size|dictionary|part|by)'
