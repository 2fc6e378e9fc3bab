# Bad lines are an error beyond --max-errors, and counted within it; what was
# dropped, and why, is in the reject list; conditions reject nothing.
printf 'user,item,value\na,b,1\na,b\n,c,1\nd,e,null\nf,g,x\n"p\nq",r"",s\nh,i,2\n' >x.csv
for n in 0 1 3 75% 40% 100%; do
    echo "--max-errors $n"
    rs-clean --max-errors $n x.csv -o x.rsi
    echo "status $?"
done
rs-clean --max-errors 3 --where 'user!=h' --rejects bad.tsv x.csv | rs-cat -f tsv
cat bad.tsv
rs-clean -q --max-errors 3 --rejects bad.tsv x.csv | rs-cat --count
wc -l <bad.tsv
