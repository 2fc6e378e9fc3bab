# Every man page is mdoc that mandoc has nothing to say about.
command -v mandoc >/dev/null || { echo "no mandoc here"; exit 77; }
cd "$RS_ROOT" || exit 1
pages=$(find man -name '*.[1-9]' 2>/dev/null | sort)
[ -n "$pages" ] || { echo "no pages"; exit 77; }
bad=0
for page in $pages; do
    # Names of systems that mandoc would like to see are not ours to give.
    mandoc -T lint -W style "$page" |
        grep -vE 'STYLE: (operating system explicitly|Mdocdate|referenced manual not found)' |
        grep -v 'RCS id missing' && bad=1
done
exit $bad
