# gzip with a reserved flag (once: encrypted) was unpacked where ISA-L does it,
# and refused where zlib does.
printf 'user,item\n1,2\n' | gzip -n >good.gz
{ head -c 3 good.gz; printf '\040'; tail -c +5 good.gz; } >bad.gz
rs-clean -q -c user=user,item=item bad.gz
echo $?
cat good.gz bad.gz | rs-clean -q -c user=user,item=item -
echo $?
rs-clean -q -c user=user,item=item good.gz | rs-cat --count
