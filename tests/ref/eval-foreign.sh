# --as prints what the tools themselves compute from the same factors, lists
# and pairs: implicit and trec_eval where they can be had,
#	python3 -m venv build/peers
#	build/peers/bin/pip install implicit pytrec-eval-terrier
# and for RecBole and MyMediaLite what their formulas say, written out plainly.
python=$RS_ROOT/build/peers/bin/python
[ -x "$python" ] || python=python3
"$python" -c 'import numpy' 2>/dev/null || {
    echo "numpy is not installed for $python"
    exit 77
}
set -e -o pipefail

# Some users and items have no train pairs, so their factors are 0 and tie.
rs-synth shop --users 300 --items 70 --rows 5000 2>/dev/null |
    rs-clean -q -c user=USER_ID,item=ITEM_ID >all.rsi
rs-index -q -D ids <all.rsi >indexed.rsi
rs-cat --header -D ids -f csv indexed.rsi >all.csv
awk -F, 'NR == 1 || ($1 % 17 != 3 && (NR * 7919) % 10 >= 3)' all.csv >train.csv
awk -F, 'NR == 1 || ($1 % 17 == 3 && NR % 2) ||
    ($1 % 17 != 3 && (NR * 7919) % 10 < 2)' all.csv >test.csv
for part in train test; do
    rs-clean -q -c user=user,item=item $part.csv | rs-index -q -D ids --frozen >$part.rsi
done
rs-fit als -q -o als.model -d 6 -e 4 -D ids <train.rsi
rs-cat -f csv train.rsi >train.idx
rs-cat -f csv test.rsi >test.idx
for tool in implicit recbole mymedialite; do
    rs-eval -q -m als.model --test test.rsi --as $tool >$tool.tsv
done
rs-eval -q -m als.model --test test.rsi --as implicit -k 3 >implicit3.tsv

"$python" "$RS_ROOT/tests/ref/_foreign_run.py"
rs-clean -q qrels.tsv -c user=user,item=item >qrels.rsi
rs-eval -q --recs run.txt --test qrels.rsi --as trec -f json >trec.json

"$python" "$RS_ROOT/tests/ref/_foreign.py"
