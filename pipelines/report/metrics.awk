# Models compared: label=LABEL FILE ... of rs-eval's metrics; the first label is
# the model that answers.  A picture for each metric, then all of them as a table;
# dir/headline.tsv gets the metric that the page begins with.
BEGIN {
	FS = "\t"
	plain["pop"] = "popularity"
	plain["random"] = "chance"
}

function put(who, metric) {
	if (!(metric in known)) {
		known[metric]
		metrics[++m] = metric
	}
	value[who, metric] = $2
	low[who, metric] = $3
	high[who, metric] = $4
	if ($5 > of[metric])
		of[metric] = $5
}

{
	who = words(label)
	name = $1
	if (match(name, /^(pop|random|against|diff|p):/)) {
		kind = substr(name, 1, RLENGTH - 1)
		name = substr(name, RLENGTH + 1)
		if (kind in plain)
			put(plain[kind], name)
		else
			beside[who, kind, name] = $2 "\t" $3 "\t" $4
		if (kind == "diff")
			pairs[++np] = who "\t" name
		next
	}
	if (!(who in row)) {
		row[who]
		lines[++n] = who
	}
	put(who, name)
}

function first(name) {
	sub(/[@:].*/, "", name)
	return name
}

# -1: the lower the better; 0: neither.
function direction(name) {
	name = first(name)
	if (name ~ /^(rmse|mse|mae|logloss)$/)
		return -1
	return name !~ /^(coverage|gini|overlap|novelty|fallback)$/
}

function meaning(name,	k, what, drawn, base) {
	base = first(name)
	k = match(name, /@[0-9]+/) ? substr(name, RSTART + 1, RLENGTH - 1) : "k"
	drawn = match(name, /:s[0-9]+$/) ? "; ranked among " \
	    substr(name, RSTART + 2) " drawn " items " only" : ""
	if (base == "p")
		what = "the share of the " k " recommended that were held out"
	else if (base == "recall")
		what = name ~ /:min/ ? \
		    "hits among " k ", of as many as could be hit" : \
		    "the share of what was held out that is among the " k " recommended"
	else if (base == "map")
		what = "precision at each hit, averaged: early hits count more"
	else if (base == "ndcg")
		what = "hits among " k ", worth less the lower they stand"
	else if (base == "hr")
		what = "the share of " users " with a hit among " k
	else if (base == "mrr")
		what = name ~ /:all/ ? "one over the rank of each held-out one, averaged" : \
		    "one over the rank of the first hit"
	else if (base == "auc")
		what = "how often a held-out one stands above one that is not"
	else if (base == "coverage")
		what = "the share of all " items " that anybody is recommended"
	else if (base == "mse" || base == "rmse")
		what = "the error, squared" (base == "rmse" ? " and averaged, then its root" : " and averaged")
	else if (base == "mae")
		what = "the error, on average"
	else if (base == "accuracy")
		what = "the share of pairs that are judged right"
	else if (base == "logloss")
		what = "how surprised the probabilities are by what was so"
	else if (base == "gini")
		what = "how unevenly " items " are recommended: 0 all alike, 1 one alone"
	else if (base == "overlap")
		what = "how alike the lists of two " users " are"
	else if (base == "novelty")
		what = "how unpopular the recommended are, in bits"
	else if (base == "agree-map")
		what = "how far the lists agree with those of another model; no measure of truth"
	else if (base == "fallback")
		what = "the share of " users " who get what is popular"
	else
		return ""
	return ": " what drawn
}

function draw(metric, at,	i, to, widest, shown, fine) {
	to = dir "/metric" at ".tsv"
	printf "" >to
	for (i = 1; i <= n; i++) {
		if (value[lines[i], metric] == "")
			continue
		shown++
		if (length(lines[i]) > widest)
			widest = length(lines[i])
		print lines[i] "\t" value[lines[i], metric] "\t" \
		    (low[lines[i], metric] == "" ? value[lines[i], metric] : low[lines[i], metric]) "\t" \
		    (high[lines[i], metric] == "" ? value[lines[i], metric] : high[lines[i], metric]) "\t" \
		    (i == 1 ? 1 : i <= models ? 24 : 22) "\t" \
		    short(value[lines[i], metric]) >to
		if (low[lines[i], metric] != "")
			fine = 1
	}
	close(to)
	if (shown < 2)
		return
	picture("whisker", "file='" to "'; n=" shown "; widest=" widest \
	    "; zero=" (direction(metric) >= 0),
	    "<b>" escape(metric) "</b>" escape(meaning(metric)) "; " \
	    (metric ~ /^agree/ ? "higher is more alike" : \
	    direction(metric) > 0 ? "higher is better" : \
	    direction(metric) < 0 ? "lower is better; the axis does not begin at 0" : \
	    "neither end is best") ".")
}

