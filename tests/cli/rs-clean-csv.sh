# CSV as people write it: a byte order mark, CR LF, quotes with commas, quotes
# and line ends in them, blank lines, no last line end; blanks are kept.
{
    printf '\357\273\277Invoice,"Customer ID",Stock Code,Description\r\n'
    printf '1,13085,85048,"GLASS BALL, ""20"" LIGHTS"\r\n\r\n'
    printf '2, 7 ,"79,323P","two\nlines"\r\n'
    printf '3,"",22041,"no user"\n'
    printf '4,NA,22041,\n5,9,22041,5" high'
} >a.csv
rs-clean -c user='Customer ID',item='"Stock Code"',label=4 a.csv |
    rs-cat -f tsv --header
# The same packed, as two members, from a pipe.
{
    head -n 3 a.csv | gzip
    tail -n +4 a.csv | gzip
} >a.gz
rs-clean -q -c user='Customer ID',item='"Stock Code"',label=4 <a.gz >packed
rs-clean -q -c user='Customer ID',item='"Stock Code"',label=4 a.csv >plain
cmp packed plain
# Bytes that come one by one are the same bytes.
slowly() {
    local i
    for ((i = 1; i <= 40; i++)); do
        head -c $i "$1" | tail -c 1
        sleep 0.003
    done
    tail -c +41 "$1"
}
slowly a.csv | rs-clean -q -c user='Customer ID',item='"Stock Code"',label=4 >slow
cmp slow plain
