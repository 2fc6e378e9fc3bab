# The beginning of the page: page.css, then dir/headline, what a person wants to
# know first.  -v parts= the sections that follow; title and text come from the
# environment.
BEGIN {
	# part:section:what leads to it
	n = split("profile:data:The data,metrics:models:Models," \
	    "epochs:learning:Learning,trials:trials:Trials," \
	    "samples:samples:A few of them,notes:notes:In figures," \
	    "commands:commands:Commands,origin:origin:Origin", all, ",")
	title = ENVIRON["REPORT_TITLE"]
	about = ENVIRON["REPORT_ABOUT"]
	page_begin(title)
}

{ print }

function headline(	row, f) {
	if ((getline row <(dir "/headline")) <= 0)
		return
	split(row, f, "\t")
	if (f[2] == "")
		return
	printf "<p class=\"headline\"><b>%s</b> <span>%s%s%s</span></p>\n",
	    short(f[2]), escape(f[1]),
	    (f[3] == "" ? "" : ", " short(f[3]) "&#8211;" short(f[4])),
	    (f[6] == "" ? "" : "<br>" times(f[2], f[6], f[7], escape(f[5])))
}

# How many times as much, or how much less of an error.
function times(ours, theirs, direction, whose,	what) {
	what = whose ", " short(theirs)
	if (theirs <= 0 || direction == 0)
		return "beside " what
	if (direction > 0)
		return sprintf("%.1f times that of %s", ours / theirs, what)
	return sprintf("%.0f %% %s than that of %s",
	    (100 * (ours < theirs ? 1 - ours / theirs : ours / theirs - 1)),
	    (ours < theirs ? "less" : "more"), what)
}

END {
	print "</style>\n</head>\n<body>\n<header>"
	printf "<h1>%s</h1>\n", escape(title)
	if (about != "")
		printf "<p class=\"about\">%s</p>\n", escape(about)
	headline()
	print "<nav>"
	for (i = 1; i <= n; i++) {
		split(all[i], f, ":")
		if (index(" " parts " ", " " f[1] " "))
			printf "<a href=\"#%s\">%s</a>\n", f[2], f[3]
	}
	print "</nav>\n</header>\n<main>"
}
