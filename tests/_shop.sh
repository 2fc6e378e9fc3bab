# A small shop, and what every tool can do with it; for tests that hold of all
# tools.  Sourced in an empty directory.
columns=user=USER_ID,item=ITEM_ID,event=EVENT_TYPE,time=TIMESTAMP
weights='View=1,AddToCart=3,ViewCart=3,StartCheckout=5,Purchase=8'

# shop ROWS: log.tsv, raw.rsi, ids/, all.rsi, train.rsi, test.rsi, weighted.rsi,
# als.model, bpr.model, knn.model, lmf.model, neumf.model,
# pop.model, requests, pairs.
shop() {
    rs-synth shop --users 300 --items 80 --rows "$1" >log.tsv &&
        rs-clean -q -c $columns log.tsv >raw.rsi &&
        rs-index -q -D ids <raw.rsi >all.rsi &&
        rs-split -q --test test.rsi --leave-one-out <all.rsi >train.rsi &&
        rs-confidence -q --events "$weights" --combine sum <train.rsi \
            >weighted.rsi &&
        rs-fit -q als -d 8 -e 2 -D ids -o als.model <weighted.rsi &&
        rs-fit -q bpr -d 8 -e 2 -D ids -o bpr.model <train.rsi &&
        rs-fit -q knn -p neighbours=20 -D ids -o knn.model <weighted.rsi &&
        rs-fit -q neumf -d 4 -p mlp-factors=4 -p layers=8,4 -e 1 -D ids \
            -o neumf.model <train.rsi &&
        rs-fit -q lmf -d 8 -e 2 -D ids -o lmf.model <weighted.rsi &&
        rs-fit -q pop -D ids -o pop.model <train.rsi || exit 1
    rs-cat -D ids -f csv test.rsi | cut -d, -f1,2 >pairs
    cat >requests <<'END'
{"user_id": "3", "top_n": "5"}
{"user_id": 17}
{"items": ["p1", "p7"], "top_n": 3}
{"user_id": "nobody", "top_n": 2}
5
END
}

# The commands: name of the standard input, a tab, a command.  Besides their
# standard output they write what begins with made.
commands() {
    cat <<END
/dev/null	rs-synth shop --users 50 --items 20 --rows 5000
/dev/null	rs-synth ratings --users 50 --items 20 --rows 500
log.tsv	rs-clean -q -c $columns -
log.tsv	rs-clean -q -c $columns --where EVENT_TYPE!=View -
raw.rsi	rs-index -q -D made
raw.rsi	rs-index -q -D made --order frequency --min-item 3 --rounds converge
raw.rsi	rs-index -q -D ids --frozen
all.rsi	rs-split -q --test made.test --leave-one-out
all.rsi	rs-split -q --test made.test --valid made.valid --mask 0.2
all.rsi	rs-split -q --test made.test --per-user 0.3 --order file
train.rsi	rs-negsample -q -n 2 -D ids -x test.rsi
train.rsi	rs-negsample -q -n 3 --by popularity --power 0.75 --distinct
train.rsi	rs-confidence -q --events $weights --combine sum --scale bm25
train.rsi	rs-confidence -q --events $weights --half-life 30d
train.rsi	rs-fit -q pop -D ids -o made
weighted.rsi	rs-fit -q als -d 12 -e 3 -D ids --valid test.rsi -o made
weighted.rsi	rs-fit -q als -d 12 -e 2 -p solver=cholesky -o made
train.rsi	rs-fit -q bpr -d 12 -e 3 -D ids --valid test.rsi -o made
train.rsi	rs-fit -q bpr -d 12 -e 2 -p sampler=hardest -p blocks=7 -o made
train.rsi	rs-fit -q bpr -d 12 -e 2 -p sampler=popularity -p blocks=7 -o made
weighted.rsi	rs-fit -q lmf -d 12 -e 3 -D ids -o made
weighted.rsi	rs-fit -q lmf -d 20 -e 2 -p sum=exact -o made
weighted.rsi	rs-fit -q mf --preset spotlight -d 12 -e 2 -D ids -o made
weighted.rsi	rs-fit -q mf -d 20 -e 2 -p batch=9000 -p optimizer=adam -o made
weighted.rsi	rs-fit -q knn -p neighbours=9 -D ids --valid test.rsi -o made
requests	rs-topk -q -m als.model -k 5
requests	rs-topk -q -m bpr.model -k 5
requests	rs-topk -q -m neumf.model -k 5
/dev/null	rs-topk -q -m als.model -k 7 --all -x test.rsi
requests	rs-topk -q -m knn.model -k 5
/dev/null	rs-topk -q -m knn.model --all --similar
/dev/null	rs-topk -q -m pop.model --all -f jsonl
test.rsi	rs-score -q -m als.model
test.rsi	rs-score -q -m lmf.model --threshold 0.5 --flag
test.rsi	rs-score -q -m neumf.model --threshold 0.5 --flag
pairs	rs-score -q -m neumf.model --threshold 0.5 -f jsonl
/dev/null	rs-eval -q -m als.model --test test.rsi
/dev/null	rs-eval -q -m neumf.model --test test.rsi
/dev/null	rs-eval -q -m knn.model --test test.rsi
/dev/null	rs-eval -q -m pop.model --test test.rsi --per-user made
all.rsi	rs-cat -D ids
all.rsi	rs-cat -f stream
all.rsi	rs-cat -f jsonl --head 100
als.model	rs-cat --verify als.model
all.rsi	rs-cat --verify
END
}

