# What is no longer finite ends the run with the epoch and the row, and no
# model.
. "$RS_ROOT/tests/cli/_small.sh"
groups | sed 's/u3 i3 1/u3 i3 1e38/' | stream t.rsi
rs-fit als -d 4 -p alpha=1e9 -o made <t.rsi; echo $?
printf 'a x 1e38\na x 3e38\n' | stream t.rsi
rs-fit pop -o made <t.rsi; echo $?
rs-clean -q --no-header -c user=1,item=2 </dev/null | rs-index -q -D ids >t.rsi
rs-fit pop -o made <t.rsi; echo $?
rs-synth ratings --users 9 --items 9 --rows 50 |
    rs-clean -q -c user=user_id,item=item_id | rs-fit pop -o made; echo $?
[ ! -e made ] || echo "a model was made"
