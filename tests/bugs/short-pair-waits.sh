# rs-score once looked at eight bytes before it answered, and a first line
# shorter than that waited for the second.
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -D ids | rs-fit pop -q -D ids -o m
coproc rs-score -m m
for pair in a,x b,y; do
    echo $pair >&"${COPROC[1]}"
    read -r -t 20 answer <&"${COPROC[0]}" || answer="no answer"
    echo "$answer"
done
