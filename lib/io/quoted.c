/*
 * quoted: records of CSV that have quotes in them.  Where one ends is found
 * out here, what its fields are by libcsv.
 */
#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/shape.h"

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

void
rs_quoted_init(struct rs_rows *r)
{
	r->plain_end = rs_alloc(RS_FIELDS_MAX * sizeof(*r->plain_end));
	if (csv_init(&r->csv, 0) != 0)
		rs_die("libcsv cannot start");
	/* Blanks belong to the field.  Records come one at a time without
	 * their line end, so no character ends one. */
	csv_set_space_func(&r->csv, never);
	csv_set_term_func(&r->csv, never);
}

void
rs_quoted_free(struct rs_rows *r)
{
	csv_free(&r->csv);
	rs_buf_free(&r->plain);
	free(r->plain_end);
}

/*
 * Where a record with quotes ends.  *end is the line end behind it, *lines how
 * many lines it has; RS_ROW_NONE where the window does not hold it all.  *bad
 * is set where a closing quote is followed by more of its field: the record is
 * taken to end with that line.
 */
static void
scan_quoted(const struct rs_rows *r, size_t *end, uint64_t *lines, bool *bad)
{
	const struct rs_text *t = r->text;
	const char *p = t->data + t->at, *stop = t->data + t->len, *q;

	*lines = 1;
	*bad = false;
	*end = RS_ROW_NONE;
	for (;;) {
		/* At the start of a field. */
		if (p < stop && *p == '"' && !*bad) {
			for (p++;; p += 2) {
				q = memchr(p, '"', (size_t)(stop - p));
				if (q == NULL || q + 1 >= stop)
					return;
				while ((p = memchr(p, '\n', (size_t)(q - p)))
				    != NULL) {
					(*lines)++;
					p++;
				}
				p = q;
				if (q[1] != '"')
					break;
			}
			p++;
			if (*p == '\r' && p + 1 == stop)
				return;
			if (*p == '\r' && p[1] == '\n')
				p++;
			*bad = *p != r->delimiter[0] && *p != '\n';
		}
		while (p < stop && *p != '\n' &&
		    (*p != r->delimiter[0] || *bad))
			p++;
		if (p >= stop)
			return;
		if (*p++ == '\n')
			break;
	}
	*end = (size_t)(p - 1 - t->data);
}

/* libcsv's callback: fields gather in plain. */
static void
take_field(void *p, size_t n, void *arg)
{
	struct rs_rows *r = arg;

	if (r->fields < RS_FIELDS_MAX) {
		rs_buf_put(&r->plain, p, n);
		r->plain_end[r->fields] = r->plain.len;
	}
	r->fields++;
}

static void
unquote(struct rs_rows *r, const char *p, size_t n)
{
	size_t at = 0;

	r->plain.len = 0;
	r->fields = 0;
	csv_set_delim(&r->csv, (unsigned char)r->delimiter[0]);
	csv_set_quote(&r->csv, '"');
	if (csv_parse(&r->csv, p, n, take_field, NULL, r) != n ||
	    csv_fini(&r->csv, take_field, NULL, r) != 0)
		rs_die("libcsv: %s", csv_strerror(csv_error(&r->csv)));
	rs_buf_room(&r->plain, RS_FIELD_PAD);
	for (size_t i = 0; i < r->fields && i < RS_FIELDS_MAX; i++) {
		r->field[i] = (struct rs_field){ r->plain.data + at,
		    r->plain_end[i] - at };
		at = r->plain_end[i];
	}
}

int
rs_rows_quoted(struct rs_rows *r, struct rs_record *rec)
{
	struct rs_text *t = r->text;
	size_t end;
	uint64_t lines;
	bool bad;
	const char *q;

	for (;;) {
		scan_quoted(r, &end, &lines, &bad);
		if (end != RS_ROW_NONE)
			break;
		if (r->all_read && t->data[t->len - 1] == '\n')
			return rs_fail(&r->err, "%s:%" PRIu64 ": a quote that"
			    " opens here is never closed (see --quote none)",
			    rs_rows_file(r), r->line);
		if (rs_rows_more(r) < 0)
			return -1;
	}
	rs_rows_give(r, rec, end, lines);
	q = t->at < t->len ? memchr(t->data + t->at, '"', t->len - t->at) :
	    NULL;
	r->quote = q != NULL ? (size_t)(q - t->data) : RS_ROW_NONE;
	rs_rows_aim(r);
	if (bad) {
		r->fields = 0;
		rec->bad = "text stands behind a closing quote";
		return 1;
	}
	unquote(r, rec->text, rec->text_len);
	return 1;
}
