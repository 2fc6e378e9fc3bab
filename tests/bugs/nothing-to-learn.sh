# mf sample by sample wrote a model of its first random rows, and said
# nothing, where everybody has everything; bpr blamed that where it was but
# the blocks; pop took a model to begin from and did not look at it.
printf '%s\n' 'a x' 'a y' 'b x' 'b y' |
    rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D ids >all.rsi
for loss in logistic bpr warp; do
    rs-fit -q mf -p loss=$loss -o no <all.rsi
    echo "$loss $?"
done
printf '%s\n' 'a x' 'b y' |
    rs-clean -q --delimiter ' ' --no-header -c user=1,item=2 |
    rs-index -q -D others >some.rsi
rs-fit -q bpr -p blocks=200 -o no <some.rsi
echo $?
rs-fit -q als -d 2 -o m <some.rsi
rs-fit -q pop --warm m -o no <some.rsi
echo $?
[ ! -e no ] || echo "a model was made"
