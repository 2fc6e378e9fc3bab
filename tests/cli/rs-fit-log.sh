# The log has a line for the run and one for each epoch; patience ends it, and
# the model is that of the best epoch.
. "$RS_ROOT/tests/cli/_small.sh"
groups >rows
stream t.rsi <rows
echo "u1 i3 1
u2 i6 1" | rs-clean -q --delimiter ' ' --no-header -c user=1,item=2,weight=3 |
    rs-index -q -D ids --frozen >v.rsi
rs-fit als -d 4 -e 30 -p unobserved=0.5 --valid v.rsi --metrics hr@2,ndcg@2 \
    --patience 3 --log log -o best <t.rsi
sed 's/, "seconds": [0-9.]*//; s/"loss": [0-9.e-]*/"loss": X/' log
rs-fit -q als -d 4 -e 1 -p unobserved=0.5 --valid v.rsi \
    --every 5 --log two -o made <t.rsi
# A log is appended to.
rs-fit -q als -d 4 -e 2 --log two -o made <t.rsi
grep -c algorithm two
grep -c '"loss": [0-9]' two
