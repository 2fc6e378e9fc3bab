# One model, whatever the threads and the CPU path, for every loss of what
# learns by gradient descent.
. "$RS_ROOT/tests/_shop.sh"
ratings() {
    rs-synth ratings --users 400 --items 300 --rows $1 |
        rs-clean -q -c user=user_id,item=item_id,value=rating |
        rs-index -q -D ids
}
ratings 12000 >train.rsi
ratings 2000 >few.rsi	# the base path takes its time over nets

bad=0
while read -r fit; do
    case $fit in
    gmf*|mlp*|neumf*|mfblock*) train=few.rsi ;;
    *) train=train.rsi ;;
    esac
    rs-fit $fit -q -j 1 -d 20 -e 2 -s 3 -o want <$train || bad=1
    for path in $(cpu_paths); do
        for threads in 1 2 3 7 16; do
            RS_CPU=$path rs-fit $fit -q -j $threads -d 20 -e 2 -s 3 -o got \
                <$train && cmp -s want got && continue
            echo "$fit: -j $threads RS_CPU=$path gives another model"
            bad=1
        done
    done
done <<'END'
bpr
bpr -p sampler=hardest
bpr -p sampler=popularity
mf -p loss=logistic
mf -p loss=logistic -p verify=no -p negatives=8
mf -p loss=logistic -p optimizer=adagrad
mf -p loss=bpr
mf -p loss=bpr -p log=no
mf -p loss=pointwise
mf -p loss=hinge
mf -p loss=adaptive-hinge
mf -p loss=warp
mf -p loss=warp -p optimizer=adagrad
mf -p loss=squared -p nu=0.5
mf -p loss=squared -p optimizer=adagrad
mf --preset spotlight
mf -p batch=5000 -p optimizer=adam -p regularization=0.001
mf -p batch=5000 -p optimizer=lazy-adam -p loss=warp
mf -p batch=4000 -p optimizer=momentum -p loss=adaptive-hinge
mf -p batch=3000 -p optimizer=adagrad -p loss=squared
gmf
gmf -p embedding=dense -p optimizer=adagrad -p negatives=1
mlp -p layers=24,8 -p optimizer=momentum -p last=roll
neumf -p mlp-factors=12 -p layers=24,9 -p dropout=0.2,0.5
mfblock --preset published -p batch=300
mfblock -p batch=50 -p optimizer=adam -p last=drop -p regularization=0.01
neumf --preset published -p last=drop -p batch=1000 -p layer-regularization=0.01
END
exit $bad
