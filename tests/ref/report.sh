# A report is one page that needs nothing else: all its sections, pictures
# inside, nothing loaded, no scripts, every tag closed, text escaped; the same
# bytes in another folder; without gnuplot, all but the pictures.
command -v make >/dev/null || { echo "no make here"; exit 77; }
command -v gnuplot >/dev/null || { echo "no gnuplot here"; exit 77; }
unset CC
. "$RS_ROOT/tests/ref/_page.sh"
fail() {
    echo "$*"
    exit 1
}
quickstart() {
    make -f "$RS_ROOT/pipelines/quickstart/Makefile" W="$PWD" \
        SHOP='--users 2k --items 240 --rows 24k' "$@"
}
all='data models learning samples commands origin'
mkdir a b
(cd a && quickstart report) >said 2>&1 || fail "$(cat said)"
page a/report.html $all
[ "$(grep -c '<svg' a/report.html)" -ge 11 ] || fail "pictures"
grep -q '^[^<]*<b>rs-fit</b> als' a/report.html || fail "no commands"
grep -qF "$(rs-cat --info a/als.model | awk '$1 == "fingerprint" { print $2 }')" \
    a/report.html || fail "no fingerprint"
awk -F '\t' '$2 == "ndcg@10" && $3 > $7 && $6 == "popularity" { ok = 1 }
    END { exit !ok }' a/headline.tsv || fail "$(cat a/headline.tsv)"

(cd b && quickstart report) >said 2>&1 || fail "$(cat said)"
cmp a/report.html b/report.html || fail "another folder, another page"

# Names from outside, and the ledger of trials, one of which failed.
cat >a/ledger.jsonl <<'END'
{"trial": "0123456789abcdef", "parameters": {"loss": "a}<b", "factors": 8}, "metrics": {"map@20": 0.2, "pop:map@20": 0.1}, "model": "00", "data": {"x": "1"}}
{"trial": "1123456789abcdef", "parameters": {"factors": 16, "loss": "bpr"}, "metrics": {"map@20": 0.3, "pop:map@20": 0.1}, "model": "00", "data": {"x": "1"}}
{"trial": "2123456789abcdef", "parameters": {"factors": 32, "loss": "bpr"}, "error": "status 1: rs-fit: \"l\": <out> & over", "model": null, "data": {"x": "1"}}
{"trial": "3123456789abcdef", "parameters": {"factors": 64, "loss": "#\"x"}, "metrics": {"map@20": null}, "model": "00", "data": {"x": "1"}}
{"trial": "4123456789abcdef", "param
END
name='Tom & Jerry <3> "x"'
awk -F '\t' -v OFS='\t' -v name="$name" 'NR == 1 { $4 = name } { print }' \
    a/answers.tsv >answers && cat answers >a/answers.tsv
(cd a && quickstart report REPORT_LEDGER=ledger.jsonl REPORT_TITLE="$name") \
    >said 2>&1 || fail "$(cat said)"
page a/report.html $all trials
[ "$(grep -cF 'Tom &amp; Jerry &lt;3&gt; &quot;x&quot;' a/report.html)" -ge 2 ] ||
    fail "a title is not escaped"
grep -q '&quot;l&quot;: &lt;out&gt; &amp; over' a/report.html ||
    fail "no failed trial"
grep -q '<code>01234567</code>.*<td>a}&lt;b</td>.*<td>8</td>' a/report.html ||
    fail "what stands behind a brace is lost"
grep -q '<code>31234567</code>.*<td></td></tr>' a/report.html ||
    fail "no figure at all is shown as one"
! grep -q '<code>41234567' a/report.html || fail "a torn line is a trial"

# Trials that all failed, and a ledger without any yet.
for ledger in failed none; do
    grep '"error"' a/ledger.jsonl >a/$ledger.jsonl
    [ $ledger = failed ] || : >a/none.jsonl
    rm a/report/trials.html
    (cd a && quickstart report REPORT_LEDGER=$ledger.jsonl REPORT_TITLE="$name") \
        >said 2>&1 || fail "$(cat said)"
    page a/report.html $all trials
    grep -qE '1 trial, which failed|Nothing yet' a/report.html ||
        fail "$ledger: what is to be seen?"
done

# Kinds of rows whose names gnuplot would read for itself: none is lost.
awk -F '\t' -v OFS='\t' 'NR > 1 { e[1] = "#one"; e[2] = "a \"two\""
    e[3] = "@{t}_h^r%dee\\n"; e[0] = sprintf("%0200d", 0)
    $3 = e[NR % 4] } { print }' a/events.tsv | rs-clean -q \
    -c user=USER_ID,item=ITEM_ID,event=EVENT_TYPE | rs-index -q -D odd >odd.rsi
mkdir odd.parts
report=$RS_ROOT/pipelines/report
bash "$report/profile.sh" odd.rsi odd.parts odd || fail "profile.sh"
awk -v dir=odd.parts -v here="$report" -v rows=rows -v items=items \
    -v users=users -f "$report/html.awk" -f "$report/profile.awk" \
    </dev/null >odd.html 2>said || fail "$(cat said)"
[ ! -s said ] || fail "$(cat said)"
for text in '#one' "a ''two''" '@{t}_h^r%dee' '00000\.\.\.'; do
    grep -q "<text>.*$text" odd.html || fail "no $text in the picture"
done

# Without gnuplot it says so, and has the rest.
mkdir bin
ln -s /bin/* /usr/bin/* /usr/local/bin/* bin/ 2>/dev/null
rm -f bin/gnuplot*
rm -r b/report b/report.html
(cd b && PATH=$RS_BUILD/bin:$OLDPWD/bin quickstart report) >said 2>&1 ||
    fail "$(cat said)"
grep -q 'LEFT OUT' said || fail "says nothing of what is left out"
page b/report.html $all
! grep -q '<svg' b/report.html || fail "gnuplot was found"
grep -q 'class="lacking"' b/report.html || fail "does not show it"

# All by one make: whose data cannot be had is left out, which is said, shown
# and told by the status.
mkdir empty
! RS_DATA=$PWD/empty make -C "$RS_ROOT/pipelines/all" W="$PWD/all" \
    PIPELINES=movielens-als >said 2>&1 || fail "left out without a word"
grep -q 'movielens-als is LEFT OUT' said || fail "$(cat said)"
page all/index.html
grep -q 'is left out: its data could not be had' all/index.html ||
    fail "$(cat all/index.html)"
