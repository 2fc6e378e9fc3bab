/* where: conditions on the fields of a record. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/missing.h"
#include "io/where.h"

/* The relation at *s, moved past; -1: none is there. */
static int
take_relation(const char **s, enum rs_relation *relation)
{
	/* The longer ones first. */
	static const struct {
		const char *sign;
		enum rs_relation relation;
	} known[] = {
		{ "!=", RS_IS_NOT }, { "!^", RS_BEGINS_NOT },
		{ "<=", RS_AT_MOST }, { ">=", RS_AT_LEAST }, { "=", RS_IS },
		{ "^", RS_BEGINS }, { "<", RS_LESS }, { ">", RS_MORE },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const size_t n = strlen(known[i].sign);

		if (strncmp(*s, known[i].sign, n) != 0)
			continue;
		*s += n;
		*relation = known[i].relation;
		return 0;
	}
	return -1;
}

static int
take_values(struct rs_where *w, const char *s, struct rs_err *e)
{
	for (;;) {
		rs_grow(&w->value, &w->room, w->values + 1, sizeof(*w->value));
		if (rs_word_take(&s, ",", &w->value[w->values], e) < 0)
			return -1;
		w->values++;
		if (*s == '\0')
			return 0;
		s++;
	}
}

int
rs_where_parse(struct rs_where *w, const char *text, struct rs_err *e)
{
	const char *s = text;

	*w = (struct rs_where){ .text = rs_strdup(text) };
	if (rs_word_take(&s, "=!^<>", &w->column, e) < 0)
		return -1;
	if (w->column.n == 0 || take_relation(&s, &w->relation) < 0)
		return rs_fail(e, "'%s' is no condition: write COLUMN=VALUE, or"
		    " != ^ !^ < <= > >=", text);
	if (take_values(w, s, e) < 0)
		return -1;
	if (w->relation < RS_LESS)
		return 0;
	if (w->values != 1 || !rs_parse_real(w->value[0].p, w->value[0].n,
	    &w->number))
		return rs_fail(e, "'%s' compares with '%s', which is no number",
		    text, s);
	return 0;
}

int
rs_where_find(struct rs_where *w, struct rs_rows *r, struct rs_err *e)
{
	const int at = rs_rows_pick(r, w->column.p, w->column.quoted, e);

	if (at < 0)
		return -1;
	w->at = (size_t)at;
	return 0;
}

static bool
any(const struct rs_where *w, const struct rs_field *f, bool whole)
{
	for (size_t i = 0; i < w->values; i++) {
		const struct rs_word *v = &w->value[i];

		if ((whole ? v->n == f->n : v->n <= f->n) &&
		    memcmp(v->p, f->p, v->n) == 0)
			return true;
	}
	return false;
}

int
rs_where_holds(const struct rs_where *w, const struct rs_field *field)
{
	const struct rs_field *f = &field[w->at];
	double x;

	switch (w->relation) {
	case RS_IS:
		return any(w, f, true);
	case RS_IS_NOT:
		return !any(w, f, true);
	case RS_BEGINS:
		return any(w, f, false);
	case RS_BEGINS_NOT:
		return !any(w, f, false);
	case RS_LESS:
	case RS_AT_MOST:
	case RS_MORE:
	case RS_AT_LEAST:
		break;
	}
	if (rs_missing(f))
		return 0;
	if (!rs_parse_real(f->p, f->n, &x))
		return -1;
	switch (w->relation) {
	case RS_LESS:
		return x < w->number;
	case RS_AT_MOST:
		return x <= w->number;
	case RS_MORE:
		return x > w->number;
	default:
		return x >= w->number;
	}
}

void
rs_where_free(struct rs_where *w)
{
	for (size_t i = 0; i < w->values; i++)
		free(w->value[i].p);
	free(w->value);
	free(w->column.p);
	free(w->text);
}
