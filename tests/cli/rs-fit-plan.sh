# What a run takes is known from the header, or from the dictionaries, before
# a row is read; the model is as large as that.
rs-synth ratings --users 500 --items 200 --rows 9000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D ids >t.rsi
rs-fit als --plan -D ids -d 40 <t.rsi | sed '/memory/s/[0-9.]* MiB/X MiB/'
rs-fit als --plan <t.rsi; echo $?
rs-fit als -d 40 -e 1 -D ids -o made <t.rsi
size=$(wc -c <made)
pairs=$(rs-cat --info made | awk '$1 == "pairs" { print $2 }')
want=$(rs-fit als --plan -D ids -d 40 <t.rsi | awk -v p="${pairs:-8800}" \
    '$1 == "model" { print int($2 * 1048576 + $5 * p) }')
[ $((size - want)) -lt 120000 ] && [ $((want - size)) -lt 120000 ] ||
    echo "made $size bytes, planned $want"
