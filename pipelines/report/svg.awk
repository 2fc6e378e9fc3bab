# gnuplot's SVG for inside a page: no names that could be there twice, no fonts,
# no drawing's own black and white; a colour rgb(0,0,N) becomes the class fN of
# what it fills and kN of what it strokes.
{ text = text $0 "\n" }

END {
	match(text, /viewBox="[^"]*"/)
	box = substr(text, RSTART, RLENGTH)
	sub(/.*<\/defs>/, "", text)
	gsub(/<title>[^<]*<\/title>/, "", text)
	gsub(/ id="[^"]*"/, "", text)
	gsub(/ class="gridline"/, "", text)
	gsub(/ font-family="[^"]*"/, "", text)
	gsub(/ color="(black|white)"/, "", text)
	gsub(/ stroke-linecap="butt"| stroke-linejoin="miter"/, "", text)
	gsub(/ stroke-width="1.00"/, "", text)
	gsub(/<\/?tspan *>/, "", text)
	gsub(/stroke='black'/, "stroke='currentColor'", text)
	gsub(/fill="black"/, "fill=\"currentColor\"", text)
	paint("stroke=", "k")
	paint("fill *= *", "f")
	paint("color=", "c")
	points()
	gsub(/[ \t]+\n/, "\n", text)
	gsub(/\n[ \t]+/, "\n", text)
	while (gsub(/<g[^>]*>\n*<\/g>\n*/, "", text))
		continue
	gsub(/\n\n+/, "\n", text)
	sub(/^\n/, "", text)
	printf "<svg %s role=\"img\">\n<g>\n%s", box, text
}

# Colours of one attribute; single digits are padded with blanks.
function paint(attribute, letter,	before, out, n) {
	while (match(text, attribute "[\"']rgb\\( *0, *0, *[0-9]+\\)[\"']")) {
		out = substr(text, RSTART, RLENGTH)
		n = out
		sub(/\)..?$|\).$/, "", n)
		sub(/.*, */, "", n)
		before = before substr(text, 1, RSTART - 1) "class=\"" letter n "\""
		text = substr(text, RSTART + RLENGTH)
	}
	text = before text
}

# What gnuplot stamps, a disk (6) or a ring (5), as circles.
function points(	before, use, x, y, r, class) {
	while (match(text, /<use [^>]*>/)) {
		use = substr(text, RSTART, RLENGTH)
		before = before substr(text, 1, RSTART - 1)
		text = substr(text, RSTART + RLENGTH)
		x = use
		sub(/.*translate\(/, "", x)
		y = r = x
		sub(/,.*/, "", x)
		sub(/^[^,]*,/, "", y)
		sub(/\).*/, "", y)
		sub(/.*scale\(/, "", r)
		sub(/\).*/, "", r)
		class = match(use, /class="c[0-9]+"/) ? \
		    substr(use, RSTART + 8, RLENGTH - 9) : ""
		before = before "<circle class=\"" \
		    (use ~ /gpPt5/ ? "ring k" : "f") class "\" cx=\"" x \
		    "\" cy=\"" y "\" r=\"" r "\"/>"
	}
	text = before text
}
