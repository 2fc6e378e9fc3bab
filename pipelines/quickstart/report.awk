# The findings of the quick start as one page of HTML with its pictures inside.
BEGIN {
    read_items()
    read_metrics()
    read_samples()
    head()
    section_metrics()
    section_epochs()
    section_tail()
    section_samples()
    print "</main></body></html>"
}

function escape(s) {
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s)
    return s
}

function head() {
    print "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
    print "<meta name=\"viewport\" content=\"width=device-width\">"
    print "<title>A shop's recommendations</title><style>"
    print "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#222;background:#fafaf8}"
    print "main{max-width:54rem;margin:0 auto;padding:1rem}"
    print "h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}"
    print "table{border-collapse:collapse;width:100%}"
    print "td,th{text-align:left;padding:.15rem .6rem .15rem 0;vertical-align:top}"
    print "small,.dim{color:#666}.hit{background:#e3f1df}"
    print "svg{width:100%;height:auto;background:#fff;border:1px solid #ddd}"
    print "svg text{font:12px system-ui,sans-serif;fill:#333}"
    print "</style></head><body><main><h1>A shop&#8217;s recommendations</h1>"
    print "<p>An invented web shop of 2,465 products: 800,000 events of 100,000"
    print "users, of which a fifth of all pairs of user and product was hidden."
    print "A model learned from the rest; here is what it is worth.</p>"
}

function text(x, y, s, anchor) {
    printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, y,
        anchor == "" ? "start" : anchor, s
}

function line(x1, y1, x2, y2, colour, width) {
    printf "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%s\"/>\n",
        x1, y1, x2, y2, colour, width
}

# Bars for the model, popularity and chance, with intervals.
function section_metrics(    i, k, who, label, colour, n, top, x, y, h, m) {
    split(" pop random", who, " ")
    who[1] = ""; who[2] = "pop"; who[3] = "random"
    label[1] = "the model"; label[2] = "what is popular"; label[3] = "chance"
    colour[1] = "#2b6cb0"; colour[2] = "#d69e2e"; colour[3] = "#a0aec0"
    print "<h2>Is it better than the bestseller list?</h2>"
    printf "<p>Ten recommendations for each of %s users against what was hidden of them. ",
        commas(users)
    print "The thin lines are 95 % intervals from resampled users.</p>"
    print "<svg viewBox=\"0 0 760 300\">"
    for (i = 1; i <= metrics; i++)
        if (metric[i] !~ /^coverage/) {
            n++
            for (k = 1; k <= 3; k++)
                if (value[who[k], metric[i]] > top)
                    top = value[who[k], metric[i]]
        }
    top *= 1.15
    for (y = 0; y <= 4; y++) {
        line(50, 250 - 55 * y, 750, 250 - 55 * y, "#eee", 1)
        text(45, 254 - 55 * y, sprintf("%.2f", top * y / 4), "end")
    }
    n = 0
    for (i = 1; i <= metrics; i++) {
        m = metric[i]
        if (m ~ /^coverage/)
            continue
        for (k = 1; k <= 3; k++) {
            x = 70 + 170 * n + 45 * (k - 1)
            h = 220 * value[who[k], m] / top
            printf "<rect x=\"%d\" y=\"%.1f\" width=\"38\" height=\"%.1f\" fill=\"%s\"><title>%s of %s: %s</title></rect>\n",
                x, 250 - h, h, colour[k], m, label[k], value[who[k], m]
            if (low[who[k], m] != "")
                line(x + 19, 250 - 220 * low[who[k], m] / top, x + 19,
                    250 - 220 * high[who[k], m] / top, "#222", 1.5)
            text(x + 19, 245 - h - 3, sprintf("%.3f", value[who[k], m]),
                "middle")
        }
        text(70 + 170 * n + 64, 268, m, "middle")
        n++
    }
    for (k = 1; k <= 3; k++) {
        printf "<rect x=\"%d\" y=\"280\" width=\"12\" height=\"12\" fill=\"%s\"/>\n",
            50 + 150 * (k - 1), colour[k]
        text(67 + 150 * (k - 1), 291, label[k])
    }
    print "</svg><table><tr><th></th><th>the model</th><th>what is popular</th><th>chance</th></tr>"
    for (i = 1; i <= metrics; i++) {
        printf "<tr><td>%s</td>", metric[i]
        for (k = 1; k <= 3; k++) {
            printf "<td>%.4f", value[who[k], metric[i]]
            if (low[who[k], metric[i]] != "")
                printf " <small>%.4f to %.4f</small>",
                    low[who[k], metric[i]], high[who[k], metric[i]]
            printf "</td>"
        }
        print "</tr>"
    }
    print "</table><p class=\"dim\">hr: share of users with a hit. recall: share of the hidden found. ndcg, map:"
    print "earlier hits count more. coverage: share of the products that anybody gets.</p>"
}

