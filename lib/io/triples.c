/* triples: lines of user, item and score, as other programs write them. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/triples.h"

enum form { UNKNOWN, TREC, TSV, CSV };

struct field {
	char *p;
	size_t n;
};

struct rs_triples {
	struct rs_source *src;
	const char *p;		/* bytes of src not yet taken */
	size_t n;
	struct rs_buf line;
	uint64_t lines;		/* taken so far */
	uint64_t first;		/* number of the line's first */
	enum form form;
	struct field *field;
	size_t fields, room, width;	/* of this line; of every line */
	size_t user, item, score;	/* which field; SIZE_MAX: none */
	struct rs_err err;
};

static int
fail(struct rs_triples *t, const char *what)
{
	return rs_fail(&t->err, "%s:%" PRIu64 ": %s", rs_triples_name(t),
	    t->first, what);
}

/* Append to the line what stands before the next LF: 1, or 0 at the end. */
static int
take_line(struct rs_triples *t)
{
	const size_t before = t->line.len;

	for (;;) {
		const char *lf = t->n > 0 ? memchr(t->p, '\n', t->n) : NULL;
		const size_t n = lf != NULL ? (size_t)(lf - t->p) : t->n;
		int more;

		if (t->line.len + n > RS_TRIPLES_LINE_MAX)
			return fail(t, "a line of more than a megabyte");
		rs_buf_put(&t->line, n > 0 ? t->p : "", n);
		if (n > 0)	/* else there may be no t->p yet */
			t->p += n;
		t->n -= n;
		if (lf != NULL) {
			t->p++;
			t->n--;
			t->lines++;
			return 1;
		}
		more = rs_source_next(t->src, &t->p, &t->n);
		if (more < 0)
			return rs_fail(&t->err, "%s",
			    rs_source_err(t->src)->text);
		if (more == 0) {
			t->n = 0;
			if (t->line.len == before)
				return 0;
			t->lines++;
			return 1;
		}
	}
}

static void
add_field(struct rs_triples *t, char *p, size_t n)
{
	rs_grow(&t->field, &t->room, t->fields + 1, sizeof(*t->field));
	t->field[t->fields++] = (struct field){ p, n };
}

static void
split_words(struct rs_triples *t)
{
	char *p = t->line.data, *end = p + t->line.len;

	while (p < end) {
		char *from;

		while (p < end && (*p == ' ' || *p == '\t'))
			p++;
		from = p;
		while (p < end && *p != ' ' && *p != '\t')
			p++;
		if (p > from)
			add_field(t, from, (size_t)(p - from));
	}
}

/* The length of n bytes without their escapes. */
static size_t
unescape(char *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		const char c = i + 1 < n && p[i] == '\\' ? p[i + 1] : '\0';

		p[to++] = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ?
		    '\r' : p[i];
		i += c == 't' || c == 'n' || c == 'r' || c == '\\';
	}
	return to;
}

static void
split_tabs(struct rs_triples *t)
{
	char *p = t->line.data, *end = p + t->line.len;

	for (;;) {
		char *tab = memchr(p, '\t', (size_t)(end - p));
		const size_t n = (size_t)((tab != NULL ? tab : end) - p);

		add_field(t, p, unescape(p, n));
		if (tab == NULL)
			return;
		p = tab + 1;
	}
}

/* Whether a quoted field is still open at the end of the line. */
static bool
quote_open(const struct rs_triples *t)
{
	bool open = false;

	for (size_t i = 0; i < t->line.len; i++)
		open ^= t->line.data[i] == '"';
	return open;
}

static int
split_commas(struct rs_triples *t)
{
	char *p = t->line.data, *end = p + t->line.len;

	for (;;) {
		char *from = p, *to = p;

		if (p < end && *p == '"') {
			from = to = ++p;
			for (; p < end; *to++ = *p++)
				if (*p == '"' && (p + 1 >= end ||
				    *++p != '"'))
					break;
			if (p < end && *p == '"')
				p++;
			if (p < end && *p != ',')
				return fail(t, "text behind a closing quote");
		} else {
			while (p < end && *p != ',')
				p++;
			to = p;
		}
		add_field(t, from, (size_t)(to - from));
		if (p >= end)
			return 0;
		p++;
	}
}

static int
split(struct rs_triples *t)
{
	t->fields = 0;
	if (t->form == TREC)
		split_words(t);
	else if (t->form == TSV)
		split_tabs(t);
	else
		return split_commas(t);
	return 0;
}

