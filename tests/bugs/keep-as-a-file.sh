# A link took the place of a file of the same name, which was gone.
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -q -D ids | rs-fit pop -q -D ids -o m
mkdir reg
echo precious >reg/notes
rs-keep -q -R reg m --as notes >fingerprint
echo $?
cat reg/notes
rs-keep -q -R reg m --as other --best ndcg@10 2>&1 | cut -d ' ' -f 2-
rs-keep -R reg | cut -f 2-
