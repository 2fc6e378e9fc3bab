# What a few users did beside what they are recommended: kind=labels, history,
# hidden and answers, each before its files.
BEGIN { FS = "\t" }

kind == "labels" { title[$1] = $3; next }

kind == "history" {
	did[$1, ++dids[$1]] = $2
	beside[$1, dids[$1]] = NF > 2 ? $3 : ""
	done[$1, $2]
	next
}

kind == "hidden" {
	if (!(($1, $2) in hidden))
		hiddens[$1]++
	hidden[$1, $2]
	next
}

kind == "answers" {
	if (!($1 in gets))
		who[++asked] = $1
	given[$1, ++gets[$1]] = $2
	if ($4 != "")
		title[$2] = $4
	hits[$1] += ($1, $2) in hidden
	if ($5 == 1)
		popular[$1]
	next
}

function name(item) {
	return title[item] == "" ? "<i>" escape(item) "</i>" : escape(title[item])
}

function list(u,	i, n) {
	n = gets[u] > 10 ? 10 : gets[u]
	print "<ol>"
	for (i = 1; i <= n; i++)
		printf "<li%s>%s</li>\n", (((u, given[u, i]) in hidden) ? \
		    " class=\"hit\"" : ((u, given[u, i]) in done) ? " class=\"old\"" : ""),
		    name(given[u, i])
	print "</ol>"
	return n
}

function card(u,	i, n) {
	printf "<article>\n<h3>%s</h3>\n<div class=\"sides\">\n", (u == "" ? \
	    "Somebody new" : escape(one) " " escape(u))
	if (dids[u]) {
		printf "<div><h4>%s</h4>\n<ul>\n", (u == "" ? "likes" : "history")
		n = 10
		for (i = 1; i <= n && i <= dids[u]; i++)
			printf "<li>%s%s</li>\n", name(did[u, i]), (beside[u, i] == "" ? "" : \
			    " <small>" escape(beside[u, i]) "</small>")
		print "</ul>"
		if (dids[u] > n)
			printf "<p class=\"dim\">and %s more</p>\n", commas(dids[u] - n)
		print "</div>"
	}
	print "<div><h4>is recommended</h4>"
	list(u)
	if (u in popular)
		print "<p class=\"dim\">unknown to the model: what is popular</p>"
	if (hiddens[u])
		printf "<p class=\"dim\">%s of %s held out found</p>\n",
		    commas(hits[u]), commas(hiddens[u])
	print "</div>\n</div>\n</article>"
}

END {
	for (i = 1; i <= asked; i++) {
		found += hits[who[i]]
		for (k = 1; k <= gets[who[i]]; k++)
			old += !((who[i], given[who[i], k]) in hidden) && \
			    (who[i], given[who[i], k]) in done
	}
	one = users
	sub(/s$/, "", one)
	one = toupper(substr(one, 1, 1)) substr(one, 2)
	section("samples", "A few of them", "What some " users \
	    " did, and what they are recommended" \
	    (found ? "; what is <span class=\"hit\">marked</span> was held out: it is theirs indeed" : "") \
	    (old ? "; what is <span class=\"old\">pale</span> they have already" : "") ".")
	print "<div class=\"cards\">"
	for (i = 1; i <= asked && i <= 6; i++)
		card(who[i])
	print "</div>\n</section>"
}
