# TSV has no quoting: a stray quote swallows nothing.  --quote none takes it
# from CSV as well.  RecBole's headers are understood.
printf 'user_id:token\titem_id:token\trating:float\ttimestamp:float\n' >x.inter
printf '196\t24"2\t3\t881250949\n"a\tb\t2.5\t0\n' >>x.inter
rs-clean x.inter | rs-cat -f jsonl
printf 'user,item\n"a,b\n"c",d\n' >x.csv
rs-clean --quote none x.csv | rs-cat -f tsv
# Other delimiters are found in the first line, or said.
printf '1::Toy Story, The|x::Animation\n2::b::c\n' |
    rs-clean --no-header -c item=1,label=2 | rs-cat -f tsv
printf 'a--b--c\nd--e--f\n' |
    rs-clean --no-header --delimiter -- -c user=3,item=1 | rs-cat -f tsv
printf 'user;item\n"a;b";c\n' | rs-clean | rs-cat -f tsv
printf 'user|item\n"a"|c\n' | rs-clean | rs-cat -f tsv
