/*
 * rows: what is taken apart by hand is what libcsv makes of it; records come
 * the same however the bytes come; no text crashes the readers.
 */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/draw.h"
#include "base/mem.h"
#include "io/rows.h"
#include "kernel/marks.h"
#include "test.h"

static uint64_t drawn;

static uint32_t
below(uint32_t n)
{
	return (uint32_t)(rs_draw(7, RS_DRAW_ROW, drawn++) % n);
}

static void
field_to(struct rs_buf *to, const char *p, size_t n)
{
	rs_buf_printf(to, "[%zu:", n);
	rs_buf_put(to, p, n);
	rs_buf_char(to, ']');
}

static void
take_field(void *p, size_t n, void *to)
{
	field_to(to, p, n);
}

static void
take_row(int c, void *to)
{
	(void)c;
	rs_buf_char(to, '\n');
}

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

/* libcsv over all of the text at once. */
static void
by_libcsv(struct rs_buf *to, const char *p, size_t n)
{
	struct csv_parser c;

	csv_init(&c, 0);
	csv_set_space_func(&c, never);
	ok(csv_parse(&c, p, n, take_field, take_row, to) == n, "libcsv");
	csv_fini(&c, take_field, take_row, to);
	csv_free(&c);
}

/* Our reader: fields, and on demand lines and what is said of bad records.
 * Rows have any width here, so that complaint is left out. */
static int
by_rows(struct rs_buf *to, struct rs_rows *r, bool all)
{
	struct rs_record rec;
	int more = rs_rows_begin(r);

	while (more == 1 && (more = rs_rows_next(r, &rec)) == 1) {
		if (all)
			rs_buf_printf(to, "%u %zu ", (unsigned)rec.line,
			    rec.text_len);
		if (rec.bad != NULL)
			rs_buf_str(to, rec.bad);
		for (size_t i = 0; rec.bad == NULL && i < rs_rows_width(r);
		    i++)
			field_to(to, rec.field[i].p, rec.field[i].n);
		rs_buf_char(to, '\n');
	}
	if (more < 0)
		rs_buf_str(to, rs_rows_err(r)->text);
	rs_rows_close(r);
	return more;
}

static struct rs_rows *
rows_of(const char *p, size_t n, struct rs_dialect d)
{
	struct rs_err e;

	d.headless = !d.jsonl;
	return rs_rows_of(rs_source_memory(p, n), &d, &e);
}

/* Rows of three well-formed fields. */
static void
good_csv(struct rs_buf *b, size_t rows, uint32_t quoted, uint32_t longest)
{
	static const char plain[] = "ab1 .\tx'\"", inside[] = "ab \n,\r;'\n";

	b->len = 0;
	for (size_t i = 0; i < rows; i++) {
		for (int f = 0; f < 3; f++) {
			const bool q = below(100) < quoted;
			uint32_t n = below(longest);

			if (f > 0)
				rs_buf_char(b, ',');
			if (q)
				rs_buf_char(b, '"');
			/* A quote at the start would be another thing. */
			else if (n > 0)
				rs_buf_char(b, 'a');
			for (; n > 0; n--) {
				if (q && below(8) == 0)
					rs_buf_str(b, "\"\"");
				else if (q)
					rs_buf_char(b, inside[below(9)]);
				else
					rs_buf_char(b, plain[below(9)]);
			}
			if (q)
				rs_buf_char(b, '"');
		}
		rs_buf_str(b, below(3) == 0 ? "\r\n" : "\n");
	}
	if (below(2) == 0)
		b->len--;
}

static void
test_csv_is_what_libcsv_reads(void)
{
	struct rs_buf text = { 0 }, a = { 0 }, b = { 0 };

	for (int i = 0; i < 400; i++) {
		const bool big = i % 40 == 0;

		good_csv(&text, big ? 30000 : below(30) + 1, below(60),
		    big ? 30 : below(40) + 1);
		a.len = b.len = 0;
		by_libcsv(&a, text.data, text.len);
		ok(by_rows(&b, rows_of(text.data, text.len,
		    (struct rs_dialect){ .delimiter = "," }), false) == 0,
		    "text %d is read", i);
		ok(a.len == b.len && memcmp(a.data, b.data, a.len) == 0,
		    "text %d of %zu bytes", i, text.len);
	}
	rs_buf_free(&text);
	rs_buf_free(&a);
	rs_buf_free(&b);
}

/* Any text at all: the quick way and libcsv's give the same records. */
static void
test_both_ways_agree_on_any_text(void)
{
	static const char some[] = "ab,,\"\n\r;x\n,\"", calm[] = "abcd,,efg\n";
	struct rs_buf text = { 0 }, a = { 0 }, b = { 0 };

	for (int i = 0; i < 4000; i++) {
		const bool big = i % 400 == 0;
		size_t n = big ? 700000 : below(200);
		const uint32_t wild = below(30);

		text.len = a.len = b.len = 0;
		rs_buf_str(&text, "x,y\n");
		for (; n > 0; n--)
			rs_buf_char(&text, below(big ? 3000 : 30) < wild ?
			    some[below(12)] : calm[below(10)]);
		by_rows(&a, rows_of(text.data, text.len, (struct rs_dialect){
		    .delimiter = "," }), true);
		by_rows(&b, rows_of(text.data, text.len, (struct rs_dialect){
		    .delimiter = ",", .always_libcsv = true }), true);
		ok(a.len == b.len && memcmp(a.data, b.data, a.len) == 0,
		    "text %d: '%.300s'", i, text.data);
	}
	rs_buf_free(&text);
	rs_buf_free(&a);
	rs_buf_free(&b);
}