static bool
is(const struct field *f, const char *word)
{
	return strlen(word) == f->n && memcmp(f->p, word, f->n) == 0;
}

/* Take the fields' places from a header.  Whether there is one. */
static bool
read_header(struct rs_triples *t)
{
	size_t user = SIZE_MAX, item = SIZE_MAX, score = SIZE_MAX;

	for (size_t i = 0; i < t->fields; i++) {
		const struct field *f = &t->field[i];

		if (is(f, "user") || is(f, "user_id"))
			user = i;
		else if (is(f, "item") || is(f, "item_id"))
			item = i;
		else if (is(f, "score"))
			score = i;
	}
	if (user == SIZE_MAX || item == SIZE_MAX)
		return false;
	t->user = user;
	t->item = item;
	t->score = score;
	return true;
}

/* Find out from the first line what the others are: 1 = it was a header. */
static int
settle_form(struct rs_triples *t)
{
	t->fields = 0;
	split_words(t);
	if (t->fields == 6 && is(&t->field[1], "Q0")) {
		t->form = TREC;
		t->user = 0;
		t->item = 2;
		t->score = 4;
		t->width = 6;
		return 0;
	}
	t->form = memchr(t->line.data, '\t', t->line.len) != NULL ? TSV : CSV;
	if (split(t) < 0)
		return -1;
	if (t->fields < 2)
		return fail(t, "neither a TREC run nor fields with TABs or "
		    "commas between them");
	t->width = t->fields;
	t->user = 0;
	t->item = 1;
	t->score = t->fields > 2 ? 2 : SIZE_MAX;
	return read_header(t);
}

/* The next line that is not empty, in fields: 1, 0 at the end, -1. */
static int
next_fields(struct rs_triples *t)
{
	int more;

	for (;;) {
		t->line.len = 0;
		t->first = t->lines + 1;
		more = take_line(t);
		while (more == 1 && t->form != TSV && t->form != TREC &&
		    quote_open(t) && (t->form == CSV ||
		    memchr(t->line.data, '\t', t->line.len) == NULL)) {
			rs_buf_char(&t->line, '\n');
			more = take_line(t);
			if (more == 0)
				return fail(t, "a quote that is never closed");
		}
		if (more <= 0)
			return more;
		if (t->line.len > 0 && t->line.data[t->line.len - 1] == '\r')
			t->line.len--;
		if (t->line.len == 0)
			continue;
		if (t->form != UNKNOWN)
			break;
		more = settle_form(t);
		if (more <= 0)
			return more < 0 ? -1 : 1;
	}
	if (split(t) < 0)
		return -1;
	if (t->fields != t->width)
		return rs_fail(&t->err, "%s:%" PRIu64 ": %zu fields where the "
		    "first line has %zu", rs_triples_name(t), t->first,
		    t->fields, t->width);
	return 1;
}

struct rs_triples *
rs_triples_of(struct rs_source *s)
{
	struct rs_triples *t = rs_zalloc(sizeof(*t));

	t->src = s;
	return t;
}

struct rs_triples *
rs_triples_open(const char *path, struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);

	return s != NULL ? rs_triples_of(s) : NULL;
}

int
rs_triples_next(struct rs_triples *t, struct rs_triple *row)
{
	const int more = next_fields(t);
	const struct field *f;

	if (more <= 0)
		return more;
	row->user = t->field[t->user].p;
	row->users = t->field[t->user].n;
	row->item = t->field[t->item].p;
	row->items = t->field[t->item].n;
	row->line = t->first;
	row->score = (double)NAN;
	if (row->users == 0)
		return fail(t, "no user");
	if (row->items == 0)
		return fail(t, "no item");
	if (t->score == SIZE_MAX)
		return 1;
	f = &t->field[t->score];
	if (f->n > 0 && !rs_parse_real(f->p, f->n, &row->score))
		return rs_fail(&t->err, "%s:%" PRIu64 ": '%.*s' is no score",
		    rs_triples_name(t), t->first,
		    (int)(f->n < 60 ? f->n : 60), f->p);
	return 1;
}

bool
rs_triples_scored(const struct rs_triples *t)
{
	return t->score != SIZE_MAX;
}

const char *
rs_triples_name(const struct rs_triples *t)
{
	return rs_source_name(t->src);
}

const struct rs_err *
rs_triples_err(const struct rs_triples *t)
{
	return &t->err;
}

void
rs_triples_close(struct rs_triples *t)
{
	rs_source_close(t->src);
	rs_buf_free(&t->line);
	free(t->field);
	free(t);
}
