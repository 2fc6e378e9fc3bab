# A shop's first rows are known, whatever the number of threads; its funnel is
# exact, and the catalogue names every item.
rs-synth shop --users 1000 --items 200 --rows 11600 --catalogue items.tsv \
    --tastes tastes.tsv -j 1 >a.tsv
rs-synth shop --users 1000 --items 200 --rows 11600 -j 3 -o b.tsv
cmp a.tsv b.tsv
head -n 4 a.tsv
cut -f 3 a.tsv | sort | uniq -c | sort -rn | awk '{ print $1, $2 }'
head -n 3 items.tsv tastes.tsv
cut -f 2 a.tsv | sort -u | grep -vxFf <(cut -f 1 items.tsv)
wc -l <items.tsv
rs-synth shop --users 1000 --items 200 --rows 11600 -s 2 | cmp -s - a.tsv ||
    echo "another seed, other rows"
