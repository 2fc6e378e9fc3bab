# What the tests of killed writers share.  Sourced after _shop.sh; moment says
# when it was that a command was killed.
complain() {
    echo "$command, $(moment): $*"
    bad=1
}

# Each writes what it writes into made/, by names.
writers() {
    cat <<END
/dev/null	rs-synth shop --users 20 --items 9 --rows 300 -o made/log --catalogue made/c --tastes made/t
log.tsv	rs-clean -q -c $columns -o made/a -
raw.rsi	rs-index -q -D made -o made/a
raw.rsi	rs-index -q -D made --order frequency -o made/a
all.rsi	rs-split -q --random 0.3 --test made/a --valid made/b -o made/c
train.rsi	rs-negsample -q -n 1 -o made/a
train.rsi	rs-confidence -q -o made/a
train.rsi	rs-fit -q pop -D ids -o made/a
weighted.rsi	rs-fit -q als -d 4 -e 3 -o made/a --checkpoint made/c --checkpoint-every 3
requests	rs-topk -q -m als.model -o made/a
test.rsi	rs-score -q -m als.model -o made/a
/dev/null	rs-eval -q -m pop.model --test test.rsi --per-user made/a -o made/b
all.rsi	rs-cat -f csv -o made/a
END
}

# Whether what stands in made/ is old or new, file by file.
either() {
    local file name
    for file in made/*; do
        name=${file#made/}
        [ -e "$file" ] || continue
        cmp -s "$file" "old/$name" || cmp -s "$file" "new/$name" ||
            complain "$file is neither old nor new"
    done
    for file in old/*; do
        [ -e "made/${file#old/}" ] || complain "$file is gone"
    done
    file=$(find made -type f -name '.*' ! -name '.*.tmp.*')
    [ -z "$file" ] || complain "left $file"
}

# made/, old/ and new/ for the command; in old/ is what it shall replace.
prepare() {
    local file
    rm -rf made old new
    mkdir made
    eval "$command <$input >out" 2>err || { echo "$command: $(cat err)"; exit 1; }
    cp -r made new
    mkdir old
    for file in new/*; do
        case $command in
        *"checkpoint made/${file#new/} "*) ;;	# none to go on from
        *"-D made"*) cp ids/user.rsi "old/${file#new/}" ;;
        *) cp pop.model "old/${file#new/}" ;;
        esac
    done
}

# The next run comes through, whatever lies about.
comes_through() {
    local file
    eval "$command <$input >out" 2>err || complain "then: $(cat err)"
    for file in new/*; do
        cmp -s "$file" "made/${file#new/}" || complain "then another $file"
    done
}

# No temporary is left.
tidy() {
    local stray
    stray=$(find made -name '.*' -type f)
    [ -z "$stray" ] || complain "left $stray"
}
