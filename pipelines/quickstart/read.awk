# What the pipeline found, from the files it left here, for show.awk and
# report.awk: metrics, names, and what a few users did and are recommended.
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

function commas(n,    s) {
    s = sprintf("%d", n)
    while (match(s, /^[0-9][0-9][0-9][0-9]+/))
        s = substr(s, 1, RLENGTH - 3) "," substr(s, RLENGTH - 2)
    return s
}
