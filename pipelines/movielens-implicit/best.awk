# The loss whose best epoch has the highest mrr:all: logs NAME.jsonl of rs-fit.
match($0, /"mrr:all": [0-9.e-]+/) {
	value = substr($0, RSTART + 11, RLENGTH - 11) + 0
	if (value > best) {
		best = value
		name = FILENAME
	}
}

END {
	sub(/.*\//, "", name)
	sub(/\.jsonl$/, "", name)
	print name
}
