# The findings of the quick start, for a terminal, from the files that it left
# here.
BEGIN {
    read_items()
    read_metrics()
    read_samples()
    print_metrics()
    for (i = 1; i <= samples; i++)
        print_user(user[i])
    print_newcomer()
    print "\nEverything is in build/quickstart:"
    print "  report.html   this and more, with pictures: open it in a browser"
    print "  top.csv       ten products for every user"
    print "  als.model     the model; rs-topk -m als.model answers requests"
    print "  metrics.tsv   the figures above; rs-cat --info FILE tells where a stream comes from"
}

function read_items(    row, f) {
    while ((getline row < "items.tsv") > 0) {
        split(row, f, "\t")
        name[f[1]] = f[2]
        category[f[1]] = f[3]
    }
}

# metric[i], value, low and high [who, metric]; who: "" "pop" "random".
function read_metrics(    row, f, who) {
    while ((getline row < "metrics.tsv") > 0) {
        split(row, f, "\t")
        who = ""
        if (match(f[1], /^[a-z]+:/)) {
            who = substr(f[1], 1, RLENGTH - 1)
            f[1] = substr(f[1], RLENGTH + 1)
        } else
            metric[++metrics] = f[1]
        value[who, f[1]] = f[2]
        low[who, f[1]] = f[3]
        high[who, f[1]] = f[4]
        users = f[5]
    }
}

# user[1..], did[user, 1..n], and the item of each; hidden[user, item];
# given[user, 1..n].  The user "" is the newcomer.
function read_samples(    row, f) {
    while ((getline row < "history.tsv") > 0) {
        split(row, f, "\t")
        if (!(f[1] in dids))
            user[++samples] = f[1]
        did[f[1], ++dids[f[1]]] = f[2]
        weight[f[1], dids[f[1]]] = f[3]
    }
    while ((getline row < "hidden.tsv") > 0) {
        split(row, f, "\t")
        if (!((f[1], f[2]) in hidden))
            hiddens[f[1]]++
        hidden[f[1], f[2]] = 1
    }
    while ((getline row < "answers.tsv") > 0) {
        split(row, f, "\t")
        given[f[1], ++givens[f[1]]] = f[2]
        score[f[1], givens[f[1]]] = f[3]
    }
}

function interval(who, m) {
    if (low[who, m] == "")
        return sprintf("%.4f", value[who, m])
    return sprintf("%.4f (%.4f to %.4f)", value[who, m], low[who, m],
        high[who, m])
}

function print_metrics(    i) {
    printf "\nHow good is it?  %s users, %s\n\n", commas(users),
        "whose hidden products should be among 10 recommended"
    printf "%-14s %-30s %-30s %s\n", "", "the model", "what is popular",
        "chance"
    for (i = 1; i <= metrics; i++)
        printf "%-14s %-30s %-30s %.4f\n", metric[i],
            interval("", metric[i]), interval("pop", metric[i]),
            value["random", metric[i]]
    print "\nhr: share of users with a hit; recall: share of the hidden found;"
    print "ndcg, map: earlier hits count more; coverage: share of the products"
    print "that anybody gets.  In brackets, where 95 of 100 resamplings of the"
    print "users lie."
}

function print_user(u,    i, n, mark, left) {
    n = givens[u]
    printf "\nUser %s looked at (weight)%-23s and is recommended\n", u, ""
    for (i = 1; i <= n; i++) {
        left = i <= dids[u] ? sprintf("%s, %s (%s)", name[did[u, i]],
            category[did[u, i]], weight[u, i]) : ""
        mark = ((u, given[u, i]) in hidden) ? "*" : " "
        printf "  %-45s %s %s, %s\n", left, mark, name[given[u, i]],
            category[given[u, i]]
    }
    if (dids[u] > n)
        printf "  and %d more\n", dids[u] - n
    printf "  * was hidden: this user did look at it (%d hidden in all)\n",
        hiddens[u]
}

function print_newcomer(    i) {
    printf "\nSomebody new, who looked at %s and %s, is recommended\n",
        name["p1"], name["p2"]
    for (i = 1; i <= givens[""]; i++)
        printf "    %s, %s\n", name[given["", i]], category[given["", i]]
}
