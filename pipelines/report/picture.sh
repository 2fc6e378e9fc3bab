# picture.sh SCRIPT SETTINGS: a picture of gnuplot's as SVG for inside a page, on
# standard output.  Its colours are those of the page.
here=$(dirname "$0")
if ! command -v gnuplot >/dev/null; then
    echo '<p class="lacking">A picture is left out: there was no gnuplot.</p>'
    exit 0
fi
svg=$(gnuplot -e "$2" "$here/style.gp" "$here/$1.gp") || exit 1
printf '%s\n' "$svg" | awk -f "$here/svg.awk"
