# profile.sh STREAM DIR: what profile.awk wants to know of a stream.
set -eo pipefail
here=$(dirname "$0")
rs-confidence -q --combine count <"$1" | rs-cat --count >"$2/pairs.count"
rs-cat -q --header "$1" | awk -v dir="$2" -f "$here/count.awk"
