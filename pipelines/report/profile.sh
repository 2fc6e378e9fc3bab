# profile.sh STREAM DIR [DICTIONARIES]: what profile.awk wants to know of a stream.
set -eo pipefail
here=$(dirname "$0")
rs-confidence -q --combine count <"$1" | rs-cat --count >"$2/pairs.count"

# The dictionaries have the counts already, if these are of this stream's rows.
counts() {
    rs-cat -q "$3/$1.rsi" | cut -f 2 | sort -rn | sed '/^0$/d' >"$2/$1s.counts"
    awk '{ n += $1 } END { printf "%.0f\n", n }' "$2/$1s.counts"
}
counted=
if [ -n "$3" ]; then
    rows=$(rs-cat --count "$1")
    [ "$(counts user "$2" "$3") $(counts item "$2" "$3")" != "$rows $rows" ] ||
        counted=1
fi
rs-cat -q --header "$1" |
    awk -v dir="$2" -v counted="$counted" -f "$here/count.awk"
