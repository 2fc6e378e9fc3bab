# Several files, each with its own header, are one table, as are its parts;
# what is in the end says what was read.
printf 'user,item\na,b\nc,d\n' >1.csv
printf 'user,item\r\ne,f\r\n' | gzip >2.csv.gz
printf '"user","item"\n"g","h"\n' >3.csv
rs-clean 1.csv 2.csv.gz - <3.csv | rs-cat -f tsv
rs-clean -q 1.csv 2.csv.gz 3.csv | rs-cat --info | grep input
printf '1 2\n3 4\n' >a
printf '5 6' >b
rs-clean -q --no-header --delimiter ' ' -c user=1,item=2 a b | rs-cat -f csv
