# Each test that tests/ROBUSTNESS names is there, and all of its points have an
# answer.
cd "$RS_ROOT/tests" || exit 1
bad=0
while read -r name; do
    case $name in
    unit/*) file=$name.c ;;
    *) file=$name ;;
    esac
    [ -e "$file" ] || { echo "ROBUSTNESS names $name, which is not there"; bad=1; }
done < <(grep -oE '\b(unit|cli|bugs|hurt|laws|man|ref)/[a-z0-9-]+(\.sh)?' \
    ROBUSTNESS | sort -u)
awk '
/^ ?[0-9]+  / { if (n++ && !told) miss(); point = $1; told = 0 }
/^        / { told = 1 }
function miss() { print "point " point " of ROBUSTNESS has no answer"; bad = 1 }
END { if (!told) miss(); exit bad || n != 22 }' ROBUSTNESS ||
    { echo "ROBUSTNESS: 22 points, each with an answer"; bad=1; }
# Every tool is among the commands that the laws hold for.
. "$RS_ROOT/tests/_shop.sh"
for tool in "$RS_ROOT"/cmd/rs-*.c; do
    tool=$(basename "$tool" .c)
    { commands; cat hurt/failing-experiments.sh; } | grep -q "$tool " ||
        { echo "$tool: no failing call is tried"; bad=1; }
done
exit $bad
