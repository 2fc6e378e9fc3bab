# A stream keeps its columns and gets a score, as a stream or as text; a label
# that is there stays; indices of another dictionary are refused.
. "$RS_ROOT/tests/_tiny.sh"
rs-split -q --test test.rsi --latest 1 --order file --short keep <train.rsi >rest.rsi
rs-score -m pop.model <test.rsi | rs-cat -D ids -f csv --header
rs-score -m pop.model -f tsv --header <test.rsi
rs-clean -q -c user=user,item=item log.csv | rs-score -m pop.model -f csv |
    head -n 2
rs-negsample -q -n 1 -D ids <test.rsi >labelled.rsi
rs-score -m pop.model --threshold 2 <labelled.rsi | rs-cat --info |
    grep ^column | cut -f 1-3
rs-score -m pop.model <test.rsi | rs-score -m pop.model
echo "status $?"
printf 'user,item\nv1,q\nv2,r\n' | rs-clean -q -c user=user,item=item |
    rs-index -q -D other >other.rsi
rs-score -m pop.model <other.rsi >scored.rsi
echo "status $?"
head -c 200 test.rsi | rs-score -m pop.model >cut.rsi
echo "status $?"
