# With -q who succeeds says nothing on standard error: the commands that other
# laws look at, and more, so that each tool's ways are walked once.  (Under
# valgrind, by tests/soak, it is the test to begin with.)
. "$RS_ROOT/tests/_shop.sh"
shop 1500
cat >space <<'END'
search  grid
metric  score max
param   a  1 2
run     echo {a} >{model}; printf 'score\t%s\n' {a}
END
more() {
    cat <<'END'
log.tsv	rs-clean -q --from ISO-8859-1 -c user=USER_ID,item=ITEM_ID,time=TIMESTAMP --max-errors 9 --rejects made.rejects -
raw.rsi	rs-index -q -D made -M 1M --order sorted
raw.rsi	rs-index -q -D ids --extend
all.rsi	rs-split -q --test made.test --fold 1/5 --unit pair -M 1M
all.rsi	rs-split -q --test made.test --after 2024-06-01
train.rsi	rs-negsample -q -n 2 --per-user -x test.rsi
train.rsi	rs-confidence -q --scale tfidf
train.rsi	rs-confidence -q --combine max -M 1M
train.rsi	rs-fit -q gmf -d 4 -e 1 -D ids -o made --log made.log
train.rsi	rs-fit -q mlp -d 4 -e 1 -D ids -o made
train.rsi	rs-fit -q neumf -d 4 -e 1 -p mlp-factors=4 -p layers=8,4 -D ids --valid test.rsi -o made
train.rsi	rs-fit -q bpr -d 4 -e 3 --patience 1 --valid test.rsi -o made
weighted.rsi	rs-fit -q als -d 8 -e 3 --checkpoint made.c --checkpoint-every 1 --warm als.model -D ids -o made
weighted.rsi	rs-fit -q als -d 4 -e 3 --plan -D ids -o made
weighted.rsi	rs-fit -q mf -d 4 -e 1 -p loss=warp -o made
items	rs-topk -q -m als.model --similar
items	rs-topk -q -m lmf.model -f stream --all
/dev/null	rs-topk -q -m als.model --all -f trec --only test.rsi
requests	rs-topk -q -m als.model -f jsonl --flag --cold none
pairs	rs-score -q -m knn.model -f jsonl --unknown error
/dev/null	rs-eval -q -m als.model --against pop.model --test test.rsi --metrics ndcg@10,map@10,auc,mrr
/dev/null	rs-eval -q -m als.model --test test.rsi --train train.rsi -f json
/dev/null	rs-eval -q -m als.model --test test.rsi --assert 'ndcg@10 > pop*0.01'
/dev/null	rs-eval -q -m als.model --test test.rsi --metrics overlap@10,gini@10,novelty@10,coverage@10
/dev/null	rs-cat --info als.model
/dev/null	rs-cat --recipe als.model
/dev/null	rs-cat --recipe all.rsi
/dev/null	rs-cat --user 3,17 -D ids all.rsi
/dev/null	rs-keep -q -R made als.model --best ndcg@10 --metrics score
/dev/null	rs-keep -q -R made --list
/dev/null	rs-tune -q -j 1 -R made space
/dev/null	rs-tune -q --list -R made space
/dev/null	rs-tune -q --print make -R made space
END
}
printf 'p%d\n' 1 2 3 >items
printf 'ndcg@10\t0.5\n' >score
bad=0
# The later ones of a registry or a search need what the earlier ones made.
while IFS='	' read -r input command; do
    case $command in
    *--list* | *--print*) ;;
    *) rm -rf made made.* ;;
    esac
    eval "$command <$input" >out 2>err
    status=$?
    [ $status = 0 ] && [ ! -s err ] ||
        { echo "$command: status $status: $(head -c 300 err)"; bad=1; }
done < <(commands; more)
exit $bad
