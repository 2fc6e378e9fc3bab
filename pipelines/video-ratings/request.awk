# A request in parallel lists, of predictions (user, item, score) for two
# customers: the best and the least of the first, for both.
BEGIN { FS = "\t" }

NR == 1 { one = $1; best = worst = $2; high = low = $3 + 0 }

$1 != one { other = $1; next }

$3 + 0 > high { high = $3 + 0; best = $2 }
$3 + 0 < low { low = $3 + 0; worst = $2 }

END {
	printf "{\"customer_id\": [%s, %s, %s, %s], " \
	    "\"product_id\": [\"%s\", \"%s\", \"%s\", \"%s\"]}\n", \
	    one, one, other, other, best, worst, best, worst
}
