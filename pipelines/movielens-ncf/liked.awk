# The liked pairs with titles: reads the items (id, count, title), with tabs,
# then what was scored (user, item, time, score, label), with commas.
BEGIN { FS = "\t"; OFS = "\t" }

NR == FNR { title[$1] = $3; next }

FNR == 1 { FS = ","; next }

$5 == 1 { print $1, $2, $4, title[$2] }