# outcome COMMAND: a line that differs where any byte of its output does.
outcome() {
    rm -rf made made.*
    eval "$1" >out 2>err || echo "status $?: $(cat err)"
    find out made* -type f 2>/dev/null | sort | xargs cksum
}

# $want: the outcome of $command with $input as it stands, to hold others against.
expect() {
    want=$(outcome "$command <$input")
    [[ $want == status* ]] || return 0
    echo "$command: $want"
    bad=1
    return 1
}

# law NAME COMMAND: its outcome is $want.
law() {
    local got
    got=$(outcome "$2")
    [ "$got" = "$want" ] && return
    printf '%s: %s\n  plain: %s\n  but:   %s\n' "$1" "$command" "$want" "$got"
    bad=1
}

# plainly [VARIABLE=VALUE...]: want.out and want.made* are what $command makes of
# $input when nothing is in its way.
plainly() {
    local file
    rm -rf made made.* want.*
    eval "$* $command <$input >want.out" 2>err ||
        { echo "$command: $(cat err)"; exit 1; }
    for file in made made.*; do
        [ ! -e "$file" ] || mv "$file" "want.$file"
    done
}

# Whether each file that there is now is what plainly made.
whole() {
    local file
    # shellcheck disable=SC2044  # names of our own making
    for file in $(find made* -type f 2>/dev/null); do
        cmp -s "$file" "want.$file" || return 1
    done
}

has_option() {
    "$1" --help | grep -q -- "--$2"
}

# shim ROOM NAME: $NAME, tests/ROOM/_NAME.c to be preloaded; else says why not.
shim() {
    if [ -n "$RS_SAN" ]; then
        echo "sanitizers want to be loaded first"
    elif ! $CC -shared -fPIC -O1 -o "$2.so" "$RS_ROOT/tests/$1/_$2.c" -ldl \
        2>/dev/null; then
        echo "no shim for this libc"
    else
        printf -v "$2" %s "$PWD/$2.so"
        return
    fi
    return 77
}

# The CPU paths that can be run here.
cpu_paths() {
    echo base
    [ "$(uname -m)" = x86_64 ] || return
    ! grep -qw avx2 /proc/cpuinfo 2>/dev/null || echo avx2
    ! grep -qw avx512dq /proc/cpuinfo 2>/dev/null || echo avx512
}
