# Ids are bytes and come through as they are; --integer-ids takes back what a
# spreadsheet did to whole numbers, and nothing else.
printf 'user\titem\n17850.0\t85123A\n007.00\t-3.0\n.0\t1.50\n1.\t1e3.0\n-.0\ta.0\n\377\376\ta\001b\n' >x
rs-clean -q x | rs-cat -f tsv | od -c | head -n 5
echo
rs-clean -q --integer-ids x | rs-cat -f tsv | head -n 5
# A NUL is a byte like all.
printf 'user,item\na\0b,c\n' | rs-clean -q | rs-cat -f csv | od -c
# Text in another encoding becomes UTF-8.
printf '1|caf\351\n' | rs-clean -q --no-header --from ISO-8859-1 -c item=1,label=2 |
    rs-cat -f csv
printf '1|\200 5\n' | rs-clean -q --no-header --from windows-1252 -c item=1,label=2 |
    rs-cat -f csv
printf 'item,label\n1,\303\251\n2,\351\n' | rs-clean --from UTF-8 >/dev/null
true
