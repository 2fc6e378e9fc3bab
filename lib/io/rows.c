/*
 * rows: the records of a text: CSV, TSV and their like, JSON lines.
 *
 * Four ways through a record share the window of lib/io/text.  The common
 * one, split_marked, walks the bits that say where the window has delimiters
 * and line ends; it serves every record that ends before the window's next
 * quote.  The others are slower: split_quoted, split_long (a delimiter of
 * several characters), split_ragged, and lib/io/object for JSON.
 */
#include <assert.h>
#include <csv.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/object.h"
#include "io/rows.h"
#include "io/text.h"
#include "kernel/marks.h"

enum shape { MARKED, LONG, RAGGED, OBJECTS };

static const size_t NONE = SIZE_MAX;

struct rs_rows {
	struct rs_dialect dialect;
	struct rs_text *text;
	enum shape shape;
	bool begun, all_read, held;
	char delimiter[16];
	size_t delimiter_len;
	bool quotes;
	uint64_t line;		/* number of the line at text->at */
	uint64_t blank;

	uint64_t *marks;	/* delimiters and line ends of the window */
	size_t marks_room, words, word;
	uint64_t bits;		/* of this word, those not used yet */
	size_t quote;		/* the next one in the window, or NONE */

	struct rs_field *field;	/* RS_FIELDS_MAX */
	size_t fields;		/* of this record; may be more */
	struct rs_buf plain;	/* fields without their quotes */
	size_t *plain_end;	/* RS_FIELDS_MAX */
	struct csv_parser csv;

	char **name;
	size_t width;		/* 0: not known yet */
	struct rs_field first;	/* ragged: the user of the line */
	size_t ragged_at, ragged_end;
	struct rs_object *object;
	char why[512];
	struct rs_err err;
};

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

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
	r->quote = NONE;
	r->field = rs_alloc(RS_FIELDS_MAX * sizeof(*r->field));
	r->plain_end = rs_alloc(RS_FIELDS_MAX * sizeof(*r->plain_end));
	if (csv_init(&r->csv, 0) != 0)
		rs_die("libcsv cannot start");
	/* Blanks belong to the field.  Records come one at a time without
	 * their line end, so no character ends one. */
	csv_set_space_func(&r->csv, never);
	csv_set_term_func(&r->csv, never);
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

/* Marks and the next quote of the window, from text->at on. */
static void
mark_window(struct rs_rows *r)
{
	struct rs_text *t = r->text;
	const char *q;

	if (r->shape != MARKED)
		return;
	r->words = (t->len + 63) / 64;
	rs_grow(&r->marks, &r->marks_room, r->words, sizeof(*r->marks));
	rs_marks(t->data, t->len, r->delimiter[0], '\n', r->marks);
	r->quote = NONE;
	if (r->quotes) {
		q = memchr(t->data + t->at, '"', t->len - t->at);
		if (q != NULL)
			r->quote = (size_t)(q - t->data);
	}
}

/* Stand at text->at. */
static void
aim(struct rs_rows *r)
{
	const size_t at = r->text->at;

	if (r->shape != MARKED || r->words == 0)
		return;
	r->word = at / 64;
	r->bits = r->word < r->words ?
	    r->marks[r->word] & (~(uint64_t)0 << at % 64) : 0;
}

/*
 * The window has no whole record: make it longer.  At the end of the text a
 * last line that has no line end is given one, so records always have it.
 */
