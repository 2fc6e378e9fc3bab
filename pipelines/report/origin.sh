# origin.sh FILE...: what origin.awk wants to know of files: name, size, and what
# rs-cat says of it, of a text the fingerprint that streams made from it have.
set -eo pipefail
for f; do
    printf 'file\t%s\t%s\n' "$f" "$(wc -c <"$(readlink -f "$f")" | tr -d ' ')"
    rs-cat -q --info "$f" 2>/dev/null ||
        printf 'fingerprint\t%s\n' "$(rs-cat -q --fingerprint "$f" | cut -f 1)"
done
