# The commands that make runs, as make -n says them, with folders by their role;
# then the recipe of the model, if there is one (-v recipe=1 before it).
function plain(from, to,	at) {
	if (from == "")
		return
	while (at = index($0, from))
		$0 = substr($0, 1, at - 1) to substr($0, at + length(from))
}

# The tools stand out.
function tools(s,	out, word) {
	while (match(s, /(^|[ (|])rs-[a-z]+/)) {
		word = substr(s, RSTART, RLENGTH)
		out = out substr(s, 1, RSTART - 1)
		s = substr(s, RSTART + RLENGTH)
		if (word !~ /^r/) {
			out = out substr(word, 1, 1)
			word = substr(word, 2)
		}
		out = out "<b>" word "</b>"
	}
	return out s
}

recipe && !begun {
	begun = 1
	print "</code></pre>"
	print "<details><summary>The model&#8217;s own recipe, which checks its raw inputs and makes the same bytes again</summary>"
	printf "<pre><code>"
}

NR == 1 {
	section("commands", "The commands", "What make ran, to be run again; a folder that a variable names is written as that variable.")
	printf "<pre><code>"
}

{
	plain(ENVIRON["REPORT_W"] "/", "$W/")
	plain(ENVIRON["REPORT_W"], "$W")
	plain(ENVIRON["REPORT_DATA"] "/", "$DATA/")
	plain(ENVIRON["REPORT_ROOT"] "/", "")
	print tools(escape($0))
}

END {
	if (NR)
		print "</code></pre>" (begun ? "\n</details>" : "") "\n</section>"
}