static void
is_read(const char *text, struct rs_dialect d, const char *wanted)
{
	struct rs_buf b = { 0 };

	rs_buf_str(&b, "");
	by_rows(&b, rows_of(text, strlen(text), d), false);
	ok(strcmp(b.data, wanted) == 0, "'%s' gives '%s'", text, b.data);
	rs_buf_free(&b);
}

static void
test_each_shape(void)
{
	const struct rs_dialect any = { 0 }, csv = { .delimiter = "," };

	is_read("a\tb\"\n\"c\td", any, "[1:a][2:b\"]\n[2:\"c][1:d]\n");
	is_read("a::b,c\r\nd::e\r\n", any, "[1:a][3:b,c]\n[1:d][1:e]\n");
	is_read("1|Toy Story (1995)||", any,
	    "[1:1][16:Toy Story (1995)][0:][0:]\n");
	is_read("a;\"b;c\"", any, "[1:a][3:b;c]\n");
	is_read("\xef\xbb\xbf" "a,b\n\n\r\nc,d", csv,
	    "[1:a][1:b]\n[1:c][1:d]\n");
	is_read("a,b\rc\r\r\n", csv, "[1:a][4:b\rc\r]\n");
	is_read("a, \"b\"\n", csv, "[1:a][4: \"b\"]\n");
	is_read("a,\"b\"c\nd,e\n", csv,
	    "memory:1: text stands behind a closing quote");
	is_read("a,b\nc,\"d\"e\nf,g\n", csv, "[1:a][1:b]\n"
	    "text stands behind a closing quote\n[1:f][1:g]\n");
	is_read("a,b\nc\nd,e,f", csv, "[1:a][1:b]\n1 field where the first"
	    " line has 2\n3 fields where the first line has 2\n");
	is_read("a,b\n\n c,\"d\n", csv, "[1:a][1:b]\nmemory:3: a quote that"
	    " opens here is never closed (see --quote none)");
	is_read("7 1  2 3 \n8\n\n9 1", (struct rs_dialect){ .ragged = true },
	    "[1:7][1:1]\n[1:7][1:2]\n[1:7][1:3]\n[1:8][0:]\n[1:9][1:1]\n");
	is_read("", csv, "");
	is_read("\n\r\n\n", csv, "");
}

static void
test_json_lines(void)
{
	static const char text[] = "{\"u\":\"x\\u0000y\",\"i\":3,\"z\":[1]}\n"
	    "  \n{\"i\":2.5,\"u\":null}\n{\"u\":true,\"i\":-1}\n[1]\n{\"u\":{}}";
	struct rs_rows *r = rows_of(text, sizeof(text) - 1,
	    (struct rs_dialect){ .jsonl = true });
	struct rs_record rec;
	struct rs_err e;
	int u, i;

	ok(rs_rows_begin(r) == 1, "begins");
	ok(rs_rows_width(r) == 3, "three keys");
	u = rs_rows_column(r, "u", &e);
	i = rs_rows_column(r, "i", &e);
	ok(rs_rows_next(r, &rec) == 1 && rec.bad == NULL &&
	    rec.field[u].n == 3 && memcmp(rec.field[u].p, "x\0y", 3) == 0 &&
	    rec.field[i].n == 1 && rec.field[i].p[0] == '3', "first");
	ok(rs_rows_next(r, &rec) == 1 && rec.line == 3 &&
	    rec.field[u].n == 0 && rec.field[i].n == 3, "second");
	ok(rs_rows_next(r, &rec) == 1 && rec.field[u].n == 4, "third");
	ok(rs_rows_next(r, &rec) == 1 && rec.bad != NULL, "an array");
	ok(rs_rows_next(r, &rec) == 1 && rec.bad != NULL, "an object inside");
	ok(rs_rows_next(r, &rec) == 0, "the end");
	rs_rows_close(r);
}

static void
test_a_line_has_a_limit(void)
{
	const size_t n = RS_ROW_MAX + 1000000;
	char *text = rs_alloc(n);
	struct rs_buf b = { 0 };

	memset(text, 'a', n);
	memcpy(text, "a,b\n", 4);
	ok(by_rows(&b, rows_of(text, n, (struct rs_dialect){ 0 }), false) < 0 &&
	    strstr(b.data, "memory:2: a line is more than 16 MiB") != NULL,
	    "%s", b.data);
	b.len = 0;
	text[4] = '"';
	memset(text + 5, '\n', n - 5);
	ok(by_rows(&b, rows_of(text, n, (struct rs_dialect){ 0 }), false) < 0 &&
	    strstr(b.data, "memory:2: the record that begins here") != NULL,
	    "%s", b.data);
	rs_buf_free(&b);
	free(text);
}

static void
test_marks(void)
{
	char text[64 * 5 + 64];
	uint64_t bits[6];

	for (size_t n = 0; n < 64 * 5; n += 7) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (char)(below(3) == 0 ? '\n' : below(256));
		rs_marks(text, n, (char)200, '\n', bits);
		for (size_t i = 0; i < (n + 63) / 64 * 64; i++)
			ok((bits[i / 64] >> i % 64 & 1) == (i < n &&
			    (text[i] == (char)200 || text[i] == '\n')),
			    "byte %zu of %zu", i, n);
	}
}

int
main(void)
{
	test_csv_is_what_libcsv_reads();
	test_both_ways_agree_on_any_text();
	test_each_shape();
	test_json_lines();
	test_a_line_has_a_limit();
	test_marks();
	return test_end();
}
