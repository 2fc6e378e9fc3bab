# What the data are like: pairs.count, users.counts, items.counts, days.counts,
# kinds.counts of a folder as profile.sh leaves them there.
BEGIN {
	getline pairs <(dir "/pairs.count")
	nu = read_counts("users", by_user)
	ni = read_counts("items", by_item)
	section("data", "The data")
	facts()
	print "<div class=\"pictures\">"
	tails()
	shares()
	days()
	kinds()
	print "</div>"
	quantiles()
	print "</section>"
}

function read_counts(name, count,	n, row) {
	all = 0
	while ((getline row <(dir "/" name ".counts")) > 0) {
		count[++n] = row
		all += row
	}
	return n
}

function fact(value, name) {
	printf "<li><b>%s</b> <span>%s</span></li>\n", value, name
}

function facts() {
	print "<ul class=\"facts\">"
	fact(commas(all), rows)
	fact(commas(nu), users)
	fact(commas(ni), items)
	fact(commas(pairs), "pairs of these two that occur")
	fact(short_percent(100 * pairs / nu / ni), "of all pairs: the density")
	fact(sprintf("%.1f", all / nu), rows " for each of the " users ", on average")
	print "</ul>"
}

# Rank and count, as many points as a log axis can show.
function thin(count, n, name,	i, to) {
	to = dir "/" name ".tail"
	for (i = 1; i <= n; i = i < 30 ? i + 1 : int(i * 1.04) + 1)
		print i "\t" count[i] >to
	if (n > 0)
		print n "\t" count[n] >to
	close(to)
	return to
}

function half(count, n,	i, sum) {
	for (i = 1; i <= n; i++) {
		sum += count[i]
		if (sum >= all / 2)
			return i
	}
	return n
}

function tails() {
	picture("tail", "items='" thin(by_item, ni, "items") "'; users='" \
	    thin(by_user, nu, "users") "'; item_name='" items \
	    "'; user_name='" users "'; row_name='" rows "'",
	    "The long tail: how many " rows " each of the " items " and of the " \
	    users " has, the busiest first; both axes are logarithmic. The first of the " \
	    items " has " commas(by_item[1]) ", half of them at most " \
	    quantile(by_item, ni, .5) ".")
}

# Percent of the items and, cumulated, of the rows.
function lorenz(count, n, name,	i, k, sum, to) {
	to = dir "/" name ".share"
	print "0\t0" >to
	for (i = k = 1; i <= n; i++) {
		sum += count[i]
		if (i >= k * n / 200 || i == n || i < 20 && n < 2000) {
			print 100 * i / n "\t" 100 * sum / all >to
			while (k * n / 200 <= i)
				k++
		}
	}
	close(to)
	return to
}

function shares(	h) {
	h = half(by_item, ni)
	picture("share", "items='" lorenz(by_item, ni, "items") "'; users='" \
	    lorenz(by_user, nu, "users") "'; item_name='" items \
	    "'; user_name='" users "'; row_name='" rows "'",
	    "Who has how much: half of all " rows " are of the first " commas(h) \
	    " of the " items " (" short_percent(100 * h / ni) "); the dashed line is what it would be if all were alike.")
}

# 1970-01-01 and so many days (Hinnant's civil calendar, eras of 400 years).
function date(day,	era, d, y, m) {
	day += 719468
	era = int(day / 146097)
	d = day - era * 146097
	y = int((d - int(d / 1460) + int(d / 36524) - int(d / 146096)) / 365)
	d -= 365 * y + int(y / 4) - int(y / 100)
	m = int((5 * d + 2) / 153)
	d -= int((153 * m + 2) / 5) - 1
	m = m < 10 ? m + 3 : m - 9
	return sprintf("%04d-%02d-%02d", y + era * 400 + (m <= 2), m, d)
}

function days(	row, f, first, last, width, n, at, to, i, what) {
	while ((getline row <(dir "/days.counts")) > 0) {
		split(row, f, "\t")
		if (n++ == 0)
			first = f[1]
		last = f[1]
		at[f[1] + 0] = f[2]
	}
	if (n < 3)
		return
	width = last - first < 100 ? 1 : last - first < 1100 ? 7 : 28
	what = width == 1 ? "a day" : width == 7 ? "a week" : "in four weeks"
	to = dir "/days.tsv"
	for (i = first; i <= last; i++) {
		sum += at[i]
		if ((i - first) % width == width - 1 || i == last) {
			print 86400 * (i - (i - first) % width) "\t" sum >to
			row_sum = sum
			sum = 0
		}
	}
	# A step begins at its time: one more, to end the last.
	print 86400 * (last + 1) "\t" row_sum >to
	close(to)
	picture("days", "file='" to "'; row_name='" rows " " what \
	    "'; span=" last - first + 1 "; first=" 86400 * first \
	    "; last=" 86400 * (last + 1), "When: " rows " " what ", from " \
	    date(first) " to " date(last) " (UTC)" \
	    (width > 1 && (last - first + 1) % width ? "; the last bar is of a shorter time" : "") ".")
}

function kinds(	row, f, n, widest, most, commonest) {
	while ((getline row <(dir "/kinds.counts")) > 0) {
		split(row, f, "\t")
		n++
		if (length(cell(f[1])) > widest)
			widest = length(cell(f[1]))
		if (f[2] > most) {
			most = f[2]
			commonest = f[1]
		}
		print cell(f[1]) "\t" f[2] "\t" commas(f[2]) " (" short_percent(100 * f[2] / all) ")" >(dir "/kinds.tsv")
	}
	close(dir "/kinds.tsv")
	if (n > 0)
		picture("kinds", "file='" dir "/kinds.tsv'; n=" n "; widest=" \
		    widest "; row_name='" rows "'",
		    "What they say: " short_percent(100 * most / all) " of the " rows \
		    " say " escape(commonest) ".")
}

function short_percent(x) {
	return sprintf(x < .995 ? "%.2f %%" : x < 9.95 ? "%.1f %%" : "%.0f %%", x)
}

# The smallest count that a share q of them do not exceed; counts fall.
function quantile(count, n, q,	i) {
	i = int(q * n)
	if (i < q * n)
		i++
	if (i < 1)
		i = 1
	return commas(count[n - i + 1])
}

function quantiles(	names, qs, n, i) {
	n = split("least,1 %,5 %,10 %,25 %,half,75 %,90 %,95 %,99 %,most", names, ",")
	split("0 .01 .05 .1 .25 .5 .75 .9 .95 .99 1", qs, " ")
	table_begin("numbers",
	    "Quantiles: so many " rows " or fewer has that share of them.")
	printf "<thead><tr><th></th>"
	for (i = 1; i <= n; i++)
		printf "<th>%s</th>", names[i]
	printf "</tr></thead>\n<tbody><tr><th>%s</th>", users
	for (i = 1; i <= n; i++)
		printf "<td>%s</td>", quantile(by_user, nu, qs[i])
	printf "</tr>\n<tr><th>%s</th>", items
	for (i = 1; i <= n; i++)
		printf "<td>%s</td>", quantile(by_item, ni, qs[i])
	print "</tr></tbody>"
	table_end()
}
