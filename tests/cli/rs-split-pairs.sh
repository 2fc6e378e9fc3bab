# Whole pairs are held out, a share of the distinct ones, whatever the order
# of the rows.
rs-synth shop -s 2 --users 300 --items 100 --rows 6000 |
    rs-clean -q -c user=1,item=2,time=4 | rs-index -D dict >all.rsi
pairs() { rs-cat "$1" | cut -f 1,2 | sort -u; }
n=$(pairs all.rsi | wc -l)
rs-split --mask 0.21 --test test.rsi <all.rsi >train.rsi 2>err
grep pairs err
[ "$(pairs test.rsi | wc -l)" = $(((n * 21 + 99) / 100)) ] && echo exact
comm -12 <(pairs train.rsi) <(pairs test.rsi)
rs-cat train.rsi test.rsi | sort >got
rs-cat all.rsi | sort | cmp - got
rs-split -q --random 0.21 --unit pair --test same.rsi <all.rsi |
    rs-cat | cmp - <(rs-cat train.rsi)
# The same rows in another order, by the same dictionaries.
rs-synth shop -s 2 --users 300 --items 100 --rows 6000 |
    awk 'NR == 1 { print; next } { print | "sort -k 2" }' |
    rs-clean -q -c user=1,item=2,time=4 | rs-index -D dict --frozen |
    rs-split -q --mask 0.21 --test other.rsi >/dev/null
pairs other.rsi | cmp - <(pairs test.rsi) && echo same
# Per user, half of each one's pairs, rounded up; of one pair none.
rs-split -q --per-user 0.5 --unit pair --test test.rsi <all.rsi >/dev/null
pairs all.rsi | cut -f 1 | uniq -c |
    awk '$1 > 1 { print $2, int(($1 + 1) / 2) }' >want
pairs test.rsi | cut -f 1 | uniq -c | awk '{ print $2, $1 }' | cmp - want &&
    echo halves
