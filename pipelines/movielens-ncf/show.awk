# What the threshold says, and whom of some users it makes like what: reads
# the held-out and the drawn pairs (.., label, score, predicted), their
# metrics, and the liked ones (user, item, probability, title).
BEGIN { FS = "\t" }

FNR == 1 { file++ }

file == 1 { pairs[$(NF - 2)]++; likes[$(NF - 2)] += $NF }
file == 2 { value[$1] = $2 }
file == 3 { row[$1, ++liked[$1]] = sprintf("%9.4f %6d  %s", $3, $2, $4) }

function share(label)
{
	return sprintf("%d of %d (%.1f %%)", likes[label], pairs[label],
	    100 * likes[label] / pairs[label])
}

END {
	printf "\nliked at .5: %s held-out films, %s drawn ones\n", share(1),
	    share(0)
	printf "accuracy %.4f, log loss %.4f over both\n", value["accuracy"],
	    value["logloss"]
	n = split(users, user, ",")
	for (u = 1; u <= n; u++) {
		printf "\nuser %s, %d of 10 liked:\n", user[u], liked[user[u]]
		for (i = 1; i <= liked[user[u]]; i++)
			print row[user[u], i]
	}
}
