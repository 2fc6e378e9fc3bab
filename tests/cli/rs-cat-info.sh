# What a stream and a model say of themselves.
rs-synth shop --users 20 --items 10 --rows 200 >log.tsv
rs-clean -q -c user=USER_ID,item=ITEM_ID,time=TIMESTAMP --where 'EVENT_TYPE!=View' log.tsv |
    rs-index -q -D ids >all.rsi
rs-cat --info all.rsi | sed 's/[0-9a-f]\{16\}/HEX/'
rs-cat --info ids/item.rsi | cut -f 1-3 | sed 's/[0-9a-f]\{16\}/HEX/'
rs-fit pop -o m <all.rsi
rs-cat --info m | grep -E '^(model|algorithm|tensor)'
rs-cat --verify m | cut -f 1,2
printf 'not a stream' | rs-cat --info
echo "status $?"