# A number of a line of JSON by its key.
function number(json, key) {
    if (!match(json, "\"" key "\": *-?[0-9.eE+-]+"))
        return ""
    json = substr(json, RSTART, RLENGTH)
    sub(/.*: */, "", json)
    return json
}

function curve(y, n, lo, hi, colour,    i) {
    printf "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"",
        colour
    for (i = 1; i <= n; i++)
        printf "%.1f,%.1f ", 60 + 640 * (n > 1 ? (i - 1) / (n - 1) : 0),
            230 - 200 * (hi > lo ? (y[i] - lo) / (hi - lo) : 0)
    print "\"/>"
}

function section_epochs(    row, n, loss, ndcg, i, lo, hi, top) {
    while ((getline row < "als.jsonl") > 0)
        if (number(row, "epoch") != "") {
            loss[++n] = number(row, "loss")
            ndcg[n] = number(row, "ndcg@10")
            if (n == 1 || loss[n] + 0 < lo) lo = loss[n] + 0
            if (n == 1 || loss[n] + 0 > hi) hi = loss[n] + 0
            if (ndcg[n] + 0 > top) top = ndcg[n] + 0
        }
    print "<h2>Learning</h2><p>The loss that training lowers, and how well each epoch&#8217;s model finds"
    print "a part of the pairs that was set aside for choosing the epoch.</p>"
    print "<svg viewBox=\"0 0 760 270\">"
    line(60, 230, 700, 230, "#999", 1)
    for (i = 1; i <= n; i++)
        text(60 + 640 * (n > 1 ? (i - 1) / (n - 1) : 0), 246, i, "middle")
    text(380, 264, "epoch", "middle")
    curve(loss, n, lo, hi, "#c05621")
    curve(ndcg, n, 0, top, "#2b6cb0")
    text(55, 34, sprintf("%.4f", hi), "end")
    text(55, 230, sprintf("%.4f", lo), "end")
    text(705, 34, sprintf("%.4f", top))
    text(705, 230, "0")
    text(90, 120, "<tspan fill=\"#c05621\">loss (left)</tspan>")
    text(520, 60, "<tspan fill=\"#2b6cb0\">validation ndcg@10 (right)</tspan>")
    print "</svg>"
}

# How often each product occurs, most popular first, both axes logarithmic.
function section_tail(    row, f, n, all, count, i, half, sum, x, y) {
    while ((getline row < "counts.tsv") > 0) {
        split(row, f, "\t")
        count[++n] = f[2]
        all += f[2]
    }
    for (i = 1; i <= n && sum < all / 2; i++)
        sum += count[half = i]
    print "<h2>The long tail</h2>"
    printf "<p>Events of each product, from the most to the least popular. Half of all %s events are of the first %s of %s products.</p>\n",
        commas(all), commas(half), commas(n)
    print "<svg viewBox=\"0 0 760 300\">"
    for (i = 1; i <= n; i *= 10) {
        x = 60 + 680 * log(i) / log(n)
        line(x, 20, x, 260, "#eee", 1)
        text(x, 276, commas(i), "middle")
    }
    for (i = 1; i <= count[1]; i *= 10) {
        y = 260 - 230 * log(i) / log(count[1])
        line(60, y, 740, y, "#eee", 1)
        text(55, y + 4, commas(i), "end")
    }
    text(400, 294, "rank of the product", "middle")
    printf "<polyline fill=\"none\" stroke=\"#2b6cb0\" stroke-width=\"2\" points=\""
    for (i = 1; i <= n; i = i < 40 ? i + 1 : int(i * 1.03) + 1)
        printf "%.1f,%.1f ", 60 + 680 * log(i) / log(n),
            260 - 230 * log(count[i]) / log(count[1])
    print "\"/></svg>"
}

function product(i) {
    return escape(name[i]) " <small>" escape(category[i]) "</small>"
}

function section_samples(    i, k, u, n) {
    print "<h2>What three users get</h2><p>Those who are recommended a <span class=\"hit\">hidden product</span>"
    print "did look at it; the model could not know.</p>"
    for (i = 1; i <= samples; i++) {
        u = user[i]
        n = givens[u]
        printf "<table><tr><th style=\"width:50%%\">User %s looked at</th><th>and is recommended</th></tr>\n",
            escape(u)
        for (k = 1; k <= n; k++)
            printf "<tr><td>%s</td><td><span%s>%s</span></td></tr>\n",
                (k <= dids[u] ? product(did[u, k]) : ""),
                (((u, given[u, k]) in hidden) ? " class=\"hit\"" : ""),
                product(given[u, k])
        printf "<tr><td class=\"dim\">%s</td><td class=\"dim\">%d products were hidden</td></tr></table><br>\n",
            (dids[u] > n ? "and " (dids[u] - n) " more" : ""), hiddens[u]
    }
    printf "<h2>Somebody new</h2><p>Who looked at %s and %s is recommended:</p><ul>\n",
        product("p1"), product("p2")
    for (k = 1; k <= givens[""]; k++)
        printf "<li>%s</li>\n", product(given["", k])
    print "</ul>"
}
