# One line a model, of files MODEL.full and then MODEL.sampled as rs-eval
# writes them; then popularity and chance, which are the same beside each.
BEGIN { FS = "\t" }

FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[a-z]+$/, "", name)
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
}

END {
	lines[++n] = "popular"
	lines[++n] = "random"
	printf "%-10s", "model"
	for (i = 1; i <= m; i++)
		printf " %11s", metrics[i]
	print ""
	for (l = 1; l <= n; l++) {
		printf "%-10s", lines[l]
		for (i = 1; i <= m; i++)
			printf " %11.4f", value[lines[l], metrics[i]]
		print ""
	}
}
