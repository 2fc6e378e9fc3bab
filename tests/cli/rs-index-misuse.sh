# Options that contradict each other are refused before anything is read.
for args in '' '-D d --frozen --extend' '-D d --frozen --min-user 3' \
    '-D d --extend --order sorted' '-D d --frozen --labels t.rsi' \
    '-D d --unknown drop' '-D d --rounds 2' '-D d --order last' \
    '-D d --min-user 2 --rounds never' '-D d --min-item x' '-D d more'; do
    # shellcheck disable=SC2086  # words, on purpose
    rs-index $args
    echo $?
done
ls
