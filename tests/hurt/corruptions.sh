# Of ten thousand random corruptions (RS_LONG: a hundred thousand) of streams,
# dictionaries and models, none is taken for a sound one.
all=${RS_LONG:+100000}
all=${all:-${RS_SAN:+1000}}
all=${all:-10000}
hurt=$RS_BUILD/unit/_hurt

mkdir hit
"$hurt" stream 1 user:u32 item:u32 >hit/one.rsi
"$hurt" stream 0 user:str item:str value:f32 >hit/none.rsi
"$hurt" stream 300 user:u32 item:u32 weight:f32 label:u8 >hit/numbers.rsi
"$hurt" stream 200 user:str item:str time:i64 event:str >hit/strings.rsi
rs-synth shop --users 90 --items 40 --rows 3000 | rs-clean -q - >hit/shop.rsi
gzip -n <hit/numbers.rsi >hit/numbers.rsi.gz
rs-index -q -D ids <hit/shop.rsi >hit/pairs.rsi
cp ids/user.rsi hit/user.rsi
cp ids/item.rsi hit/item.rsi
"$hurt" stream 30 user:u32 item:u32 value:f32 >rated.rsi
for a in als pop knn bpr mf gmf neumf mfblock; do
    d=(-d 4 -e 1)
    in=hit/pairs.rsi
    case $a in pop | knn) d=() ;; mf*) in=rated.rsi ;; esac
    rs-fit -q $a "${d[@]}" -o hit/$a <$in || exit 1
done
rs-fit -q als -d 4 -e 1 -D ids -o hit/als-ids <hit/pairs.rsi || exit 1

# A stream of more blocks than one is larger, and so is hit less often.
rs-synth shop --users 2000 --items 500 --rows 150000 | rs-clean -q - >large.rsi
files=(hit/*)
bad=0
"$RS_BUILD/unit/_corrupt" 1 $((all / ${#files[@]} + 1)) "${files[@]}" || bad=1
"$RS_BUILD/unit/_corrupt" 1 $((all / 100)) large.rsi || bad=1
exit $bad
