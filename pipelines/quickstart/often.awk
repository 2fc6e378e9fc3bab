# The rows of the first three users with fourteen rows or more; sorted by user.
BEGIN { FS = "\t" }
$1 != user { flush(); user = $1; n = 0; rows = "" }
{ rows = rows $0 "\n"; n++ }
END { flush() }
function flush() {
    if (n >= 14 && shown < 3) {
        printf "%s", rows
        shown++
    }
}
