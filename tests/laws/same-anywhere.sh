# The surroundings change no byte: a locale with a decimal comma, another time
# zone, addresses in the same places each time, no environment, a closed standard
# input or error.
. "$RS_ROOT/tests/_shop.sh"
shop 2000
mkdir places
localedef -i de_DE -f UTF-8 places/de_DE.UTF-8 >localedef.txt 2>&1 || :
german="LOCPATH=$PWD/places LC_ALL=de_DE.UTF-8"
# Whether it is one: bash's own printf knows.
if [ "$(env LOCPATH="$PWD/places" LC_ALL=de_DE.UTF-8 bash -c 'printf %.1f 2,5' \
    2>/dev/null)" != 2,5 ]; then
    echo "no German locale can be made here: left out"
    german=
fi
fixed=
setarch -R true 2>/dev/null && fixed="setarch -R"

bad=0
while IFS='	' read -r input command; do
    expect || continue
    [ -z "$german" ] || law "decimal comma" "$german $command <$input"
    law "time zone" "TZ=Asia/Kolkata $command <$input"
    [ -z "$fixed" ] || law "fixed addresses" "$fixed $command <$input"
    law "no stderr" "$command <$input 2>&-"
    law "no environment" "env -i $(command -v "${command%% *}") ${command#* } <$input"
    [ "$input" != /dev/null ] || law "no stdin" "$command <&-"
done < <(commands)
exit $bad
