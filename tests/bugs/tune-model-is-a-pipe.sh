# A trial that left a pipe in the place of its model was waited for, deaf to
# every signal but KILL; a folder there was a failure of the system.
for how in mkfifo mkdir; do
    printf 'metric gain max\nrun %s {model}; echo "gain\t1"\n' $how >space
    timeout -k 1 20 rs-tune -q -R runs space
    echo "$how $?"
done
