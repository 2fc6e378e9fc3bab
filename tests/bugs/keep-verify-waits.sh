# Who verified a registry while somebody added a model was told of a file that
# is not in the index, one time in three.
command -v flock >/dev/null || { echo "no flock"; exit 77; }
printf 'a,x\na,y\nb,x\n' | rs-clean -q -c user=1,item=2 --no-header \
    --delimiter comma | rs-index -q -D ids >t.rsi
fit() { rs-fit als -q -d 2 -e 1 -s "$1" -D ids -o "$1.model" <t.rsi; }
fit 1
fit 2
rs-keep -q -R reg 1.model >/dev/null
# Between a model and its index, somebody holds the lock as rs-keep does.
cp 2.model "reg/models/$(rs-cat --verify 2.model | cut -f 3).model"
(flock -x 9; sleep 1; rm -f "reg/models/$(rs-cat --verify 2.model |
    cut -f 3).model") 9<reg &
sleep 0.3
rs-keep -R reg --verify
wait
