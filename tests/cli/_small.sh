# A small set whose answers are known.  Sourced in an empty directory.
# stream FILE: lines "user item weight" on standard input, indexed in ids/.
stream() {
    rs-clean -q --delimiter ' ' --no-header -c user=1,item=2,weight=3 |
        rs-index -q -D ids "${@:2}" >"$1"
}
# Two groups of users, each with its own items: u1..u9 and i1..i9, odd and
# even; the last pair of each user is not there.
groups() {
    for u in 1 2 3 4 5 6 7 8 9; do
        for i in 1 2 3 4 5 6 7 8 9; do
            [ $(((u + i) % 2)) = 0 ] && [ $(((u + 2 * i) % 7)) != 0 ] &&
                echo "u$u i$i 1"
        done
    done
}
