# Titles: the first label of an item wins, the empty one is none, and items
# that are not in the data are counted.
rows() { rs-clean -q -c "$1" --no-header --delimiter '|'; }
printf '%s\n' 'x|The X' 'y|Why' 'x|Again' 'w|Nobody bought it' |
    rows item=1,label=2 >titles.rsi
printf '%s\n' 'bob|x' 'amy|z' 'amy|y' | rows user=1,item=2 >in.rsi
rs-index -D dict --labels titles.rsi <in.rsi >out.rsi
rs-cat --header dict/item.rsi
rs-cat --header dict/user.rsi
# They survive an extension, which adds where there was none.
printf '%s\n' 'z|Zed' 'x|Other' | rows item=1,label=2 >more.rsi
printf '%s\n' 'cat|v' | rows user=1,item=2 |
    rs-index -D dict --extend --labels more.rsi >/dev/null
rs-cat dict/item.rsi
rs-index -D sorted --order sorted --labels titles.rsi <in.rsi >/dev/null
rs-cat sorted/item.rsi
