# Models compared: label=LABEL FILE ... of rs-eval's metrics; the first label is
# the model that answers.  A picture for each metric, then all of them as a table;
# dir/headline.tsv gets the metric that the page begins with.
BEGIN {
	FS = "\t"
	plain["pop"] = "popularity"
	plain["random"] = "chance"
	means["p"] = "the share of the %k recommended that were held out"
	means["recall"] = "the share of what was held out that is among the %k recommended"
	means["recall:min"] = "hits among %k, of as many as could be hit"
	means["map"] = "precision at each hit, averaged: early hits count more"
	means["ndcg"] = "hits among %k, worth less the lower they stand"
	means["hr"] = "the share of %users with a hit among %k"
	means["mrr"] = "one over the rank of the first hit"
	means["mrr:all"] = "one over the rank of each held-out one, averaged"
	means["auc"] = "how often a held-out one stands above one that is not"
	means["coverage"] = "the share of all %items that anybody is recommended"
	means["mse"] = "the error, squared and averaged"
	means["rmse"] = "the error, squared and averaged, then its root"
	means["mae"] = "the error, on average"
	means["accuracy"] = "the share of pairs that are judged right"
	means["logloss"] = "how surprised the probabilities are by what was so"
	means["gini"] = "how unevenly %items are recommended: 0 all alike, 1 one alone"
	means["overlap"] = "how alike the lists of two %users are"
	means["novelty"] = "how unpopular the recommended are, in bits"
	means["agree-map"] = "how far the lists agree with those of another model; no measure of truth"
	means["fallback"] = "the share of %users who get what is popular"
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
	if (is_error(name))
		return -1
	return first(name) !~ /^(coverage|gini|overlap|novelty|fallback)$/
}

function meaning(name,	what, k) {
	what = first(name)
	if (what == "recall" && name ~ /:min/)
		what = "recall:min"
	else if (what == "mrr" && name ~ /:all/)
		what = "mrr:all"
	if (!(what in means))
		return ""
	what = ": " means[what]
	k = match(name, /@[0-9]+/) ? substr(name, RSTART + 1, RLENGTH - 1) : "k"
	gsub(/%k/, k, what)
	if (match(name, /:s[0-9]+$/))
		what = what "; ranked among " substr(name, RSTART + 2) \
		    " drawn %items only"
	gsub(/%items/, items, what)
	gsub(/%users/, users, what)
	return what
}

# Where the interval ends, or the value where it has none.
function end_of(ends, who, metric) {
	return ends[who, metric] == "" ? value[who, metric] : ends[who, metric]
}

function draw(metric, at,	i, who, to, widest, shown) {
	to = dir "/metric" at ".tsv"
	printf "" >to
	for (i = 1; i <= n; i++) {
		who = lines[i]
		if (value[who, metric] == "")
			continue
		shown++
		if (length(who) > widest)
			widest = length(who)
		print who "\t" value[who, metric] "\t" \
		    end_of(low, who, metric) "\t" end_of(high, who, metric) "\t" \
		    (i == 1 ? 1 : i <= models ? 24 : 22) "\t" \
		    short(value[who, metric]) >to
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

# Who stands beside the models, where there are figures.
function add(who) {
	if ((who, metrics[1]) in value || (who, headline) in value)
		lines[++n] = who
}

function write_headline(	us, them) {
	us = lines[1]
	them = words(baseline)
	printf "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", headline, value[us, headline],
	    low[us, headline], high[us, headline], them, value[them, headline],
	    direction(headline) >(dir "/headline")
}

END {
	if (failed)
		exit failed
	models = n
	if (headline == "")
		headline = metrics[1]
	add("popularity")
	add("chance")
	choose()
	write_headline()
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
