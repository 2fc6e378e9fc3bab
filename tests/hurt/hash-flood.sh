# Half a million ids with one and the same XXH3 hash cost no more than others.
# Where a string begins with the secret that everybody knows, XXH3 multiplies
# what follows by 0.
secret=$(printf '\xb8\xfel9#\xa4K\xbe')
seq -f "$secret%08.0faaaaaaaaaaaaaaaa,x" 500000 >flood.csv
timeout 60 rs-clean -q -c user=1,item=2 --no-header flood.csv >flood.rsi ||
    exit 1
timeout 60 rs-index -D dict <flood.rsi >out.rsi || exit 1
timeout 60 rs-cat -D dict -f csv out.rsi | cmp - flood.csv
