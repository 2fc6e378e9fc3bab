# One line for each way to predict: files NAME.metrics as rs-eval writes them,
# and NAME.all, the predictions for two customers and every product (user,
# item, score), of which it is told how they correlate.
BEGIN { FS = "\t" }

FNR == 1 {
	name = kind = FILENAME
	sub(/.*\//, "", name)
	sub(/.*\./, "", kind)
	sub(/\.[^.]*$/, "", name)
	if (!(name in known)) {
		known[name]
		names[++n] = name
	}
}

kind == "metrics" && $1 !~ /:/ { value[name, $1] = sprintf("%.4f", $2) }

# The first customer's lines stand before the second's.
kind == "all" && !(($2, name) in first) { first[$2, name] = $3; next }

kind == "all" {
	x = first[$2, name]
	y = $3
	m[name]++
	sx[name] += x
	sy[name] += y
	sxx[name] += x * x
	syy[name] += y * y
	sxy[name] += x * y
}

function correlation(a,	x, y)
{
	x = m[a] * sxx[a] - sx[a] ^ 2
	y = m[a] * syy[a] - sy[a] ^ 2
	# Rounding leaves a little where all are equal.
	if (x < 1e-9 * m[a] * sxx[a] || y < 1e-9 * m[a] * syy[a])
		return "-"
	return sprintf("%.4f", (m[a] * sxy[a] - sx[a] * sy[a]) / sqrt(x * y))
}

END {
	printf "%-12s %9s %9s %12s\n", "test", "mse", "mae", "correlation"
	for (i = 1; i <= n; i++)
		printf "%-12s %9s %9s %12s\n", names[i], \
		    value[names[i], "mse"], value[names[i], "mae"], \
		    correlation(names[i])
	print "correlation: of two customers' predictions for all products"
}
