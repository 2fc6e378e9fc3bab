# Input that comes byte by byte, output that goes byte by byte, calls that are
# interrupted or would block: the same result, also where it spills to disk.
. "$RS_ROOT/tests/_shop.sh"
shim laws crumbs || exit
shop 3000
bad=0
while IFS='	' read -r input command; do
    expect || continue
    memory=
    ! has_option "${command%% *}" memory || memory='-M 1M'
    law "byte by byte" "cat $input | CRUMBS=1 LD_PRELOAD=$crumbs $command $memory"
done < <(commands)
exit $bad
