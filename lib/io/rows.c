/*
 * rows: the records of a text: CSV, TSV and their like, JSON lines.
 *
 * Four ways through a record share the window of lib/io/text.  The common
 * one, split_marked, walks the bits that say where the window has delimiters
 * and line ends; it serves every record that ends before the window's next
 * quote.  The others are slower: quoted.c, split_long (a delimiter of several
 * characters), split_ragged, and lib/io/object for JSON.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/shape.h"
#include "kernel/marks.h"

struct rs_rows *
rs_rows_of(struct rs_source *s, const struct rs_dialect *d, struct rs_err *e)
{
	struct rs_text *text = rs_text_new(s, d->encoding, e);
	struct rs_rows *r;

	if (text == NULL)
		return NULL;
	r = rs_zalloc(sizeof(*r));
	r->dialect = *d;
	r->text = text;
	r->line = 1;
	r->quote = RS_ROW_NONE;
	r->field = rs_alloc(RS_FIELDS_MAX * sizeof(*r->field));
	rs_quoted_init(r);
	return r;
}

struct rs_rows *
rs_rows_open(const char *path, const struct rs_dialect *d, struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);

	if (s == NULL)
		return NULL;
	rs_source_ahead(s);
	return rs_rows_of(s, d, e);
}

const char *
rs_rows_file(const struct rs_rows *r)
{
	return rs_source_name(r->text->source);
}

void
rs_rows_mark(struct rs_rows *r)
{
	struct rs_text *t = r->text;
	const char *q;

	if (r->shape != RS_SHAPE_MARKED)
		return;
	r->words = (t->len + 63) / 64;
	rs_grow(&r->marks, &r->marks_room, r->words, sizeof(*r->marks));
	rs_marks(t->data, t->len, r->delimiter[0], '\n', r->marks);
	r->quote = RS_ROW_NONE;
	if (r->quotes) {
		q = memchr(t->data + t->at, '"', t->len - t->at);
		if (q != NULL)
			r->quote = (size_t)(q - t->data);
	}
}

void
rs_rows_aim(struct rs_rows *r)
{
	const size_t at = r->text->at;

	if (r->shape != RS_SHAPE_MARKED || r->words == 0)
		return;
	r->word = at / 64;
	r->bits = r->word < r->words ?
	    r->marks[r->word] & (~(uint64_t)0 << at % 64) : 0;
}

/*
 * The window has no whole record: make it longer.  At the end of the text a
 * last line that has no line end is given one, so records always have it.
 */
int
rs_rows_more(struct rs_rows *r)
{
	struct rs_text *t = r->text;
	int got;

	if (t->len - t->at > RS_ROW_MAX)
		return rs_fail(&r->err, "%s:%" PRIu64 ": %s more than %d MiB"
		    " long%s", rs_rows_file(r), r->line,
		    r->quote != RS_ROW_NONE ? "the record that begins here is" :
		    "a line is", RS_ROW_MAX >> 20, r->quote != RS_ROW_NONE ?
		    " (is a quote missing? see --quote none)" : "");
	got = r->all_read ? 0 : rs_text_more(t);
	if (got < 0)
		return rs_fail(&r->err, "%s", t->err.text);
	if (got == 0) {
		r->all_read = true;
		if (t->at == t->len || t->data[t->len - 1] == '\n')
			return 0;
		t->data[t->len++] = '\n';
	}
	rs_rows_mark(r);
	rs_rows_aim(r);
	return 1;
}

/* The line end at or behind text->at: RS_ROW_NONE = not in the window. */
static size_t
line_end(const struct rs_rows *r)
{
	const struct rs_text *t = r->text;
	const char *p = t->len > t->at ?
	    memchr(t->data + t->at, '\n', t->len - t->at) : NULL;

	return p != NULL ? (size_t)(p - t->data) : RS_ROW_NONE;
}

int
rs_rows_line(struct rs_rows *r, size_t *end)
{
	int got;

	while ((*end = line_end(r)) == RS_ROW_NONE) {
		if ((got = rs_rows_more(r)) != 1)
			return got;
	}
	return 1;
}

static void
add_field(struct rs_rows *r, const char *p, size_t n)
{
	if (r->fields < RS_FIELDS_MAX)
		r->field[r->fields] = (struct rs_field){ p, n };
	r->fields++;
}

/* The last field without the CR before the line end. */
static void
drop_cr(struct rs_rows *r)
{
	struct rs_field *f;

	if (r->fields > RS_FIELDS_MAX)
		return;
	f = &r->field[r->fields - 1];
	if (f->n > 0 && f->p[f->n - 1] == '\r')
		f->n--;
}

static int
split_marked(struct rs_rows *r, struct rs_record *rec)
{
	struct rs_text *const t = r->text;
	struct rs_field *const field = r->field;
	size_t start = t->at, pos, n = 0;
	int got;

	for (;;) {
		while (r->bits == 0) {
			if (++r->word < r->words) {
				r->bits = r->marks[r->word];
				continue;
			}
			/* Begin this record again with more of it. */
			if ((got = rs_rows_more(r)) != 1)
				return got;
			start = t->at;
			n = 0;
		}
		pos = 64 * r->word + (size_t)__builtin_ctzll(r->bits);
		r->bits &= r->bits - 1;
		if (n < RS_FIELDS_MAX)
			field[n] = (struct rs_field){ t->data + start,
			    pos - start };
		n++;
		if (t->data[pos] == '\n')
			break;
		start = pos + 1;
	}
	if (pos > r->quote || (r->dialect.always_libcsv && pos > t->at))
		return rs_rows_quoted(r, rec);
	r->fields = n;
	drop_cr(r);
	return rs_rows_give(r, rec, pos, 1);
}

