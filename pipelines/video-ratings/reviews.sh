# reviews.sh MOVIES RATINGS: MovieLens 1M as a file of Amazon customer reviews
# in TSV, on standard output: a header and 15 columns, the newest review first.
# The stars and titles are real.  So are the dates, where RATINGS has times
# (ratings.dat); else they are made up.  The rest is there to be in the way, as
# it is in such files: quotes that nobody closes, and every 100,000 rows a line
# that is none.
set -eo pipefail
here=$(dirname "$0")
export LC_ALL=C

zcat -f "$2" | awk -F '::|\t' -v OFS='\t' '{
        day = NF > 3 ? int($4 / 86400) : \
            11000 + ($1 * 7919 + $2 * 104729) % 1000
        print day, $1, $2, $3
    }' | sort -s -n -r -k 1,1 |
    awk -v OFS='\t' -f "$here/reviews.awk" \
        FS=:: <(iconv -f ISO-8859-1 -t UTF-8 "$1") FS='\t' -
