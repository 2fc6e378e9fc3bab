# The most popular items are those of most users, or of most weight.
. "$RS_ROOT/tests/cli/_small.sh"
stream t.rsi <<'END'
a x 1
a y 1
b x 1
b y 1
c x 1
c z 9
d w 1
d w 1
d w 1
END
rs-fit pop -D ids -o users.model <t.rsi
rs-fit pop -D ids -p by=weight -o weight.model <t.rsi
for m in users weight; do
    echo "$m:"
    echo d | rs-topk -m $m.model -k 4 --keep-seen
done