static int
more(struct rs_rows *r)
{
	struct rs_text *t = r->text;
	int got;

	if (t->len - t->at > RS_ROW_MAX)
		return rs_fail(&r->err, "%s:%" PRIu64 ": %s more than %d MiB"
		    " long%s", rs_rows_file(r), r->line,
		    r->quote != NONE ? "the record that begins here is" :
		    "a line is", RS_ROW_MAX >> 20, r->quote != NONE ?
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
	mark_window(r);
	aim(r);
	return 1;
}

/* Give the record that stands at text->at and ends before the line end at
 * position end; stand behind it. */
static int
give(struct rs_rows *r, struct rs_record *rec, size_t end, uint64_t lines)
{
	struct rs_text *t = r->text;

	rec->field = r->field;
	rec->line = r->line;
	rec->text = t->data + t->at;
	rec->text_len = end - t->at;
	if (rec->text_len > 0 && t->data[end - 1] == '\r')
		rec->text_len--;
	t->at = end + 1;
	r->line += lines;
	return 1;
}

/* The line end at or behind text->at: NONE = not in the window. */
static size_t
line_end(const struct rs_rows *r)
{
	const struct rs_text *t = r->text;
	const char *p = t->len > t->at ?
	    memchr(t->data + t->at, '\n', t->len - t->at) : NULL;

	return p != NULL ? (size_t)(p - t->data) : NONE;
}

/* The same, with more of the text if need be: 1, 0 = the end, -1. */
static int
find_line(struct rs_rows *r, size_t *end)
{
	int got;

	while ((*end = line_end(r)) == NONE) {
		if ((got = more(r)) != 1)
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

/*
 * Where a record with quotes ends.  *end is the line end behind it, *lines how
 * many lines it has; NONE where the window does not hold it all.  *bad is set
 * where a closing quote is followed by more of its field: the record is taken
 * to end with that line.
 */
static void
scan_quoted(const struct rs_rows *r, size_t *end, uint64_t *lines, bool *bad)
{
	const struct rs_text *t = r->text;
	const char *p = t->data + t->at, *stop = t->data + t->len, *q;

	*lines = 1;
	*bad = false;
	*end = NONE;
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

static int
split_quoted(struct rs_rows *r, struct rs_record *rec)
{
	struct rs_text *t = r->text;
	size_t end;
	uint64_t lines;
	bool bad;
	const char *q;

	for (;;) {
		scan_quoted(r, &end, &lines, &bad);
		if (end != NONE)
			break;
		if (r->all_read && t->data[t->len - 1] == '\n')
			return rs_fail(&r->err, "%s:%" PRIu64 ": a quote that"
			    " opens here is never closed (see --quote none)",
			    rs_rows_file(r), r->line);
		if (more(r) < 0)
			return -1;
	}
	give(r, rec, end, lines);
	q = t->at < t->len ? memchr(t->data + t->at, '"', t->len - t->at) :
	    NULL;
	r->quote = q != NULL ? (size_t)(q - t->data) : NONE;
	aim(r);
	if (bad) {
		r->fields = 0;
		rec->bad = "text stands behind a closing quote";
		return 1;
	}
	unquote(r, rec->text, rec->text_len);
	return 1;
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
			if ((got = more(r)) != 1)
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
		return split_quoted(r, rec);
	r->fields = n;
	drop_cr(r);
	return give(r, rec, pos, 1);
}

static int
split_long(struct rs_rows *r, struct rs_record *rec)
{
	const char *p, *stop, *q;
	size_t end;
	int got;

	if ((got = find_line(r, &end)) != 1)
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
	return give(r, rec, end, 1);
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
		if ((got = find_line(r, &line)) != 1)
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

	if ((got = find_line(r, &end)) != 1)
		return got;
	give(r, rec, end, 1);
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

/* The next record whatever it holds; r->fields says how many fields. */
static int
split(struct rs_rows *r, struct rs_record *rec)
{
	int got;

	rec->bad = NULL;
	do {
		switch (r->shape) {
		case MARKED:
			got = split_marked(r, rec);
			break;
		case LONG:
			got = split_long(r, rec);
			break;
		case RAGGED:
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
	got = split(r, rec);
	if (got != 1 || rec->bad != NULL)
		return got;
	if (__builtin_expect(r->fields != r->width, 0) &&
	    r->shape != OBJECTS) {
		snprintf(r->why, sizeof(r->why), "%zu field%s where the %s"
		    " has %zu", r->fields, r->fields == 1 ? "" : "s",
		    r->dialect.headless ? "first line" : "header", r->width);
		rec->bad = r->why;
	}
	return 1;
}

static bool
has(const char *p, size_t n, const char *what)
{
	return memmem(p, n, what, strlen(what)) != NULL;
}

/* What delimits the fields of a first line: the first of these that it has.
 * A comma comes late enough for titles, early enough for lists in fields. */
static const char *
guess(const char *p, size_t n)
{
	static const char *const known[] = { "\t", "::", ",", "|", ";" };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (has(p, n, known[i]))
			return known[i];
	}
	return ",";
}

static int
set_delimiter(struct rs_rows *r, const char *d)
{
	const size_t n = strlen(d);

	if (n >= sizeof(r->delimiter))
		return rs_fail(&r->err, "the delimiter '%s' is too long", d);
	memcpy(r->delimiter, d, n + 1);
	r->delimiter_len = n;
	r->shape = n > 1 ? LONG : MARKED;
	r->quotes = r->dialect.quoting == RS_QUOTE_AUTO && n == 1 &&
	    (d[0] == ',' || d[0] == ';');
	return 0;
}

/* Look at the first line that is not blank. */
static int
find_shape(struct rs_rows *r)
{
	struct rs_text *t = r->text;
	size_t end;
	int got;

	r->shape = r->dialect.jsonl ? OBJECTS : RAGGED;
	if (r->dialect.jsonl) {
		r->object = rs_object_new();
		return 1;
	}
	if (r->dialect.ragged) {
		r->width = 2;
		return 1;
	}
	while ((got = find_line(r, &end)) == 1) {
		if (end > t->at && !(end == t->at + 1 &&
		    t->data[t->at] == '\r'))
			break;
		t->at = end + 1;
		r->line++;
		r->blank++;
	}
	if (got != 1)
		return got;
	got = set_delimiter(r, r->dialect.delimiter != NULL ?
	    r->dialect.delimiter : guess(t->data + t->at, end - t->at));
	if (got < 0)
		return -1;
	mark_window(r);
	aim(r);
	return 1;
}

static int
take_names(struct rs_rows *r, const struct rs_record *rec)
{
	r->name = rs_zalloc(rs_size(r->width, sizeof(*r->name)));
	for (size_t i = 0; i < r->width; i++) {
		if (memchr(rec->field[i].p, '\0', rec->field[i].n) != NULL)
			return rs_fail(&r->err, "%s:%" PRIu64 ": the header"
			    " has a NUL byte", rs_rows_file(r), rec->line);
		r->name[i] = rs_memdup(rec->field[i].p, rec->field[i].n);
	}
	return 1;
}

/* Go back to the start of a record that was looked at. */
static void
hold(struct rs_rows *r, const struct rs_record *rec)
{
	r->text->at = (size_t)(rec->text - r->text->data);
	r->line = rec->line;
	r->ragged_end = 0;
	mark_window(r);
	aim(r);
}

int
rs_rows_begin(struct rs_rows *r)
{
	struct rs_record rec = { 0 };
	int got = find_shape(r);

	r->begun = true;
	if (got != 1)
		return got;
	if ((got = split(r, &rec)) != 1)
		return got;
	if (rec.bad != NULL)
		return rs_fail(&r->err, "%s:%" PRIu64 ": %s", rs_rows_file(r),
		    rec.line, rec.bad);
	if (r->fields > RS_FIELDS_MAX)
		return rs_fail(&r->err, "%s:%" PRIu64 ": more than %d fields",
		    rs_rows_file(r), rec.line, RS_FIELDS_MAX);
	r->width = r->fields;
	if (r->shape == OBJECTS) {
		rs_object_all(r->object);
	} else if (!r->dialect.headless && r->shape != RAGGED) {
		return take_names(r, &rec);
	}
	hold(r, &rec);
	return 1;
}

size_t
rs_rows_width(const struct rs_rows *r)
{
	return r->shape == OBJECTS ? rs_object_width(r->object) : r->width;
}

const char *
rs_rows_name(const struct rs_rows *r, size_t c)
{
	static const char *const ragged[] = { "user", "item" };

	if (r->shape == OBJECTS)
		return rs_object_name(r->object, c);
	if (r->shape == RAGGED)
		return c < 2 ? ragged[c] : NULL;
	return r->name != NULL ? r->name[c] : NULL;
}

/* Whether name is that of a column, its RecBole type aside. */
static bool
recbole(const char *column, const char *name)
{
	static const char *const types[] = {
		":token", ":token_seq", ":float", ":float_seq",
	};
	const size_t n = strlen(name);

	if (strncmp(column, name, n) != 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (strcmp(column + n, types[i]) == 0)
			return true;
	}
	return false;
}

/* "it has Invoice, StockCode, ..." as far as it fits. */
static void
list_names(const struct rs_rows *r, char *text, size_t room)
{
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < rs_rows_width(r) && at < room; i++)
		at += (size_t)snprintf(text + at, room - at, "%s%s",
		    i > 0 ? ", " : "", rs_rows_name(r, i));
	if (at >= room)
		memcpy(text + room - 4, "...", 4);
}

int
rs_rows_column(struct rs_rows *r, const char *name, struct rs_err *e)
{
	char names[300];
	int found = -1;

	if (r->shape == OBJECTS)
		return rs_object_ask(r->object, name);
	if (rs_rows_name(r, 0) == NULL)
		return rs_fail(e, "%s: without a header a column is named by"
		    " its number, and '%s' is none", rs_rows_file(r), name);
	for (int pass = 0; pass < 2 && found < 0; pass++) {
		for (size_t i = 0; i < r->width; i++) {
			const char *column = rs_rows_name(r, i);

			if (pass == 0 ? strcmp(column, name) != 0 :
			    !recbole(column, name))
				continue;
			if (found >= 0)
				return rs_fail(e, "%s: two columns are called"
				    " '%s'", rs_rows_file(r), name);
			found = (int)i;
		}
	}
	if (found >= 0)
		return found;
	list_names(r, names, sizeof(names));
	return rs_fail(e, "%s: no column is called '%s': it has %s",
	    rs_rows_file(r), name, names);
}

int
rs_rows_pick(struct rs_rows *r, const char *word, bool quoted,
    struct rs_err *e)
{
	uint64_t number;

	if (quoted || r->shape == OBJECTS ||
	    !rs_parse_u64(word, strlen(word), &number))
		return rs_rows_column(r, word, e);
	if (number < 1 || number > r->width)
		return rs_fail(e, "%s: no column has the number %s: it has %zu",
		    rs_rows_file(r), word, r->width);
	return (int)number - 1;
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
	csv_free(&r->csv);
	rs_text_free(r->text);
	rs_object_free(r->object);
	rs_buf_free(&r->plain);
	for (size_t i = 0; r->name != NULL && i < r->width; i++)
		free(r->name[i]);
	free(r->name);
	free(r->marks);
	free(r->field);
	free(r->plain_end);
	free(r);
}
