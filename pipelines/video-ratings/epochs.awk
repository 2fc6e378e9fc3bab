# The mean squared errors of each epoch, of logs NAME.jsonl as rs-fit writes
# them.
BEGIN { printf "%-12s %5s %9s %9s\n", "mse", "epoch", "train", held }

FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.jsonl$/, "", name)
}

/^\{"epoch"/ {
	printf "%-12s %5d %9.4f %9.4f\n", name, number("epoch"), \
	    number("mse:train"), number("mse")
}

END { print "" }

function number(key)
{
	return match($0, "\"" key "\": [0-9.e+-]+") ? \
	    substr($0, RSTART + length(key) + 4) + 0 : "nan"
}
