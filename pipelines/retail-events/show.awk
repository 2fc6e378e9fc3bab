# What came of it: part 1 is the events (type, count), 2 the trials, the best
# first, 3 the metrics of the winner, 4 the products (id, count, label), 5 what
# those who ask did (user, product, confidence), 6 what they are answered (user,
# product, score, label, fallback).
BEGIN { FS = "\t" }

part == 1 { event[++events] = $1; times[events] = $2 }
part == 2 { trial[++trials] = $0 }
part == 3 && $1 != "metric" { name[++names] = $1; value[$1] = $2 }
part == 4 { label[$1] = $3 }
part == 5 { if (++did[$1] <= 5) past[$1, did[$1]] = sprintf("%8d  %s", $3, label[$2]) }
part == 6 && !($1 in got) { user[++users] = $1 }
part == 6 {
	answer[$1, ++got[$1]] = sprintf("%8.4f  %s", $3, $4)
	fallback[$1] = $5
}

function table(	i, m)
{
	printf "\n%-24s %10s %10s %10s\n", "", "model", "popular", "random"
	for (i = 1; i <= names; i++) {
		m = name[i]
		if (m ~ /^(pop|random):/)
			continue
		printf "%-24s %10.4f", m, value[m]
		if (("pop:" m) in value)
			printf " %10.4f", value["pop:" m]
		if (("random:" m) in value)
			printf " %10.4f", value["random:" m]
		printf "\n"
	}
}

function person(u,	i)
{
	printf "\ncustomer %s", u
	if (fallback[u])
		printf ", of whom nothing is known: what is popular"
	printf "\n"
	for (i = 1; i <= did[u] && i <= 5; i++)
		printf "  %-4s %s\n", i == 1 ? "did" : "", past[u, i]
	for (i = 1; i <= got[u]; i++)
		printf "  %-4s %s\n", i == 1 ? "gets" : "", answer[u, i]
}

END {
	for (i = 1; i <= events; i++)
		printf "%-16s %8d\n", event[i], times[i]
	printf "%-16s %8d, of which %d masked\n", "pairs", nnz, masked
	printf "\n%d trials, by %s:\n", trials, tried
	for (i = 1; i <= trials && i <= 5; i++)
		print "  " trial[i]
	table()
	for (i = 1; i <= users; i++)
		person(user[i])
}
