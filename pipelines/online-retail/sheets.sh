# sheets.sh WORKBOOK.xlsx: its two sheets as one CSV, times as 2009-12-01 07:45:00.
set -eo pipefail
sheet() {
    xlsx2csv -s "$2" -f '%Y-%m-%d %H:%M:%S' "$1"
}

# Each sheet brings its header, which has to be the same.
{ sheet "$1" 1; sheet "$1" 2; } | awk '
    NR == 1 { header = $0; print }
    $0 == header { headers++; next }
    { print }
    END {
        if (headers != 2) {
            print "the two sheets differ in their header" >"/dev/stderr"
            exit 1
        }
    }'
