# The latest rows of each user; of equal times the later row is the later
# event; who has too few stays in train, unless he is to be dropped.
cat >rows <<'END'
amy 1 50
amy 2 10
bob 3 10
amy 3 50
bob 4 10
amy 4 20
cat 5 1
bob 1 10
END
rs-clean -q -c user=1,item=2,time=3 --no-header --delimiter ' ' rows |
    rs-index -D dict >in.rsi
show() {
    echo "$*"
    rs-split -q "$@" --test test.rsi <in.rsi >train.rsi || return
    for part in train test; do
        rs-cat -D dict $part.rsi | sed "s/^/$part /"
    done
}
show --latest 2
show --leave-one-out --order file
show --latest 2 --short drop
show --latest 2 --short error
show --per-user 0.3 --order time
show --after 1970-01-01T00:00:20
show --latest 1 --valid valid.rsi
rs-cat -D dict valid.rsi
rs-split --leave-one-out --test test.rsi <in.rsi >train.rsi
rs-split --leave-one-out --test test.rsi -D dict --short drop <in.rsi \
    >train.rsi
# No column of time, no latest; the order of the file will do.
rs-clean -q -c user=1,item=2 --no-header --delimiter ' ' rows |
    rs-index -D dict >plain.rsi
rs-split --latest 1 --test test.rsi <plain.rsi
rs-split -q --latest 1 --order file --test test.rsi <plain.rsi | rs-cat --count
