# A reader that goes away ends a writer quietly, by SIGPIPE; where that is
# ignored, as under nohup, the write's failure is said, with status 3.
. "$RS_ROOT/tests/_shop.sh"
shop 70000
bad=0
for command in "rs-synth shop --users 50 --items 20 --rows 200000" \
    "rs-clean -q -c $columns log.tsv" "rs-index -q -D made <raw.rsi" \
    "rs-split -q --random 0.1 --test made.test <all.rsi" \
    "rs-negsample -q -n 4 <train.rsi" "rs-confidence -q <train.rsi" \
    "rs-cat all.rsi" "rs-topk -q -m als.model --all -k 70" \
    "rs-score -q -m als.model <train.rsi"; do
    rm -rf made*
    { eval "$command" 2>err; echo $? >status; } | head -c 1 >/dev/null
    [ "$(cat status)" = 141 ] && [ ! -s err ] ||
        { echo "$command: status $(cat status): $(cat err)"; bad=1; }
    { trap '' PIPE; eval "$command" 2>err; echo $? >status; } |
        head -c 1 >/dev/null
    [ "$(cat status)" = 3 ] && grep -q 'Broken pipe' err ||
        { echo "$command, ignored: status $(cat status): $(cat err)"; bad=1; }
done
exit $bad
