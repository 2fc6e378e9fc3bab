# Streams that two tools of a pipe named by the same option were taken for one:
# a model on old dictionaries, frozen or extended, had no recipe, "rs-clean
# stands in mid-pipe", and so had joined streams that another rs-cat had read.
rs-synth shop --users 60 --items 30 --rows 2000 >log.tsv
head -n 1000 log.tsv >old.tsv
clean() { rs-clean -q -c user=USER_ID,item=ITEM_ID "$1"; }
clean old.tsv | rs-index -q -D ids | rs-split -q --random 0.5 --test b.rsi >a.rsi
clean log.tsv | rs-index -q -D ids --frozen --unknown drop >frozen.rsi
rs-fit als -q -d 2 -e 1 -D ids -o frozen.model <frozen.rsi
rs-cat -f stream a.rsi b.rsi | rs-cat -f stream --head 50 >joined.rsi
clean log.tsv | rs-index -q -D ids --extend >more.rsi
rs-fit als -q -d 2 -e 1 -D ids -o more.model <more.rsi
again() {
    file=$1
    shift
    rs-cat --recipe "$file" >recipe.sh && sh recipe.sh "$@" >remade 2>err &&
        cmp remade "$file" && echo "$file again"
}
again frozen.model log.tsv old.tsv
again more.model log.tsv old.tsv
again joined.rsi old.tsv
