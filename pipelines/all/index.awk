# One page for all pipelines, from what each said (NAME.log in dir) and the
# headline.tsv beside its report; reads page.css.
BEGIN {
	FS = "\t"
	title = "Recommenders, one report each"
	page_begin(title)
}

{ print }

# What a log tells: the report's place, or why there is none.
function look(name,	said, row) {
	said = dir "/" name ".log"
	place = last = ""
	unfetched = 0
	while ((getline row <said) > 0) {
		if (sub(/^the report: /, "", row))
			place = row
		else if (row ~ /^curl: |^make.*No rule to make target/)
			unfetched = 1
		if (row !~ /^make|^$/)
			last = row
	}
	close(said)
}

function bar(value, most, class, label) {
	printf "<div class=\"bar %s\"><i style=\"width:%.1f%%\">&nbsp;</i> <span>%s %s</span></div>\n",
	    class, 60 * value / most, short(value), escape(label)
}

function card(name,	row, f, to, most) {
	to = place
	sub(/[^\/]*$/, "headline.tsv", to)
	if ((getline row <to) <= 0)
		row = name
	close(to)
	split(row, f, "\t")
	if (index(place, root "/") == 1)
		place = ".." substr(place, length(root) + 1)
	printf "<article>\n<h2><a href=\"%s\">%s</a></h2>\n<p class=\"dim\">%s%s%s%s</p>\n",
	    escape(place), escape(f[1]), escape(name),
	    (f[2] == "" ? "" : ": <b>" escape(f[2]) "</b>"),
	    (f[4] == "" ? "" : ", " short(f[4]) "&#8211;" short(f[5])),
	    (f[8] < 0 ? "; an error, so the less the better" : "")
	if (f[2] != "") {
		most = f[3] > f[7] ? f[3] : f[7]
		bar(f[3], most, "ours", "the model")
		if (f[7] != "")
			bar(f[7], most, "theirs", f[6])
	}
	print "</article>"
}

END {
	print "</style>\n</head>\n<body>\n<header>\n<h1>" title "</h1>"
	print "<p class=\"about\">From raw logs to honest figures, by one make. Each bar is what a model reached on what was held out, beside what popularity or a mean reaches on the same, and behind the metric stands where 95 of 100 resamplings have it. A title leads to the whole report.</p>"
	print "</header>\n<main>\n<section>\n<div class=\"cards\">"
	n = split(pipelines, name, " ")
	for (i = 1; i <= n; i++) {
		look(name[i])
		if (place != "")
			card(name[i])
		else
			printf "<article class=\"left\">\n<h2>%s</h2>\n<p>is left out%s</p>\n<p><code>%s</code></p>\n</article>\n",
			    escape(name[i]), (unfetched ? ": its data could not be had" : ": it failed"),
			    escape(last)
	}
	print "</div>\n</section>\n</main>\n</body>\n</html>"
}
