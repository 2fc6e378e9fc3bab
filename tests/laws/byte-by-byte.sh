# Input that comes byte by byte, output that goes byte by byte, calls that are
# interrupted or would block: the same result, also where it spills to disk.
[ -z "$RS_SAN" ] || { echo "sanitizers want to be loaded first"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
shop 3000
$CC -shared -fPIC -O1 -o shim.so "$RS_ROOT/tests/laws/_shim.c" -ldl ||
    { echo "no shim for this libc"; exit 77; }
bad=0
while IFS='	' read -r input command; do
    want=$(outcome "$command <$input")
    memory=
    ! has_option "${command%% *}" memory || memory='-M 1M'
    got=$(outcome "cat $input | SHIM=1 LD_PRELOAD=$PWD/shim.so $command $memory")
    [ "$got" = "$want" ] && continue
    printf '%s:\n  plain: %s\n  but:   %s\n' "$command" "$want" "$got"
    bad=1
done < <(commands)
exit $bad
