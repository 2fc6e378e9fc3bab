# What was written once can be read for ever: a stream and a model of format
# version 1, as text so that git leaves them alone; and a version to come is
# refused, naming both.
old=$RS_ROOT/tests/laws/_version1
base64 -d <"$old.rsi.txt" >old.rsi && base64 -d <"$old.model.txt" >old.model ||
    exit 1
rs-cat -f tsv --header old.rsi >got || exit 1
cmp got "$old.tsv" || exit 1
rs-cat --verify old.model >/dev/null || exit 1
printf '%s\n' u1 u3 | rs-topk -q -m old.model -k 2 --flag >got || exit 1
cmp got "$old.csv" || exit 1
# The version stands behind the magic.
{ head -c 8 old.rsi; printf '\2'; tail -c +10 old.rsi; } >new.rsi
rs-cat --count new.rsi 2>err
[ $? = 1 ] && grep -q 'version 2.*version 1' err || { cat err; exit 1; }
