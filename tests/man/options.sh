# Each page names the options that its tool has, and no others; and has the
# sections that all of them have.
cd "$RS_ROOT" || exit 1
bad=0
complain() { echo "$*"; bad=1; }
for file in cmd/rs-*.c; do
    tool=$(basename "$file" .c)
    page=man/$tool.1
    [ -e "$page" ] || { complain "$tool has no page"; continue; }
    sed 's/\\-/-/g' "$page" | grep -oE 'Fl -?[A-Za-z0-9-]+' |
        sed 's/Fl /-/' | sort -u >"$TMPDIR/says"
    # A letter with its long name on each line; either will do.
    "$tool" --help | grep -oE '^ {2}(-[A-Za-z], |    )--[a-z0-9-]+' |
        tr -d ',' >"$TMPDIR/has"
    while read -r letter long; do
        [ -n "$long" ] || long=$letter
        case $long in
        --help | --version) continue ;;
        esac
        grep -qxE -e "$letter|$long" "$TMPDIR/says" ||
            complain "$page does not name $letter $long"
    done <"$TMPDIR/has"
    sed -n '/^\.Sh OPTIONS/,/^\.Sh EX/p' "$page" | sed 's/\\-/-/g' |
        grep -E '^\.It' | grep -oE 'Fl -[a-z0-9-]+' | sed 's/Fl /-/' |
        sort -u >"$TMPDIR/listed"
    extra=$(tr ' ' '\n' <"$TMPDIR/has" | grep -- -- | sort -u |
        comm -13 - "$TMPDIR/listed" | tr '\n' ' ')
    [ -z "$extra" ] || complain "$page names what $tool lacks: $extra"
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS MEMORY 'EXIT STATUS' \
        EXAMPLES 'SEE ALSO'; do
        grep -q "^\.Sh $section" "$page" || complain "$page: no $section"
    done
done
exit $bad
