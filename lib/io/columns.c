/*
 * columns: what the first line of a text tells: how fields are delimited, and
 * what the columns are called.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/shape.h"

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
	r->shape = n > 1 ? RS_SHAPE_LONG : RS_SHAPE_MARKED;
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

	r->shape = r->dialect.jsonl ? RS_SHAPE_OBJECTS : RS_SHAPE_RAGGED;
	if (r->dialect.jsonl) {
		r->object = rs_object_new();
		return 1;
	}
	if (r->dialect.ragged) {
		r->width = 2;
		return 1;
	}
	while ((got = rs_rows_line(r, &end)) == 1) {
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
	rs_rows_mark(r);
	rs_rows_aim(r);
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
	rs_rows_mark(r);
	rs_rows_aim(r);
}

int
rs_rows_begin(struct rs_rows *r)
{
	struct rs_record rec = { 0 };
	int got = find_shape(r);

	r->begun = true;
	if (got != 1)
		return got;
	if ((got = rs_rows_split(r, &rec)) != 1)
		return got;
	if (rec.bad != NULL)
		return rs_fail(&r->err, "%s:%" PRIu64 ": %s", rs_rows_file(r),
		    rec.line, rec.bad);
	if (r->fields > RS_FIELDS_MAX)
		return rs_fail(&r->err, "%s:%" PRIu64 ": more than %d fields",
		    rs_rows_file(r), rec.line, RS_FIELDS_MAX);
	r->width = r->fields;
	if (r->shape == RS_SHAPE_OBJECTS) {
		rs_object_all(r->object);
	} else if (!r->dialect.headless && r->shape != RS_SHAPE_RAGGED) {
		return take_names(r, &rec);
	}
	hold(r, &rec);
	return 1;
}

size_t
rs_rows_width(const struct rs_rows *r)
{
	return r->shape == RS_SHAPE_OBJECTS ? rs_object_width(r->object) :
	    r->width;
}

const char *
rs_rows_name(const struct rs_rows *r, size_t c)
{
	static const char *const ragged[] = { "user", "item" };

	if (r->shape == RS_SHAPE_OBJECTS)
		return rs_object_name(r->object, c);
	if (r->shape == RS_SHAPE_RAGGED)
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

	if (r->shape == RS_SHAPE_OBJECTS)
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

	if (quoted || r->shape == RS_SHAPE_OBJECTS ||
	    !rs_parse_u64(word, strlen(word), &number))
		return rs_rows_column(r, word, e);
	if (number < 1 || number > r->width)
		return rs_fail(e, "%s: no column has the number %s: it has %zu",
		    rs_rows_file(r), word, r->width);
	return (int)number - 1;
}
