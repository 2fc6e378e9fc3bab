/* sheet: pairs that came as text go out as text, with their marks. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/sheet.h"

/* A line that was read: its pairs, or, of a failed one, one cell that says
 * why. */
struct entry {
	enum rs_request_shape shape;
	bool failed;
	size_t n;
};

struct rs_sheet {
	enum rs_text format;
	const struct rs_marker *marker;
	struct rs_table *table;
	struct rs_buf *key;	/* (width) "name" as JSON has it */
	size_t width;
	struct rs_buf text;	/* the cells that wait, one after the other */
	size_t *len;		/* (cells) of each */
	size_t cells, cells_room;
	struct entry *entry;
	size_t entries, entries_room;
	struct rs_buf line;	/* one of JSON */
};

/* Where the writing has got to. */
struct place {
	const char *p;		/* in text */
	const size_t *len;
	size_t pair;
};

struct rs_sheet *
rs_sheet_new(struct rs_sink *sink, enum rs_text format,
    const struct rs_couples *c, const struct rs_marker *k, bool header)
{
	struct rs_sheet *s = rs_zalloc(sizeof(*s));

	s->format = format;
	s->marker = k;
	s->table = rs_table_new(sink, format);
	s->width = c->width;
	s->key = rs_zalloc(rs_size(c->width, sizeof(*s->key)));
	for (size_t i = 0; i < c->width; i++) {
		rs_table_column(s->table, c->column[i]);
		rs_text_json(&s->key[i], c->column[i], strlen(c->column[i]));
	}
	rs_marker_table(k, s->table);
	if (header)
		rs_table_header(s->table);
	return s;
}

static void
keep_cell(struct rs_sheet *s, const char *p, size_t n)
{
	rs_grow(&s->len, &s->cells_room, s->cells + 1, sizeof(*s->len));
	s->len[s->cells++] = n;
	rs_buf_put(&s->text, p, n);
}

static void
keep_entry(struct rs_sheet *s, const struct entry *e)
{
	rs_grow(&s->entry, &s->entries_room, s->entries + 1,
	    sizeof(*s->entry));
	s->entry[s->entries++] = *e;
}

void
rs_sheet_put(struct rs_sheet *s, const struct rs_couples *c)
{
	const struct entry e = { c->shape, false, c->n };

	for (size_t i = 0; i < c->n * s->width; i++)
		keep_cell(s, c->cell[i].p, c->cell[i].n);
	keep_entry(s, &e);
}

void
rs_sheet_fail(struct rs_sheet *s, const char *why)
{
	const struct entry e = { RS_REQUEST_ONE, true, 0 };

	if (s->format != RS_TEXT_JSONL)
		return;
	keep_cell(s, why, strlen(why));
	keep_entry(s, &e);
}

size_t
rs_sheet_waiting(const struct rs_sheet *s)
{
	return s->text.len;
}

static void
put_row(struct rs_sheet *s, struct place *at, const struct rs_marks *x)
{
	for (size_t c = 0; c < s->width; c++) {
		rs_table_str(s->table, at->p, *at->len);
		at->p += *at->len++;
	}
	rs_marks_cells(s->marker, x, at->pair++, s->table);
	rs_table_end_row(s->table);
}

/* One column of the cells of n pairs. */
static void
put_ids(struct rs_sheet *s, const struct place *at, size_t column, size_t n)
{
	const char *p = at->p;
	struct rs_buf *b = &s->line;

	rs_buf_char(b, '[');
	for (size_t i = 0; i < n * s->width; i++) {
		if (i % s->width == column) {
			if (i > column)
				rs_buf_str(b, ", ");
			rs_text_json(b, p, at->len[i]);
		}
		p += at->len[i];
	}
	rs_buf_char(b, ']');
}

static void
put_numbers(struct rs_buf *b, const char *key, const float *v, size_t n)
{
	rs_buf_printf(b, "\"%s\": [", key);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			rs_buf_str(b, ", ");
		rs_text_json_f32(b, v[i]);
	}
	rs_buf_char(b, ']');
}

