# The same source in two folders gives the same bytes: nothing that is built
# has a path, a date or a host in it.  Some objects of each room, and a program
# linked of some, stand for all.
[ -z "$RS_SAN" ] || { echo "what sanitizers add is not ours"; exit 77; }
command -v make >/dev/null || { echo "no make here"; exit 77; }
some='cmd/rs-index lib/base/die lib/base/mem lib/io/sink lib/data/spill
    lib/rank/coverage lib/model/schedule lib/kernel/chosen
    lib/kernel/isa/layer.base'
for place in one another/place; do
    mkdir -p $place/tests || exit 1
    cp -r "$RS_ROOT"/{Makefile,lib,cmd} $place && mkdir $place/tests/unit || exit 1
    objects=$(printf 'build/obj/%s.o ' $some)
    make -s -C $place CC="$CC" $objects >said 2>&1 || { cat said; exit 1; }
    (
        cd $place || exit 1
        ar rcs lib.a $objects
        echo 'int main(void) { return 0; }' >main.c
        "$CC" -g -ffile-prefix-map="$PWD"=. -o program main.c lib.a
    ) || exit 1
done
bad=0
for object in $objects lib.a program; do
    cmp one/"$object" another/place/"$object" || bad=1
done
# Nor has what was built here: not even where that is.
for tool in "$RS_BUILD"/bin/rs-*; do
    if grep -qF "$RS_ROOT/" "$tool"; then
        echo "$tool knows its folder"
        bad=1
    fi
done
exit $bad
