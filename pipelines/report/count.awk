# rs-cat --header of a stream: how many rows each user and item has, most first,
# how many each day, and how many of each kind, if a column tells few kinds.
# With -v counted=1 users and items are known.
BEGIN { FS = "\t" }

NR == 1 {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	user = column["user"]
	item = column["item"]
	time = column["time"]
	kind = column["event"] ? column["event"] : column["value"]
	kind_name = column["event"] ? "event" : "value"
	next
}

!counted { by_user[$user]++; by_item[$item]++ }
time { by_day[int($time / 86400)]++ }
kind && kinds <= 12 { if (by_kind[$kind]++ == 0) kinds++ }

END {
	if (!counted) {
		save(by_user, "sort -rn", "users", 0)
		save(by_item, "sort -rn", "items", 0)
	}
	save(by_day, "sort -n", "days", 1)
	if (kinds > 12 || kinds < 2)
		split("", by_kind)
	save(by_kind, kind_name == "value" ? "sort -n" : "sort -t '	' -k 2,2rn -k 1,1", "kinds", 1)
}

function save(count, order, name, named,	x, to) {
	to = order " >'" dir "/" name ".counts'"
	printf "" | to
	for (x in count)
		print (named ? x "\t" : "") count[x] | to
	close(to)
}
