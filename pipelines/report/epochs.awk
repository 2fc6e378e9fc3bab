# Metric by epoch: label=LABEL FILE ... of rs-fit --log; a picture for each thing
# that the logs tell, a line in it for each label.
FNR == 1 {
	who = words(label)
	if (!(who in row)) {
		row[who]
		lines[++n] = who
	}
}

# {"epoch": 1, "loss": 0.5, "ndcg@10": 0.1, "seconds": 0.2}
/^\{"epoch"/ {
	epoch = member($0, "epoch") + 0
	f = members($0, key, x)
	for (i = 1; i <= f; i++) {
		name = key[i]
		if (name == "epoch" || name == "seconds")
			continue
		if (!(name in known)) {
			known[name]
			names[++m] = name
		}
		if (x[i] == "")
			continue
		# A run that was resumed tells an epoch once more.
		if (!((who, name, epoch) in value))
			order[who, name, ++told[who, name]] = epoch
		value[who, name, epoch] = x[i]
	}
}

function draw(name, at,	i, k, e, x, to, lo, hi, best, first, drawn, any, sign) {
	to = dir "/epochs" at ".tsv"
	printf "" >to
	printf "" >(to ".best")
	sign = is_error(name) ? -1 : 1
	for (i = 1; i <= n; i++) {
		if (!told[lines[i], name])
			continue
		print (drawn++ ? "\n\n" : "") "epoch\t" lines[i] >to
		best = ""
		for (k = 1; k <= told[lines[i], name]; k++) {
			e = order[lines[i], name, k]
			x = value[lines[i], name, e] + 0
			print e "\t" x >to
			if (!any++)
				lo = hi = x
			if (x < lo) lo = x
			if (x > hi) hi = x
			if (best == "" || sign * x > sign * value[lines[i], name, best])
				best = e
		}
		print best "\t" value[lines[i], name, best] "\t" drawn >(to ".best")
		if (drawn == 1) {
			first = best
			reached = value[lines[i], name, best]
		}
	}
	close(to)
	close(to ".best")
	if (any < 2)
		return
	picture("epochs", "file='" to "'; n=" drawn "; name='" name \
	    "'; zero=" (lo >= 0 && lo < hi / 2),
	    "<b>" escape(name) "</b>" caption(name, drawn, first) \
	    (lo >= 0 && lo < hi / 2 ? "" : " The axis does not begin at 0."))
}

function caption(name, drawn, first) {
	if (name == "loss")
		return ", which learning lowers" (drawn > 1 ? \
		    ": each model has its own, so shapes can be compared, heights cannot." : ".")
	return (name ~ /:train$/ ? " on what was learned from" : \
	    " on what was set aside for choosing") \
	    (drawn == 1 ? ": best, at " short(reached) ", in epoch " first "." : \
	    "; the dots are the best epochs.")
}

END {
	if (failed)
		exit failed
	section("learning", "Learning, epoch by epoch", "")
	print "<div class=\"pictures\">"
	for (k = 1; k <= m; k++)
		draw(names[k], k)
	print "</div>\n</section>"
}
