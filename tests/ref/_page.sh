# What every report is, whatever pipeline made it; sourced by the tests of those.
unsound() {
    echo "$*"
    exit 1
}

# page FILE SECTION...: what every page is, and these sections.
page() {
    local file=$1 s
    shift
    head -n 1 "$file" | grep -qx '<!DOCTYPE html>' || unsound "$file: no doctype"
    for s; do
        [ "$(grep -c "<section id=\"$s\">" "$file")" = 1 ] ||
            unsound "$file: section $s"
        grep -q "href=\"#$s\"" "$file" || unsound "$file: no way to $s"
    done
    [ "$(grep -c '<section id' "$file")" = $# ] || unsound "$file: more sections"
    ! grep -E '<script|<link|<iframe|<img|@import|url\(|(src|href)="[^#]' \
        "$file" || unsound "$file: loads something"
    awk -f "$RS_ROOT/tests/ref/_tags.awk" "$file" >wrong
    [ ! -s wrong ] || unsound "$file: $(cat wrong)"
    [ "$(grep -c '<svg' "$file")" = "$(grep -c '</svg>' "$file")" ] ||
        unsound "$file: a picture is cut"
    ! grep -E 'rgb\(|fill="(black|white)"| id="gp' "$file" ||
        unsound "$file: a picture has colours of its own"
    ! sed '/<pre>/,/<\/pre>/d' "$file" | grep -wE 'nan|inf' ||
        unsound "$file: not a number"
}
