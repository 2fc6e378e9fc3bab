# What cannot be is refused before anything is written.
for args in '' 'films' 'shop ratings' 'shop --order user' \
    'ratings --users 3 --items 4 --rows 13' 'shop --start yesterday' \
    'shop --rows 0' 'shop --span 0s'; do
    # shellcheck disable=SC2086  # words, on purpose
    rs-synth $args -o out.tsv
    echo $?
done
ls
