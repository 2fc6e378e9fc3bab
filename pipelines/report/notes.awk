# Plain text as it is: label=LABEL FILE ...
FNR == 1 {
	if (NR == 1)
		section("notes", "In figures")
	else
		print "</code></pre>"
	printf "<h3>%s</h3>\n<pre><code>", escape(words(label))
}

{ print escape($0) }

END { if (NR) print "</code></pre>\n</section>" }
