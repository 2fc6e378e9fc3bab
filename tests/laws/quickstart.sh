# The quick start runs on a small shop, its model beats the bestsellers, and
# its report is a whole page.
command -v make >/dev/null || { echo "no make here"; exit 77; }
unset CC
make -f "$RS_ROOT/pipelines/quickstart/Makefile" W="$PWD" \
    SHOP='--users 6k --items 480 --rows 60k' >said 2>&1 || { cat said; exit 1; }
ndcg() { awk -v m="$1" '$1 == m { print $2 }' metrics.tsv; }
awk -v a="$(ndcg ndcg@10)" -v b="$(ndcg pop:ndcg@10)" \
    'BEGIN { exit !(a > 1.5 * b) }' ||
    { echo "the model: $(ndcg ndcg@10), popular: $(ndcg pop:ndcg@10)"; exit 1; }
tail -n 1 report.html | grep -q '</html>$' || { echo "cut short"; exit 1; }
grep -qw 'nan\|inf' report.html && { echo "not a number"; exit 1; }
[ "$(grep -c . top.csv)" = 60001 ] || { wc -l top.csv; exit 1; }
grep -q '^User [0-9]* looked at' said || { echo "no users shown"; exit 1; }
