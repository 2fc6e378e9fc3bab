# A line for each trial of a ledger: the metric that chose, and the parameters.
function after(key,	rest)
{
	if ((at = index($0, "\"" key "\": ")) == 0)
		return ""
	rest = substr($0, at + length(key) + 4)
	sub(/[,}].*/, "", rest)
	return rest
}

{
	value = after(tried)
	printf "%s", value == "" ? "failed" : sprintf("%.5f", value)
	n = $0
	sub(/.*"parameters": {/, "", n)
	sub(/}.*/, "", n)
	n = split(n, param, ", ")
	for (i = 1; i <= n; i++) {
		split(param[i], part, ": ")
		gsub(/"/, "", part[1])
		gsub(/"/, "", part[2])
		if (part[2] + 0 != 0)
			part[2] = sprintf("%.4g", part[2])
		printf "  %s=%s", part[1], part[2]
	}
	rung = after("rung")
	print rung == "" ? "" : "  rung " rung
}
