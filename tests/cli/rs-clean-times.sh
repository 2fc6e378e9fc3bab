# Times: seconds, ISO 8601, or as --time-format says.
printf 'user,item,time\n' >head.csv
for t in 0 1322179200 1322179200.75 -5 2011-11-25 '2011-11-25 00:00' \
    2011-11-25T00:00:01Z 2011-11-25T00:00:00+01:00; do
    (cat head.csv; echo "a,b,$t") | rs-clean -q | rs-cat -f csv
done
printf 'user,item,time\na,b,25/11/2011 00:30\na,b,NA\n' |
    rs-clean --time-format '%d/%m/%Y %H:%M' | rs-cat -f csv
LC_ALL=de_DE.UTF-8 rs-clean -q --time-format '%b %e, %Y' <<'X' | rs-cat -f csv
user	item	time
a	b	Dec 9, 2011
X
