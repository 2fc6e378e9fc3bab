# The held-out count is rounded up, exactly, and no row is lost or doubled.
seq 824364 | awk '{ print $1 % 4372 "," $1 % 4070 }' |
    rs-clean -q -c user=1,item=2 --no-header --delimiter comma |
    rs-index -D dict >all.rsi
rs-split -q --random 0.3 --test test.rsi <all.rsi >train.rsi
rs-cat --count train.rsi
rs-cat --count test.rsi
rs-split -q --random 0.3 --test test2.rsi --valid valid.rsi -o train2.rsi \
    <all.rsi
for part in train2 test2 valid; do rs-cat --count $part.rsi; done
rs-cat all.rsi | sort >want
rs-cat train.rsi test.rsi | sort | cmp - want
rs-cat train2.rsi test2.rsi valid.rsi | sort | cmp - want
# The same seed holds out the same rows, another one others.
rs-cat test.rsi >a
rs-cat test2.rsi | cmp - a
rs-split -q --random 0.3 --seed 2 --test test3.rsi <all.rsi >/dev/null
rs-cat test3.rsi | cmp -s - a || echo others
# A tight budget changes nothing.
rs-split -q --random 0.3 --test small.rsi -M 1M <all.rsi | rs-cat --fingerprint \
    >small
rs-cat --fingerprint train.rsi | cmp - small
for f in test small; do rs-cat --fingerprint $f.rsi; done | uniq | wc -l
rs-cat --info train2.rsi test2.rsi valid.rsi | grep ^part
