# Streams, dictionaries and models that do not belong together are refused.
. "$RS_ROOT/tests/cli/_small.sh"
groups | stream t.rsi
mv ids ours
printf 'u2 i1 1\nu1 i2 1\n' | stream other.rsi
mv ids theirs
try() {
    rs-fit als -d 4 -e 1 -o made "$@" <t.rsi
    echo $?
}
try -D theirs
try --valid other.rsi
try --valid /dev/null
try -D nowhere
try --warm t.rsi
rs-fit als -d 4 -e 1 -o theirs.model <other.rsi
try --warm theirs.model
rs-fit als -d 8 -e 1 -o wide.model <t.rsi
try --warm wide.model
rs-fit pop -o pop.model <t.rsi
try --warm pop.model
[ ! -e made ] || echo "a model was made"
# More users and items: the old model is a beginning, where -D tells that the
# new dictionaries continue the old ones.
try
cp made old.model
cp -r ours ids
(groups; echo "u10 i10 1") | stream t.rsi --extend
try --warm old.model
try --warm old.model -D ids
rs-cat --info made | grep -c warm
