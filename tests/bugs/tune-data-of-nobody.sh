# "data -" took rs-tune's own standard input for a file that trials read.
printf 'metric gain max\ndata -\nrun echo "gain\t1"\n' >space
echo hello | rs-tune -q -R runs space
echo $?
