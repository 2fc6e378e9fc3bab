# Metrics, and what customers bought beside what they are recommended.
BEGIN { FS = "\t" }

FILENAME ~ /metrics\.tsv$/ {
    who = "model"
    name = $1
    if (match(name, /^(pop|random):/)) {
        who = substr(name, 1, RLENGTH - 1)
        name = substr(name, RLENGTH + 1)
    } else
        metric[++metrics] = name
    value[who, name] = $2
    range[who, name] = $3 == "" ? "" : sprintf("%.4f to %.4f", $3, $4)
    users = $5 > users ? $5 : users
    next
}

# Train or test, customer, product.
FILENAME ~ /known\.tsv$/ {
    products[$1, $2] += !(($1, $2, $3) in known)
    known[$1, $2, $3]
    next
}

# In the order of the file, but honestly only what the model could know of.
FILENAME ~ /history\.tsv$/ {
    date = substr($6, 1, 10)
    if (preset == "honest" && date >= until)
        next
    did[$1, ++dids[$1]] = sprintf("%s %6d  %s", date, $4, $3)
    next
}

{
    if (!($1 in gets))
        customer[++customers] = $1
    mark = (("train", $1, $2) in known ? "=" : " ") \
        (("test", $1, $2) in known ? "*" : " ")
    get[$1, ++gets[$1]] = sprintf("%s %-32.32s %7.3f", mark, $4, $3)
}

END {
    printf "%s customers of the test, lists of 10 (95 %% of resamplings)\n\n", users
    printf "%-14s %8s  %-18s %12s %10s\n", "", "BPR", "", "popularity", "random"
    for (i = 1; i <= metrics; i++) {
        m = metric[i]
        printf "%-14s %8.4f  %-18s %12.4f %10.4f\n", m, value["model", m],
            range["model", m], value["pop", m], value["random", m]
    }
    for (i = 1; i <= customers; i++)
        table(customer[i])
    print "\n= in train already    * in the test: bought indeed"
}

function table(c,    i, n, from) {
    n = gets[c]
    # The original shows the first rows; who asks for the future, the latest.
    from = preset == "honest" && dids[c] > n ? dids[c] - n : 0
    printf "\nCustomer %s: %d products in train, %d in the test\n\n", c,
        products["train", c], products["test", c]
    printf "%-10s %6s  %-32s |    %-32s %7s\n", "bought on", "pieces",
        (from ? "the latest of " : "the first of ") (dids[c] + 0) " rows",
        "is recommended", "score"
    for (i = 1; i <= n; i++)
        printf "%-51.51s | %s\n", did[c, from + i], get[c, i]
}
