# Models compared, for a terminal: a line a model, of files MODEL.* as rs-eval
# writes them; then popularity and chance, which are the same beside each.
# Behind the first metric stands between what 95 % of resamplings have it.
# -v heading=: what the lines are.
BEGIN {
	FS = "\t"
	wide = length("popular")
}

FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[a-z]+$/, "", name)
	if (length(name) > wide)
		wide = length(name)
	if (!(name in has)) {
		has[name]
		lines[++n] = name
	}
}

{
	who = name
	metric = $1
	if (sub(/^pop:/, "", metric))
		who = "popular"
	else if (sub(/^random:/, "", metric))
		who = "random"
	if (!(metric in known)) {
		known[metric]
		metrics[++m] = metric
	}
	value[who, metric] = $2
	if (metric == metrics[1])
		range[who] = sprintf("%.4f-%.4f", $3, $4)
}

END {
	lines[++n] = "popular"
	lines[++n] = "random"
	printf "%-" wide "s", heading
	for (i = 1; i <= m; i++)
		printf " %12s%s", metrics[i], (i > 1 ? "" : "            95%")
	print ""
	for (l = 1; l <= n; l++) {
		printf "%-" wide "s", lines[l]
		for (i = 1; i <= m; i++)
			printf " %12.4f%s", value[lines[l], metrics[i]],
			    (i > 1 ? "" : "  " range[lines[l]])
		print ""
	}
}