static void
put_flags(struct rs_buf *b, const char *key, const uint8_t *v, size_t n)
{
	rs_buf_printf(b, "\"%s\": [", key);
	for (size_t i = 0; i < n; i++)
		rs_buf_str(b, i > 0 ? v[i] ? ", 1" : ", 0" : v[i] ? "1" : "0");
	rs_buf_char(b, ']');
}

/* The marks of n pairs from the place on, as lists. */
static void
put_marks(struct rs_sheet *s, const struct place *at, size_t n,
    const char *score, const char *label, const struct rs_marks *x)
{
	const struct rs_marker *k = s->marker;
	struct rs_buf *b = &s->line;

	put_numbers(b, score, x->score + at->pair, n);
	if (label != NULL) {
		rs_buf_str(b, ", ");
		put_numbers(b, label, x->label + at->pair, n);
	}
	if (k->flag) {
		rs_buf_str(b, ", ");
		put_flags(b, "unknown", x->unknown + at->pair, n);
	}
}

static void
put_lists(struct rs_sheet *s, const struct place *at, size_t n,
    const struct rs_marks *x)
{
	const char *name[RS_MARKS_COLUMNS];
	struct rs_buf *b = &s->line;

	rs_marker_columns(s->marker, name);
	for (size_t c = 0; c < s->width; c++) {
		rs_buf_str(b, c > 0 ? ", " : "{");
		rs_buf_put(b, s->key[c].data, s->key[c].len);
		rs_buf_str(b, ": ");
		put_ids(s, at, c, n);
	}
	rs_buf_str(b, ", ");
	put_marks(s, at, n, name[0], rs_marker_labels(s->marker) ? name[1] :
	    NULL, x);
	rs_buf_char(b, '}');
}

static void
put_predictions(struct rs_sheet *s, const struct place *at, size_t n,
    const struct rs_marks *x)
{
	rs_buf_char(&s->line, '{');
	put_marks(s, at, n, "predictions", rs_marker_labels(s->marker) ?
	    "labels" : NULL, x);
	rs_buf_char(&s->line, '}');
}

static void
put_error(struct rs_sheet *s, struct place *at)
{
	rs_buf_str(&s->line, "{\"error\": ");
	rs_text_json(&s->line, at->p, *at->len);
	rs_buf_char(&s->line, '}');
	at->p += *at->len++;
}

static void
skip(const struct rs_sheet *s, struct place *at, size_t pairs)
{
	for (size_t i = 0; i < pairs * s->width; i++)
		at->p += *at->len++;
	at->pair += pairs;
}

static void
write_entry(struct rs_sheet *s, const struct entry *e, struct place *at,
    const struct rs_marks *x)
{
	s->line.len = 0;
	if (e->failed) {
		put_error(s, at);
	} else if (s->format != RS_TEXT_JSONL || e->shape == RS_REQUEST_ONE) {
		for (size_t i = 0; i < e->n; i++)
			put_row(s, at, x);
		return;
	} else {
		if (e->shape == RS_REQUEST_LISTS)
			put_lists(s, at, e->n, x);
		else
			put_predictions(s, at, e->n, x);
		skip(s, at, e->n);
	}
	rs_table_line(s->table, s->line.data, s->line.len);
}

void
rs_sheet_write(struct rs_sheet *s, const struct rs_marks *x)
{
	struct place at = { s->text.data, s->len, 0 };

	for (size_t i = 0; i < s->entries; i++)
		write_entry(s, &s->entry[i], &at, x);
	s->text.len = s->cells = s->entries = 0;
	rs_table_flush(s->table);
}

void
rs_sheet_free(struct rs_sheet *s)
{
	if (s == NULL)
		return;
	rs_table_free(s->table);
	for (size_t i = 0; i < s->width; i++)
		rs_buf_free(&s->key[i]);
	free(s->key);
	rs_buf_free(&s->text);
	rs_buf_free(&s->line);
	free(s->len);
	free(s->entry);
	free(s);
}
