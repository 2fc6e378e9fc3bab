# A recipe makes the very file again, be it a stream, a dictionary or a model.
rs-synth shop --users 60 --items 30 --rows 2000 >"it's a log.tsv"
awk -F '\t' 'NR > 1 { print $2 "\tTitle of " $2 }' "it's a log.tsv" | sort -u >titles.tsv
rs-clean -q --no-header -c item=1,label=2 titles.tsv >titles.rsi
rs-clean -q -c user=USER_ID,item=ITEM_ID,event=EVENT_TYPE,time=TIMESTAMP \
    --where 'EVENT_TYPE=View,Purchase' "it's a log.tsv" |
    rs-index -q -D ids --min-item 2 --labels titles.rsi >all.rsi
rs-split -q --test test.rsi --leave-one-out <all.rsi |
    rs-confidence -q --events 'View=1,Purchase=5' >train.rsi
rs-split -q --valid valid.rsi --test rest.rsi --random 0.3 <train.rsi >less.rsi
rs-negsample -q -n 2 -D ids -x test.rsi <less.rsi >negatives.rsi
rs-fit als -d 4 -e 2 -D ids --valid valid.rsi -o model <less.rsi
rs-cat -f stream valid.rsi rest.rsi >joined.rsi

for file in all.rsi test.rsi train.rsi valid.rsi joined.rsi \
    negatives.rsi model ids/item.rsi; do
    rs-cat --recipe $file >recipe.sh || continue
    sh recipe.sh "it's a log.tsv" titles.tsv >again 2>err && cmp again $file &&
        echo "$file again"
done

rs-cat --recipe all.rsi >recipe.sh
sh recipe.sh titles.tsv titles.tsv >again 2>err
echo "status $?: $(sed 's/[0-9a-f]\{16\}/HEX/g' err)"
sh recipe.sh >again 2>err
echo "status $?"
