# Neighbours: what the two groups have is near to their own; for users, for
# items and for somebody new; who has all of a group gets what is popular.
# Known users are answered from their history even if it is not
# to be left out.
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
for p in similarity=cosine similarity=tfidf similarity=bm25 \
    normalize=no asymmetry=0.2 profile=plain; do
    rs-fit knn -p neighbours=3 -p $p -D ids -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | cut -d, -f1,2 | tr '\n' ' '
    echo
done
echo "like i4, by plain cosine:"
cosine="-p similarity=cosine -p shrinkage=0 -p asymmetry=0.5 -p neighbours=2"
rs-fit knn $cosine -D ids -o m <t.rsi
echo i4 | rs-topk -m m --similar -k 9
echo "new:"
echo '{"items": ["i2", "i4"]}' | rs-topk -m m -k 9
echo "one history, with and without seen pairs:"
rs-fit knn $cosine -D ids --no-seen -o n <t.rsi
echo u1 | rs-topk -m m --keep-seen >seen
echo u1 | rs-topk -m n --keep-seen | cmp - seen
echo "the threads, resumed:"
rs-fit knn -j 1 -o one <t.rsi
rs-fit knn -j 3 -o two <t.rsi
cmp one two
rs-fit knn --checkpoint c --checkpoint-every 1 -o one <t.rsi
rs-fit knn --checkpoint c --checkpoint-every 1 -o two <t.rsi
cmp one two
# Who has nothing in common with anybody gets what is popular.
printf 'a x 1\nb x 1\nb y 1\nc z 1\n' | stream few.rsi
rs-fit knn -p similarity=cosine -p shrinkage=0 -D ids -o f <few.rsi
printf '%s\n' a c | rs-topk -m f --flag
# Pairs that cannot be weighed.
printf 'a x 1\nb y 0\n' | stream zero.rsi
rs-fit knn -o m <zero.rsi
printf 'a x 1\nb y -2\n' | stream less.rsi
rs-fit knn -o m <less.rsi
rs-fit knn --warm n -o m <t.rsi
rs-fit knn -p neighbours=0 -o m <t.rsi
rs-fit knn -p b=1.5 -o m <t.rsi
rs-fit knn -d 5 -o m <t.rsi
echo "status $?"
