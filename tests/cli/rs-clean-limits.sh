# A field that is kept has 65,535 bytes at most; others do not matter.
long() { head -c "$1" /dev/zero | tr '\0' x; }
(printf 'user,item,text\na,b,'; long 70000; echo) | rs-clean -q | rs-cat -f csv
(printf 'user,item\na,'; long 65535; echo) | rs-clean -q | rs-cat -f csv | wc -c
(printf 'user,item\na,'; long 65536; echo) | rs-clean -q >/dev/null
(printf 'user,item\na,"'; long 17000000; echo '"') | rs-clean -q >/dev/null
(printf 'user,item'; seq 3 4098 | sed 's/.*/,x/' | tr -d '\n'; echo) |
    rs-clean >/dev/null
true
