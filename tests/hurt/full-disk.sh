# A full disk is found out by every tool, on standard output and in every file
# that an option names: status 3, the errno's text, and no half result.
[ -e /dev/full ] || { echo "no /dev/full here"; exit 77; }
. "$RS_ROOT/tests/_shop.sh"
shop 3000
bad=0
full() {
    eval "$1" 2>err
    status=$?
    [ $status -eq 3 ] && grep -q 'No space left on device' err && return
    echo "$1: status $status: $(cat err)"
    bad=1
}
while IFS='	' read -r input command; do
    rm -rf made made.*
    case $command in
    rs-fit*) full "$(echo "$command" | sed 's/-o made/-o \/dev\/full/') <$input" ;;
    *) full "$command <$input >/dev/full" ;;
    esac
    [ ! -e made/user.rsi ] || { echo "$command: left dictionaries"; bad=1; }
done < <(commands)
full "rs-split -q --random 0.5 --test /dev/full <all.rsi >/dev/null"
full "rs-cat -o /dev/full all.rsi"
full "rs-cat --info all.rsi >/dev/full"
full "rs-eval -q -m pop.model --test test.rsi --per-user /dev/full"
rs-keep -q -R registry als.model >/dev/null || bad=1
full "rs-keep -R registry --list >/dev/full"
printf '%s\n' 'search grid' 'metric score max' 'param a 1 2' \
    'run printf "score\t%d\n" {a}; : >{model}' >space
full "rs-tune -q -R runs space >/dev/full"
full "rs-tune -R runs --list space >/dev/full"
full "rs-tune -R runs --print make space >/dev/full"
for tool in "$RS_BUILD"/bin/rs-*; do
    full "$(basename "$tool") --help >/dev/full"
    full "$(basename "$tool") --version >/dev/full"
done

# Files are written beside their names, so a folder that is full or closed to
# us leaves the old file as it was.
if [ "$(id -u)" -ne 0 ]; then
    mkdir closed && cp all.rsi closed/old.rsi && chmod a-w closed
    rs-cat -f stream -o closed/old.rsi train.rsi 2>err
    [ $? -eq 3 ] && cmp -s all.rsi closed/old.rsi || { cat err; bad=1; }
    chmod u+w closed
fi
exit $bad
