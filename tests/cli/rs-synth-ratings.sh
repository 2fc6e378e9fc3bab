# Both orders have the same rows; pairs are distinct; times are in order.
rs-synth ratings --users 200 --items 100 --rows 5000 --start 2020-02-29 \
    --span 30d >time.tsv
rs-synth ratings --users 200 --items 100 --rows 5000 --start 2020-02-29 \
    --span 30d --order user >user.tsv
head -n 3 time.tsv user.tsv
cmp <(sort time.tsv) <(sort user.tsv)
tail -n +2 time.tsv | sort -c -n -k 4
tail -n +2 user.tsv | sort -c -n -k 1,1 -k 4,4
tail -n +2 time.tsv | cut -f 1,2 | sort | uniq -d
wc -l <time.tsv
