# overlap.awk TRAIN TEST LISTS NEW LEARNED: how much of a score is pairs of the
# test that are in train too; with the metrics on new pairs and on train.
BEGIN { FS = "\t" }
FNR == 1 { file++ }
file == 1 { train[$1, $2]; next }
file == 2 { rows++; again += ($1, $2) in train }
file == 2 && !(($1, $2) in test) {
    test[$1, $2]
    pairs++
    relevant[$1]++
    both += ($1, $2) in train
    fresh[$1] += !(($1, $2) in train)
}
file == 3 && ($1, $2) in test { hits++; old += ($1, $2) in train }
file == 4 { new[$1] = $2 }
file == 5 { learned[$1] = $2 }
END {
    for (u in relevant) {
        users++
        most += relevant[u] < k ? relevant[u] : k
        most_fresh += fresh[u] < k ? fresh[u] : k
    }
    printf "\nHow much of it is overlap?\n\n"
    printf "in train are %d of %d rows of the test (%.1f %%), %d of its %d pairs (%.1f %%),\n",
        again, rows, 100 * again / rows, both, pairs, 100 * both / pairs
    printf "and %d of %d hits (%.1f %%): that share of the score is remembered\n\n",
        old, hits, 100 * old / hits
    printf "%-58s %.4f\n", "hits / min(" k ", relevant), pooled as implicit does",
        hits / most
    printf "%-58s %.4f\n", "  of it overlap", old / most
    printf "%-58s %.4f\n", "  on new pairs alone, the same lists",
        (hits - old) / most_fresh
    m = "recall@" k ":min"
    printf "%-58s %.4f (popularity %.4f)\n",
        "a mean of customers, new pairs, lists of new products",
        new[m], new["pop:" m]
    printf "%-58s %.4f\n", "a mean of customers, the very rows that were learned",
        learned[m]
}
