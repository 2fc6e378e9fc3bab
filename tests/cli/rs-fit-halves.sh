# A neumf begins from a gmf and an mlp, both of this stream, or it does not
# begin; and its recipe makes all three.
. "$RS_ROOT/tests/cli/_small.sh"
. "$RS_ROOT/tests/_unplug.sh"
groups | tee log.txt | stream t.rsi
fit() {
    rs-fit "$@" -q -e 1 <t.rsi
    echo "$?: $*"
}
fit gmf -d 4 -o gmf
fit mlp -d 8 -p layers=8,4 -o mlp
halves="--gmf gmf --mlp mlp -d 4 -p layers=8,4"
fit neumf $halves -o neumf
fit neumf -d 4 -p layers=8,4 -o alone
cmp -s neumf alone || echo "another beginning"
rs-cat --info neumf | grep -E '^by	rs-fit|with	(gmf|mlp)	by	rs-fit'
# A run that was interrupted goes on from its checkpoint, not from the halves.
rs-fit -q neumf $halves -e 6 -o want <t.rsi
unplug 4 t.rsi -q neumf $halves -e 6 --checkpoint point
rs-fit -q neumf $halves -e 6 --log resumed --checkpoint point -o got <t.rsi
cmp want got
[ "$(grep -c epoch\" resumed)" -lt 6 ] || echo "began anew"
# What does not belong together.
fit neumf --gmf gmf -o made
fit neumf --mlp mlp -o made
fit neumf $halves --warm alone -o made
fit als --gmf gmf --mlp mlp -o made
fit gmf --gmf gmf --mlp mlp -o made
fit neumf --gmf mlp --mlp gmf -d 4 -p layers=8,4 -o made
fit neumf --gmf gmf --mlp mlp -d 8 -p layers=8,4 -o made
fit neumf --gmf gmf --mlp mlp -d 4 -p layers=16,4 -o made
fit neumf --gmf gmf --mlp nowhere -d 4 -p layers=8,4 -o made
mv ids ours
printf 'u2 i1 1\nu1 i2 1\n' | stream other.rsi
mv ids theirs
rs-fit gmf -q -d 4 -e 1 -o other <other.rsi
fit neumf --gmf other --mlp mlp -d 4 -p layers=8,4 -o made
[ ! -e made ] || echo "a model was made"
# The recipe makes the same bytes from the log.
rs-cat --recipe neumf >recipe.sh
grep -c rs-fit recipe.sh
sh recipe.sh log.txt >copy && cmp copy neumf && echo "the same bytes"
