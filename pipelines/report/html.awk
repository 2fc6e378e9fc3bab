# What all sections of the page are written with.

# The beginning of a page, up to its style.
function page_begin(title) {
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<meta name=\"color-scheme\" content=\"light dark\">"
	printf "<title>%s</title>\n<style>\n", escape(title)
}

# Text for between tags and in quoted attributes.
function escape(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	gsub(/"/, "\\&quot;", s)
	return s
}

# 1234567 as 1,234,567.
function commas(n,	s) {
	s = sprintf("%d", n)
	while (match(s, /^[0-9][0-9][0-9][0-9]+/))
		s = substr(s, 1, RLENGTH - 3) "," substr(s, RLENGTH - 2)
	return s
}

# Four significant digits or so, as a person would write them.
function short(x,	a) {
	if (x == "")
		return ""
	a = x < 0 ? -x : x + 0
	if (a >= 1000)
		return commas(x)
	if (a >= 100)
		return sprintf("%.1f", x)
	if (a >= 10)
		return sprintf("%.2f", x)
	if (a >= .001 || a == 0)
		return sprintf("%.4f", x)
	return sprintf("%.2g", x)
}

# Whether a metric is an error: the lower the better.
function is_error(metric) {
	return metric ~ /^(loss|rmse|mse|mae|logloss)([:@]|$)/
}

# A label of the make file as words.
function words(label) {
	gsub(/_/, " ", label)
	return label
}

# 1234567 bytes as 1.2 MB.
function bytes(n) {
	if (n < 1000)
		return n " B"
	if (n < 1e6)
		return sprintf("%.1f kB", n / 1e3)
	if (n < 1e9)
		return sprintf("%.1f MB", n / 1e6)
	return sprintf("%.2f GB", n / 1e9)
}

function section(id, heading, lead) {
	printf "<section id=\"%s\">\n<h2>%s</h2>\n", id, escape(heading)
	if (lead != "")
		printf "<p class=\"lead\">%s</p>\n", lead
}

# A table that may be wider than the page; its caption stays where it is.
function table_begin(class, caption) {
	printf "<div class=\"scroll\"><table%s>\n", \
	    (class == "" ? "" : " class=\"" class "\"")
	table_caption = caption
}

function table_end() {
	printf "</table></div>\n<p class=\"caption\">%s</p>\n", table_caption
}

# In single quotes for the shell.
function quote(s) {
	gsub(/'/, "'\\''", s)
	return "'" s "'"
}

# A picture by script.gp, from settings as gnuplot reads them.
function picture(script, settings, caption, class) {
	printf "<figure%s>\n", (class == "" ? "" : " class=\"" class "\"")
	fflush()
	if (system("sh " quote(here "/picture.sh") " " script " " \
	    quote(settings)) != 0)
		exit failed = 1
	printf "<figcaption>%s</figcaption>\n</figure>\n", caption
}

# What stands behind a key of one line of JSON.
function behind(json, key,	at) {
	at = index(json, "\"" key "\":")
	return at ? substr(json, at + length(key) + 3) : ""
}

# The string that a text begins with, or the number; nothing for null.
function scalar(s) {
	sub(/^ */, "", s)
	if (match(s, /^"([^"\\]|\\.)*"/))
		return unescape(substr(s, 2, RLENGTH - 2))
	sub(/[],} ].*/, "", s)
	return s == "null" ? "" : s
}

function member(json, key) {
	return scalar(behind(json, key))
}

# The members of the object that a text begins with, strings and numbers, in
# order; how many.
function members(s, name, value,	n, key) {
	split("", name)
	split("", value)
	sub(/^ *\{ */, "", s)
	while (match(s, /^"([^"\\]|\\.)*"/)) {
		key = substr(s, 2, RLENGTH - 2)
		s = substr(s, RLENGTH + 1)
		name[++n] = unescape(key)
		sub(/^: */, "", s)
		value[n] = scalar(s)
		sub(/^("([^"\\]|\\.)*"|[^,}]*),? */, "", s)
	}
	return n
}

# A JSON string's text; only quotes and backslashes are worth it here.
function unescape(s,	out) {
	while (match(s, /\\["\\\/]/)) {
		out = out substr(s, 1, RSTART - 1) substr(s, RSTART + 1, 1)
		s = substr(s, RSTART + 2)
	}
	return out s
}

# A name from outside as a cell of a table for gnuplot, in which quotes would
# end it; where it is too long for an axis, its beginning, in whole letters.
function cell(s) {
	gsub(/"/, "''", s)
	if (length(s) > 26) {
		s = substr(s, 1, 24)
		sub(/[\300-\377]?[\200-\277]*$/, "", s)
		s = s "..."
	}
	return s
}