static int
split_long(struct rs_rows *r, struct rs_record *rec)
{
	const char *p, *stop, *q;
	size_t end;
	int got;

	if ((got = rs_rows_line(r, &end)) != 1)
		return got;
	p = r->text->data + r->text->at;
	stop = r->text->data + end;
	r->fields = 0;
	while ((q = memmem(p, (size_t)(stop - p), r->delimiter,
	    r->delimiter_len)) != NULL) {
		add_field(r, p, (size_t)(q - p));
		p = q + r->delimiter_len;
	}
	add_field(r, p, (size_t)(stop - p));
	drop_cr(r);
	return rs_rows_give(r, rec, end, 1);
}

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of the line before end; n 0 where there is none. */
static struct rs_field
next_word(const char **p, const char *end)
{
	struct rs_field f;

	while (*p < end && blank(**p))
		(*p)++;
	f.p = *p;
	while (*p < end && !blank(**p))
		(*p)++;
	f.n = (size_t)(*p - f.p);
	return f;
}

/*
 * One item of the present line; text->at stays at its start until the line
 * is used up, so that the window keeps it.
 */
static int
split_ragged(struct rs_rows *r, struct rs_record *rec)
{
	struct rs_text *t = r->text;
	const char *p, *end;
	size_t line;
	bool begins = false;
	int got;

	if (r->ragged_end == 0) {
		if ((got = rs_rows_line(r, &line)) != 1)
			return got;
		r->ragged_end = line;
		p = t->data + t->at;
		r->first = next_word(&p, t->data + line);
		r->ragged_at = (size_t)(p - t->data);
		begins = true;
	}
	p = t->data + r->ragged_at;
	end = t->data + r->ragged_end;
	r->field[0] = r->first;
	r->field[1] = next_word(&p, end);
	r->fields = r->first.n == 0 ? 0 : 2;
	r->ragged_at = (size_t)(p - t->data);
	rec->field = r->field;
	rec->line = r->line;
	rec->text = begins ? t->data + t->at : r->field[1].p;
	rec->text_len = (size_t)(p - rec->text);
	while (p < end && blank(*p))
		p++;
	if (p == end) {
		t->at = r->ragged_end + 1;
		r->ragged_end = 0;
		r->line++;
	}
	return 1;
}

static int
split_object(struct rs_rows *r, struct rs_record *rec)
{
	size_t end;
	int got;

	if ((got = rs_rows_line(r, &end)) != 1)
		return got;
	rs_rows_give(r, rec, end, 1);
	r->fields = rec->text_len > 0;
	for (size_t i = 0; i < rec->text_len && r->fields > 0; i++) {
		if (!blank(rec->text[i]))
			break;
		if (i + 1 == rec->text_len)
			r->fields = 0;
	}
	if (r->fields == 0)
		return 1;
	if (rs_object_parse(r->object, rec->text, rec->text_len, r->why,
	    sizeof(r->why)) < 0)
		rec->bad = r->why;
	rec->field = rs_object_fields(r->object, &r->fields);
	return 1;
}

int
rs_rows_split(struct rs_rows *r, struct rs_record *rec)
{
	int got;

	rec->bad = NULL;
	do {
		switch (r->shape) {
		case RS_SHAPE_MARKED:
			got = split_marked(r, rec);
			break;
		case RS_SHAPE_LONG:
			got = split_long(r, rec);
			break;
		case RS_SHAPE_RAGGED:
			got = split_ragged(r, rec);
			break;
		default:
			got = split_object(r, rec);
			break;
		}
		if (got != 1 || rec->bad != NULL)
			return got;
		if (rec->text_len > 0 && r->fields > 0)
			return 1;
		r->blank++;
	} while (true);
}

int
rs_rows_next(struct rs_rows *r, struct rs_record *rec)
{
	int got;

	assert(r->begun);
	got = rs_rows_split(r, rec);
	if (got != 1 || rec->bad != NULL)
		return got;
	if (__builtin_expect(r->fields != r->width, 0) &&
	    r->shape != RS_SHAPE_OBJECTS) {
		snprintf(r->why, sizeof(r->why), "%zu field%s where the %s"
		    " has %zu", r->fields, r->fields == 1 ? "" : "s",
		    r->dialect.headless ? "first line" : "header", r->width);
		rec->bad = r->why;
	}
	return 1;
}

uint64_t
rs_rows_blank(const struct rs_rows *r)
{
	return r->blank;
}

const char *
rs_rows_unseen(const struct rs_rows *r)
{
	return r->object != NULL ? rs_object_unseen(r->object) : NULL;
}

uint64_t
rs_rows_digest(const struct rs_rows *r)
{
	return rs_text_digest(r->text);
}

const struct rs_source *
rs_rows_source(const struct rs_rows *r)
{
	return r->text->source;
}

const struct rs_err *
rs_rows_err(const struct rs_rows *r)
{
	return &r->err;
}

void
rs_rows_close(struct rs_rows *r)
{
	if (r == NULL)
		return;
	rs_quoted_free(r);
	rs_text_free(r->text);
	rs_object_free(r->object);
	for (size_t i = 0; r->name != NULL && i < r->width; i++)
		free(r->name[i]);
	free(r->name);
	free(r->marks);
	free(r->field);
	free(r);
}
