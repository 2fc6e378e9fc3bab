# Where memory ends, a tool says so in one line and ends with status 3: no
# crash, no half result, no temporary; for every chain of callers that
# allocates, be it that this one allocation fails or all behind it too.  A
# library may also do without: then the result is the same.  DEEP=1 takes each
# chain for each command; else each command has every twentieth, another one than
# the command before it.
. "$RS_ROOT/tests/_shop.sh"
shim hurt nomem || exit
shop 3000
bad=0
turn=0
every=${DEEP:+1}
every=${every:-20}
complain() {
    echo "$command, $*: status $status: $(head -c 200 err)"
    bad=1
}

same_result() {
    cmp -s out want.out && [ "$(find made* -type f 2>/dev/null | wc -l)" = \
        "$(find want.made* -type f 2>/dev/null | wc -l)" ] && whole
}

# starve HOW N: a shell of its own runs it, so that only the tool goes hungry.
# What is left by a tool that failed is whole: it was done with it before.
starve() {
    rm -rf made made.*
    eval "$1=$2 LD_PRELOAD=$nomem $command <$input >out 2>err"
    status=$?
    case $status in
    0) same_result || complain "$1=$2: another result" ;;
    3) [ "$(wc -l <err)" = 1 ] && grep -qE 'memory|unavailable' err && whole ||
        complain "$1=$2" ;;
    *) complain "$1=$2" ;;
    esac
}

while IFS='	' read -r input command; do
    plainly "NOMEM_SITES=$PWD/sites LD_PRELOAD=$nomem"
    while read -r n; do
        starve NOMEM_ONCE "$n"
        starve NOMEM "$n"
    done < <(awk -v every="$every" -v from="$turn" \
        '(NR + from) % every == 0' sites)
    turn=$((turn + 1))
done < <(commands)
exit $bad
