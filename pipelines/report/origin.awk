# Where it comes from: a table of files from what origin.sh tells, and what the
# last model says of itself.
BEGIN { FS = "\t" }

$1 == "file" {
	path = $2
	sub(/.*\//, "", path)
	file[++n] = path
	size[n] = $3
	kind[n] = "text"
	next
}
$1 == "stream" { kind[n] = "stream" }
$1 == "model" { kind[n] = "model"; model = n; nf = nt = nb = 0 }
$1 == "rows" { rows_of[n] = $2 }
$1 == "fingerprint" { mark[n] = $2 }
kind[n] != "model" { next }
$1 == "tensor" { tensor[++nt] = $2 "\t" $3 "\t" $4; next }
$1 == "lines" && $2 == "by" {
	by[++nb] = ""
	for (i = 3; i <= NF; i++)
		by[nb] = by[nb] (i > 3 ? " " : "") $i
	next
}
$1 ~ /^parameter\./ { sub(/^parameter\./, "", $1) }
$2 != "" && $1 !~ /^(model|lines|format|fingerprint|dictionary)/ { fact[++nf] = $1 "\t" $2 }

function files(	i) {
	table_begin("numbers",
	    "Files, their sizes, and the fingerprints of what they say: equal work has equal ones.")
	print "<thead><tr><th>file</th><th>kind</th><th>rows</th><th>size</th><th>a row</th><th>fingerprint</th></tr></thead>\n<tbody>"
	for (i = 1; i <= n; i++)
		printf "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td><code>%s</code></td></tr>\n",
		    escape(file[i]), kind[i], (rows_of[i] == "" ? "" : commas(rows_of[i])),
		    bytes(size[i]), (rows_of[i] > 0 ? sprintf("%.1f B", size[i] / rows_of[i]) : ""), escape(mark[i])
	print "</tbody>"
	table_end()
}

function says(	i, f) {
	print "<h3>What the model says of itself</h3>\n<ul class=\"traits\">"
	for (i = 1; i <= nf; i++) {
		split(fact[i], f, "\t")
		gsub(/_/, " ", f[1])
		printf "<li><span>%s</span> <b>%s</b></li>\n", escape(f[1]), escape(f[2])
	}
	print "</ul>"
	table_begin("", "Its tensors, as any reader of safetensors sees them.")
	print "<tbody>"
	for (i = 1; i <= nt; i++) {
		split(tensor[i], f, "\t")
		printf "<tr><th><code>%s</code></th><td>%s</td><td>%s</td></tr>\n",
		    escape(f[1]), escape(f[2]), escape(f[3])
	}
	print "</tbody>"
	table_end()
	if (nb) {
		print "<h3>Through which tools its rows went</h3>\n<ol class=\"steps\">"
		for (i = 1; i <= nb; i++)
			printf "<li><code>%s</code></li>\n", escape(by[i])
		print "</ol>"
	}
}

END {
	section("origin", "Where it comes from")
	files()
	if (model)
		says()
	print "</section>"
}