function best(metric,	i, at, d) {
	d = direction(metric)
	if (d == 0)
		return ""
	for (i = 1; i <= n; i++)
		if (value[lines[i], metric] != "" && (at == "" || \
		    d * value[lines[i], metric] > d * value[at, metric]))
			at = lines[i]
	return at
}

function table(	i, k, w, v) {
	table_begin("numbers",
	    "All figures; the best of a column is bold, and below each stands where 95 of 100 resamplings have it.")
	printf "<thead><tr><th></th>"
	for (k = 1; k <= m; k++)
		printf "<th>%s</th>", escape(metrics[k])
	print "</tr></thead>\n<tbody>"
	for (i = 1; i <= n; i++) {
		w = lines[i]
		printf "<tr%s><th>%s</th>", (i > models ? " class=\"dim\"" : ""), escape(w)
		for (k = 1; k <= m; k++) {
			v = short(value[w, metrics[k]])
			if (best(metrics[k]) == w)
				v = "<b>" v "</b>"
			printf "<td>%s", v
			if (low[w, metrics[k]] != "")
				printf "<small>%s&#8211;%s</small>",
				    short(low[w, metrics[k]]), short(high[w, metrics[k]])
			printf "</td>"
		}
		print "</tr>"
	}
	print "</tbody>"
	table_end()
}

# rs-eval --against: the difference, its interval, and how likely by chance.
function differences(	i, f, d, p) {
	table_begin("numbers",
	    "Differences on the same users, with their paired intervals; p is how often signs drawn at random differ as much.")
	print "<thead><tr><th></th><th>metric</th><th>difference</th><th>from</th><th>to</th><th>p</th></tr></thead>\n<tbody>"
	for (i = 1; i <= np; i++) {
		split(pairs[i], f, "\t")
		split(beside[f[1], "diff", f[2]], d, "\t")
		split(beside[f[1], "p", f[2]], p, "\t")
		printf "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
		    escape(f[1]), escape(f[2]), short(d[1]), short(d[2]), short(d[3]), short(p[1])
	}
	print "</tbody>"
	table_end()
}

# The model that answers stands first.
function choose(	i, k) {
	for (i = 1; i <= models; i++)
		if (lines[i] == words(chosen)) {
			for (k = i; k > 1; k--)
				lines[k] = lines[k - 1]
			lines[1] = words(chosen)
		}
}

function users_of(	k, most) {
	for (k = 1; k <= m; k++)
		if (of[metrics[k]] > most)
			most = of[metrics[k]]
	return most
}

END {
	if (failed)
		exit failed
	models = n
	if (("popularity", metrics[1]) in value || ("popularity", headline) in value)
		lines[++n] = "popularity"
	if (("chance", metrics[1]) in value || ("chance", headline) in value)
		lines[++n] = "chance"
	choose()
	if (headline == "")
		headline = metrics[1]
	baseline = words(baseline)
	printf "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", headline, value[lines[1], headline],
	    low[lines[1], headline], high[lines[1], headline], baseline,
	    value[baseline, headline], direction(headline) >(dir "/headline")
	section("models", models > 1 ? "The models compared" : "How good is it?",
	    "Each dot is a figure over " commas(users_of()) " " (of_pairs() ? \
	    rows " that were held out" : users " and what was held out of theirs") \
	    "; a line through it is where 95 of 100 resamplings have it.")
	if (ENVIRON["REPORT_CAUTION"] != "")
		printf "<p class=\"caution\">%s</p>\n", escape(ENVIRON["REPORT_CAUTION"])
	print "<div class=\"pictures\">"
	draw(headline, 0)
	for (k = 1; k <= m && drawn < 7; k++)
		if (metrics[k] != headline) {
			draw(metrics[k], k)
			drawn++
		}
	print "</div>"
	table()
	if (np)
		differences()
	print "</section>"
}

# Errors are of pairs, rankings of users.
function of_pairs() {
	return direction(headline) < 0 || first(headline) == "accuracy"
}
