# Train written over test, and both into one pipe, were taken for a success.
for args in '-o t' '--valid t' '-o a --valid a' '--valid -'; do
    # shellcheck disable=SC2086  # words, on purpose
    rs-split --random 0.5 --test t $args
    echo $?
done
rs-split --random 0.5 --test -
echo $?
printf '1\n2\n3\n' | rs-clean -q -c time=1 --no-header --delimiter , |
    rs-split --random 0.3 --test /dev/null -o /dev/null
ls -A
