# LMF finds the two groups, whichever way it sums what was not observed, and
# so it does for someone new; weights must be above 0.
. "$RS_ROOT/tests/_unplug.sh"
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
for p in sum=exact sum=sampled sum=plain; do
    rs-fit lmf -d 4 -e 40 -p regularization=0.1 -p $p -D ids -o m <t.rsi
    echo "$p"
    rs-topk -m m --all -k 1 | cut -d, -f1,2
    printf '%s\n' '{"items": ["i2", "i4"], "top_n": 1}' \
        '{"items": ["i1", "i5", "i3"], "top_n": 1}' |
        rs-topk -m m | cut -d, -f1,2
done
# The same settings twice are one model; the threads are not in it.
for n in 1 2 3 7 16; do
    rs-fit lmf -d 4 -e 5 -j $n -o m$n <t.rsi
    cmp m1 m$n
done
# A run that goes on from its checkpoint, with Adagrad's sums, ends with the
# bytes of one that was never interrupted.
rs-synth ratings --users 80 --items 60 --rows 2000 |
    rs-clean -q -c user=user_id,item=item_id | rs-index -q -D ids >all.rsi
run='lmf -d 8 -e 9 -p negatives=2'
rs-fit -q $run -o want <all.rsi
unplug 4 all.rsi -q $run --checkpoint c
rs-fit -q $run --log log --checkpoint c -o got <all.rsi
cmp want got
[ "$(grep -c epoch\" log)" -lt 9 ] || echo "began anew"
# Another model is gone on from, and not left behind by the first steps.
loss() { sed -n 's/.*"epoch": '"$1"', "loss": \([0-9.]*\).*/\1/p' "$2"; }
rs-fit -q lmf -d 8 -e 30 -p init=0.1 --log cold -o cold <all.rsi
rs-fit -q lmf -d 8 -e 2 --warm cold --log warm -o warm <all.rsi
awk -v a="$(loss 30 cold)" -v b="$(loss 2 warm)" \
    'BEGIN { if (!(b < 1.05 * a)) print "cold " a ", warm " b }'
rm -f made
printf 'a x 1\na y 0\nb x 2\n' | stream t.rsi
rs-fit lmf -d 4 -o made <t.rsi; echo $?
printf 'a x 1\na y -1\nb x 2\n' | stream t.rsi
rs-fit lmf -d 4 -o made <t.rsi; echo $?
printf 'a x 1e38\na y 1\nb x 2\n' | stream t.rsi
rs-fit lmf -d 4 -p alpha=1e9 -o made <t.rsi; echo $?
[ ! -e made ] || echo "a model was made"
