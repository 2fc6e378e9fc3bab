# Where all cells of the first line were empty rs-score once reckoned from a
# null pointer, which clang's sanitizer ended.
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -q -D ids | rs-fit pop -q -D ids -o m
printf ',\n' | rs-score -q -m m
printf '\t\n' | rs-score -q -m m
