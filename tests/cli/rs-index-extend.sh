# Extending appends: old indices stay, counts add up, and what was indexed
# before still belongs to the dictionary.
rows() { rs-clean -q -c user=1,item=2 --no-header --delimiter comma; }
printf '%s\n' bob,x amy,y | rows | rs-index -D dict >old.rsi
printf '%s\n' cat,y bob,z amy,y | rows | rs-index -D dict --extend >new.rsi
rs-cat new.rsi
rs-cat dict/user.rsi
rs-cat dict/item.rsi
rs-cat -D dict old.rsi new.rsi 2>/dev/null || {
    rs-cat -D dict old.rsi
    rs-cat -D dict new.rsi
}
# Another dictionary does not fit.
printf '%s\n' amy,x bob,y | rows | rs-index -D other >/dev/null
rs-cat -D other old.rsi
