# overlap.awk TRAIN TEST LISTS NEW: how much of a score is pairs of the test
# that are in train too.  Pairs are distinct in all that is counted.
BEGIN { FS = "\t" }
FNR == 1 { file++ }
file == 1 { train[$1, $2]; next }
file == 2 && !(($1, $2) in test) {
    test[$1, $2]
    relevant[$1]++
    both += ($1, $2) in train
    fresh[$1] += !(($1, $2) in train)
    pairs++
}
file == 2 { rows++; again += ($1, $2) in train; next }
file == 3 && ($1, $2) in test { hits++; old += ($1, $2) in train; next }
file == 4 { new[$1] = $2 }
END {
    for (u in relevant) {
        users++
        most += relevant[u] < k ? relevant[u] : k
        most_fresh += fresh[u] < k ? fresh[u] : k
    }
    printf "\nHow much of it is overlap?\n\n"
    printf "%d of %d rows of the test (%.1f %%), %d of %d distinct pairs (%.1f %%), are in train\n",
        again, rows, 100 * again / rows, both, pairs, 100 * both / pairs
    printf "%d hits among the first %d of %d customers; of %d (%.1f %%) the pair is in train\n",
        hits, k, users, old, 100 * old / hits
    printf "precision as implicit has it, hits / min(%d, relevant), pooled: %.4f\n",
        k, hits / most
    printf "  of which overlap: %.4f; the same lists on new pairs alone: %.4f\n",
        old / most, (hits - old) / most_fresh
    printf "new pairs alone, and lists without what is in train: %.4f a customer, hits / %d %.4f (popularity %.4f)\n",
        new["recall@" k ":min"], k, new["p@" k], new["pop:p@" k]
}
