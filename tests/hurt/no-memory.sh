# Where memory ends, be it at the first allocation or at a late one, a tool
# says so and ends with status 3: no crash, no half result.
[ -z "$RS_SAN" ] || { echo "sanitizers have their own malloc"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
shop 3000
$CC -shared -fPIC -O1 -o nomem.so "$RS_ROOT/tests/hurt/_nomem.c" 2>/dev/null ||
    { echo "no shim for this libc"; exit 77; }
bad=0

# What is left by a tool that failed is whole: it was done with it before.
whole() {
    local file
    # shellcheck disable=SC2044  # names of our own making
    for file in $(find made* -type f 2>/dev/null); do
        case $command in
        rs-eval*) ;;	# text
        *) rs-cat --verify "$file" >/dev/null || return 1 ;;
        esac
    done
}

while IFS='	' read -r input command; do
    # Every number at first, then in growing steps, until it is enough.
    n=1
    while :; do
        rm -rf made made.*
        # A shell of its own runs it, so that only the tool goes hungry.
        eval "NOMEM=$n LD_PRELOAD=$PWD/nomem.so $command <$input >out 2>err"
        status=$?
        [ $status -ne 0 ] || break
        if [ $status -ne 3 ] || ! grep -qE 'memory|unavailable' err || ! whole; then
            echo "$command, allocation $n: status $status: $(head -c 200 err)"
            bad=1
            break
        fi
        n=$((n + 1 + n / 8))
        [ $n -lt 1000000 ] || { echo "$command: never enough"; bad=1; break; }
    done
done < <(commands)
exit $bad
