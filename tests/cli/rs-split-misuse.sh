# What cannot be is refused before anything is read or written.
for args in '--random 0.1' '--test t' '--test t --random 0.1 --mask 0.1' \
    '--test t --random 0' '--test t --random 1' '--test t --latest 0' \
    '--test t --fold 6/5' '--test t --fold 1' '--test t --fold 0/5' \
    '--test t --valid t --random 0.1' '--test t --valid v --fold 1/2' \
    '--test t --after noon' '--test t --after 5 --unit pair' \
    '--test t --mask 0.1 --unit row' '--test t --random 0.1 --order time' \
    '--test t --random 0.1 --short drop' '--test t --random 0.1 more'; do
    # shellcheck disable=SC2086  # words, on purpose
    rs-split $args
    echo $?
done
ls -A
# Strings must become indices before; a mode that needs neither takes them
# not either, but does without them.
printf 'amy x 5\nbob y 6\n' |
    rs-clean -q -c user=1,item=2,time=3 --no-header --delimiter ' ' >in.rsi
rs-split --random 0.5 --test t <in.rsi
echo $?
printf '5\n6\n' | rs-clean -q -c time=1 --no-header --delimiter , >t.rsi
rs-split --random 0.5 --test t <t.rsi | rs-cat --count
rs-split --latest 1 --test t <t.rsi
echo $?
rs-split --random 0.6 --test t <t.rsi
echo $?
rs-cat --head 0 -f stream t.rsi | rs-split --random 0.6 --test t |
    rs-cat --count
