# Streams are joined, counted, verified; what does not go together is refused.
row() { rs-clean -q --no-header -c user=1,item=2 - ; }
printf 'u1\ta\nu2\tb\n' | row >one.rsi
printf 'u3\tc\n' | row >two.rsi
rs-cat one.rsi two.rsi one.rsi
rs-cat --count one.rsi two.rsi
rs-cat --verify one.rsi two.rsi | cut -f 1,2
rs-cat -f stream one.rsi two.rsi >both.rsi
printf 'u1\ta\nu2\tb\nu3\tc\n' | row >whole.rsi
[ "$(rs-cat --verify both.rsi | cut -f 3)" = \
    "$(rs-cat --verify whole.rsi | cut -f 3)" ] && echo "joined as if never parted"
rs-cat --head 2 <both.rsi
rs-cat --user u3,u1 both.rsi
rs-cat --user nobody both.rsi

printf 'u1\ta\t5\n' | rs-clean -q --no-header -c user=1,item=2,value=3 - >other.rsi
rs-cat one.rsi other.rsi
echo "status $?"
rs-index -q -D ids <one.rsi >one.idx
rs-index -q -D ids2 <two.rsi >two.idx
rs-cat one.idx two.idx
echo "status $?"
rs-cat -D ids2 one.idx
echo "status $?"
rs-cat -D ids one.idx
rs-cat -D ids --user u2 one.idx
rs-cat -D ids --user u9 one.idx
echo "status $?"
rs-cat --user u1 one.idx
echo "status $?"
rs-cat -D ids -f stream one.idx | rs-cat --head 1
cat one.rsi two.rsi | rs-cat --count
echo "status $?"
head -c 100 one.rsi | rs-cat --count
echo "status $?"
rs-cat --info --count one.rsi
echo "status $?"
