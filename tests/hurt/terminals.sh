# No stream goes to a terminal or is expected from one, with status 2.
command -v script >/dev/null || { echo "no script(1) here"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
shop 500
bad=0
# refuses COMMAND: with standard output, or input, on a terminal.
refuses() {
    TERM=dumb script -qec "$1" /dev/null </dev/null >typescript 2>&1
    status=$?
    [ $status -eq 2 ] && grep -q terminal typescript && return
    echo "$1: status $status: $(cat -v typescript | head -c 300)"
    bad=1
}
for command in "rs-clean -q -c $columns log.tsv" \
    "rs-index -q -D made <raw.rsi" \
    "rs-split -q --random 0.5 --test made.test <all.rsi" \
    "rs-negsample -n 1 <train.rsi" "rs-confidence <train.rsi" \
    "rs-cat -f stream all.rsi" "rs-topk -m als.model --all -f stream" \
    "rs-score -m als.model -f stream <test.rsi"; do
    refuses "$command"
done
for command in "rs-index -D made >out" "rs-cat >out" "rs-cat --count >out" \
    "rs-split --random 0.5 --test made.test >out" "rs-negsample -n 1 >out" \
    "rs-confidence >out" "rs-fit pop -o made.model"; do
    refuses "$command"
done
exit $bad
