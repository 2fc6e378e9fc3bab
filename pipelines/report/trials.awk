# Trials: rs-tune's ledger as lines from axis to axis, an axis a parameter and the
# last one the metric, and the best of them as a table.
function number(x) {
	return x ~ /^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$/
}

# A last line that is torn is no trial.
/^\{.*\}$/ {
	n++
	name[n] = member($0, "trial")
	error[n] = member($0, "error")
	rung[n] = member($0, "rung")
	if (rung[n] != "")
		halving = 1
	k = members(behind($0, "parameters"), key, told)
	for (i = 1; i <= k; i++)
		see(key[i], told[i])
	k = members(behind($0, "metrics"), key, told)
	for (i = 1; i <= k; i++) {
		if (key[i] ~ /^(pop|random):/)
			continue
		if (tried == "")
			tried = key[i]
		if (!(key[i] in shown)) {
			shown[key[i]]
			metrics[++nm] = key[i]
		}
		value[n, key[i]] = told[i]
	}
}

function see(p, x) {
	if (!(p in known)) {
		known[p]
		params[++np] = p
		numeric[p] = 1
	}
	param[n, p] = x
	if (!number(x))
		numeric[p] = 0
	if (!((p, x) in among)) {
		among[p, x]
		values[p, ++nv[p]] = x
	}
}

# Values in order, the numbers by size.
function sort_values(p,	i, k, x) {
	for (i = 2; i <= nv[p]; i++) {
		x = values[p, i]
		for (k = i - 1; k > 0 && numeric[p] && values[p, k] + 0 > x + 0; k--)
			values[p, k + 1] = values[p, k]
		values[p, k + 1] = x
	}
}

# Where a value stands on its axis, 0 to 1: few are spread evenly, many by size
# or, if they go over more than a power of ten, by its logarithm.
function place(p, x,	i, lo, hi) {
	if (nv[p] <= 6 || !numeric[p]) {
		for (i = 1; values[p, i] != x; i++)
			continue
		return nv[p] > 1 ? (i - 1) / (nv[p] - 1) : .5
	}
	lo = values[p, 1]
	hi = values[p, nv[p]]
	if (lo > 0 && hi / lo > 20)
		return log(x / lo) / log(hi / lo)
	return (x - lo) / (hi - lo)
}

function better(a, b) {
	if (value[b, tried] == "")
		return value[a, tried] != ""
	if (value[a, tried] == "")
		return 0
	if (halving && rung[a] != rung[b])
		return rung[a] > rung[b]
	if (is_error(tried))
		return value[a, tried] + 0 < value[b, tried] + 0
	return value[a, tried] + 0 > value[b, tried] + 0
}

# Best first; equal ones as they were tried.
function rank_trials(	i, k, t) {
	for (i = 1; i <= n; i++) {
		for (k = i - 1; k > 0 && better(i, ranked[k]); k--)
			ranked[k + 1] = ranked[k]
		ranked[k + 1] = i
	}
}

function metric_ends(	i, x, any) {
	for (i = 1; i <= n; i++)
		if ((x = value[i, tried]) != "") {
			if (!any++)
				lowest = highest = x + 0
			if (x + 0 < lowest) lowest = x + 0
			if (x + 0 > highest) highest = x + 0
		}
	return any
}

# What stands at an axis: left of it, but right of the last, which is reached.
function mark(at, y, s) {
	print at "\t" y "\t" cell(s) >(dir (axis[at] == "" ? "/trials.reached" : "/trials.ticks"))
}

function axes_of(	i, k, p, at) {
	for (i = 1; i <= np; i++) {
		p = params[i]
		sort_values(p)
		if (nv[p] < 2)
			continue
		axis[++axes] = p
		print axes "\t" p >(dir "/trials.axes")
		if (nv[p] <= 6 || !numeric[p])
			for (k = 1; k <= nv[p]; k++)
				mark(axes, place(p, values[p, k]), values[p, k])
		else {
			mark(axes, 0, tight(values[p, 1]))
			mark(axes, 1, tight(values[p, nv[p]]))
		}
	}
	axis[++axes] = ""
	print axes "\t" tried >(dir "/trials.axes")
	mark(axes, 0, tight(lowest))
	mark(axes, .5, tight((lowest + highest) / 2))
	mark(axes, 1, tight(highest))
	close(dir "/trials.axes")
	close(dir "/trials.ticks")
	close(dir "/trials.reached")
}

