# The pipeline on an invented shop's invoices: from a CSV, and from a workbook
# of two sheets with the same rows, to the same stream and model.
for program in gnuplot python3; do
    command -v $program >/dev/null || { echo "no $program"; exit 77; }
done

# Fifty customers who like every fifth product, each in a season; some have no
# name, cancel or pay postage.  Codes and customers are numbers where they can be.
cat >shop.py <<'END'
import csv, zipfile
from xml.sax.saxutils import escape

HEADER = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate",
          "Price", "Customer ID", "Country"]
rows = []
for day in range(600):
    for k in range(8):
        x = (day * 8 + k) * 2654435761 % 2**32
        customer = 12000 + x % 50
        product = x % 5 + 5 * ((x >> 8) % 12) + (1 if x % 7 == 0 else 0)
        code = 20000 + product if product % 3 else "%dA" % (20000 + product)
        invoice = 489434 + day
        quantity = 1 + (x >> 16) % 20
        if x % 41 == 0:
            invoice, quantity = "C%d" % invoice, -quantity
        if x % 43 == 0:
            code = "POST"
        rows.append([invoice, code, 'THING "%s", SET OF %d' % (code, product),
                     quantity, day, 1.25 + product,
                     customer if x % 11 else None, "United Kingdom"])

def date(day):
    y, m, d = 2010 + day // 336, day % 336 // 28 + 1, day % 28 + 1
    return "%d-%02d-%02d 07:45:00" % (y, m, d)

def serial(day):
    from datetime import datetime
    t = datetime.strptime(date(day), "%Y-%m-%d %H:%M:%S")
    return (t - datetime(1899, 12, 30)).total_seconds() / 86400

with open("shop.csv", "w", newline="") as f:
    w = csv.writer(f, lineterminator="\n")
    w.writerow(HEADER)
    for r in rows:
        w.writerow(r[:4] + [date(r[4])] + r[5:6] +
                   ["" if r[6] is None else "%d.0" % r[6]] + r[7:])

def cell(v, style=""):
    if v is None:
        return "<c/>"
    if isinstance(v, str):
        return '<c t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>' % escape(v)
    return "<c%s><v>%r</v></c>" % (style, v)

def sheet(rows):
    lines = [[cell(h) for h in HEADER]]
    for r in rows:
        lines.append([cell(serial(v), ' s="1"') if i == 4 else cell(v)
                      for i, v in enumerate(r)])
    out = []
    for n, line in enumerate(lines, 1):
        cells = "".join(c.replace("<c", '<c r="%s%d"' % ("ABCDEFGH"[i], n), 1)
                        for i, c in enumerate(line))
        out.append('<row r="%d">%s</row>' % (n, cells))
    return ('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            "<sheetData>%s</sheetData></worksheet>" % "".join(out))

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
half = len(rows) // 2
with zipfile.ZipFile("shop.xlsx", "w", zipfile.ZIP_DEFLATED) as z:
    def put(name, text):
        z.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    put("[Content_Types].xml", '<Types xmlns="%scontent-types">' % PKG +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="%ssheet.main+xml"/>' % TYPE +
        '<Override PartName="/xl/styles.xml" ContentType="%sstyles+xml"/>' % TYPE +
        "".join('<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>'
                % (n, TYPE) for n in (1, 2)) + "</Types>")
    put("_rels/.rels", '<Relationships xmlns="%srelationships">' % PKG +
        '<Relationship Id="rId1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % REL)
    put("xl/workbook.xml", '<workbook %s xmlns:r="%s"><sheets>' % (MAIN, REL) +
        '<sheet name="Year 2009-2010" sheetId="1" r:id="rId1"/>'
        '<sheet name="Year 2010-2011" sheetId="2" r:id="rId2"/></sheets></workbook>')
    put("xl/_rels/workbook.xml.rels", '<Relationships xmlns="%srelationships">' % PKG +
        "".join('<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>'
                % (n, REL, n) for n in (1, 2)) +
        '<Relationship Id="rId3" Type="%s/styles" Target="styles.xml"/></Relationships>' % REL)
    put("xl/styles.xml", '<styleSheet %s><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>' % MAIN +
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>')
    put("xl/worksheets/sheet1.xml", sheet(rows[:half]))
    put("xl/worksheets/sheet2.xml", sheet(rows[half:]))
END
python3 shop.py || exit 1

# The second line has no end, as requests that somebody typed.
printf '{"user_id":"12007","top_n":"10"}\n{"user_id":"12011","top_n":"4"}' >ask.jsonl
retail() {
    make -s -C "$RS_ROOT/pipelines/online-retail" RS_DATA=/nowhere \
        BPR='rs-fit bpr -d 8 -e 12' CUSTOMERS=12007,12011 \
        REQUESTS="$PWD/ask.jsonl" VALID_FROM=2011-04-01 TEST_FROM=2011-07-01 "$@"
}
retail SOURCE="$PWD/shop.csv" W="$PWD/csv" >said 2>&1 || { cat said; exit 1; }
grep -q '^rs-clean: 4,800 rows, .* kept, .* dropped: .* not Invoice!^C,c, .* without user$' said ||
    { cat said; exit 1; }
[ "$(cut -d , -f 1 csv/answers.csv | uniq -c | tr -s '\n ' ' ')" = " 10 12007 4 12011 " ] ||
    { cat csv/answers.csv; exit 1; }
awk -F '\t' '{ v[$1] = $2 } END { exit !(v["p@10"] > 2 * v["pop:p@10"]) }' csv/metrics.tsv ||
    { cat csv/metrics.tsv; exit 1; }
retail PRESET=published SOURCE="$PWD/shop.csv" W="$PWD/published" >said 2>&1 ||
    { cat said; exit 1; }
grep -q 'rows of the test' said || { cat said; exit 1; }

command -v xlsx2csv >/dev/null || { echo "the rest: no xlsx2csv"; exit 77; }
retail XLSX="$PWD/shop.xlsx" W="$PWD/xlsx" >said 2>&1 || { cat said; exit 1; }
cmp csv/show.txt xlsx/show.txt || exit 1
# Name, rows and the fingerprint of what they say.
[ "$(rs-cat --verify csv/rows.rsi | cut -f 2-)" = \
    "$(rs-cat --verify xlsx/rows.rsi | cut -f 2-)" ] ||
    { rs-cat --verify csv/rows.rsi xlsx/rows.rsi; exit 1; }

# A sheet whose header differs is refused.
mkdir bent && (cd bent && sed 's/put("xl.worksheets.sheet2.xml", sheet(rows/HEADER[3] = "Pieces"; &/' \
    ../shop.py >shop.py && python3 shop.py) || exit 1
if retail XLSX="$PWD/bent/shop.xlsx" W="$PWD/none" >said 2>&1; then
    echo "a bent header was taken"
    exit 1
fi
grep -q 'differ in their header' said || { cat said; exit 1; }
