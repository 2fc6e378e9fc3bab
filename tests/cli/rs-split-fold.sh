# Folds are disjoint, together everything, and equal but for one row or pair.
rs-synth ratings --users 60 --items 50 --rows 1234 |
    rs-clean -q -c user=1,item=2,time=4 | rs-index -D dict >all.rsi
for unit in row pair; do
    for i in 1 2 3 4 5; do
        rs-split -q --fold $i/5 --unit $unit --test test$i.rsi <all.rsi \
            >train.rsi
        echo "$(rs-cat --count test$i.rsi) $(rs-cat --count train.rsi)"
    done
    rs-cat test?.rsi | sort | cmp - <(rs-cat all.rsi | sort)
done
# The next fold is for validation, the first behind the last.
rs-split -q --fold 5/5 --unit pair --test t.rsi --valid v.rsi <all.rsi |
    rs-cat --count
rs-cat v.rsi | cmp - <(rs-cat test1.rsi)