function tight(x) {
	return sprintf("%.3g", x)
}

# The worst first, so that the best lies on top.
function draw(	i, k, a, y, colour, alive) {
	axes_of()
	for (i = 1; i <= n; i++)
		if (value[ranked[i], tried] != "")
			alive++
	if (axes < 2)
		return
	for (k = alive; k >= 1; k--) {
		i = ranked[k]
		colour = k == 1 ? 1 : 31 + int(4.999 * (alive - k) / alive)
		for (a = 1; a <= axes; a++) {
			y = axis[a] != "" ? place(axis[a], param[i, axis[a]]) : \
			    highest > lowest ? (value[i, tried] - lowest) / (highest - lowest) : .5
			# Spread a little, so that no line hides another.
			if (axis[a] != "" && nv[axis[a]] <= 6)
				y += .05 * ((alive > 1 ? (k - 1) / (alive - 1) : .5) - .5)
			print a "\t" y "\t" colour>(dir "/trials.tsv")
		}
		print "\n" >(dir "/trials.tsv")
	}
	close(dir "/trials.tsv")
	picture("trials", "folder='" dir "'; axes=" axes "; n=" alive,
	    "A line is a trial: where it crosses an axis is its value there, and the last axis is what it reached; the thick line is the winner, stronger ones came nearer to it.", "wide")
}

# A drawn number has more digits than anybody reads; they stand in its hint.
function legible(x) {
	if (number(x) && length(x) > 9)
		return "<span title=\"" x "\">" sprintf("%.4g", x) "</span>"
	return escape(x)
}

function table(	i, k, t, shown_rows) {
	shown_rows = n > 20 ? 20 : n
	table_begin("numbers", (n > 20 ? "Twenty of " commas(n) " trials" : \
	    "The trials") (tried == "" ? "." : ", the best by " escape(tried) " first."))
	printf "<thead><tr><th>trial</th>"
	if (halving)
		printf "<th>rung</th>"
	for (k = 1; k <= np; k++)
		printf "<th>%s</th>", escape(params[k])
	for (k = 1; k <= nm; k++)
		printf "<th>%s</th>", escape(metrics[k])
	if (!nm)
		printf "<th></th>"
	print "</tr></thead>\n<tbody>"
	for (i = 1; i <= shown_rows; i++) {
		t = ranked[i]
		printf "<tr%s><th><code>%s</code></th>", (i == 1 && tried != "" ? " class=\"hit\"" : ""),
		    escape(substr(name[t], 1, 8))
		if (halving)
			printf "<td>%s</td>", rung[t]
		for (k = 1; k <= np; k++)
			printf "<td>%s</td>", legible(param[t, params[k]])
		if (error[t] != "")
			printf "<td class=\"error\" colspan=\"%d\">%s</td>", nm ? nm : 1, escape(error[t])
		else
			for (k = 1; k <= nm; k++)
				printf "<td>%s</td>", short(value[t, metrics[k]])
		print "</tr>"
	}
	print "</tbody>"
	table_end()
}

function opening() {
	if (!n)
		return "Nothing yet."
	if (tried == "")
		return commas(n) (n == 1 ? " trial, which failed." : " trials, all of which failed.")
	return commas(n) (n == 1 ? " trial" : " trials") ", of which the best by <b>" \
	    escape(tried) "</b> on data set aside for it was chosen" \
	    (halving ? "; a trial that did well went on to the next rung with more to spend" : "") "."
}

END {
	if (failed)
		exit failed
	rank_trials()
	section("trials", "What was tried", opening())
	if (metric_ends() > 1)
		draw()
	if (n)
		table()
	print "</section>"
}
