/* intake: the fields of a record as the values of a row. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "io/date.h"
#include "io/intake.h"
#include "io/missing.h"

enum kind { LABEL, NAME, ID, REAL, TIME };

void
rs_intake_plan(struct rs_intake *t)
{
	for (int i = 0; i < 100; i++)
		t->tenths[i] = (float)(i / 10.0);
	for (size_t c = 0; c < t->picks->n; c++) {
		const struct rs_pick *k = &t->picks->pick[c];
		enum kind kind = k->may_miss ? LABEL : NAME;

		if (k->type == RS_F32)
			kind = REAL;
		else if (k->type == RS_I64)
			kind = TIME;
		else if (t->integer_ids && (strcmp(k->name, "user") == 0 ||
		    strcmp(k->name, "item") == 0))
			kind = ID;
		t->column[c] = (struct rs_intake_column){ (uint16_t)k->at,
			(uint8_t)kind };
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Spreadsheets and data frames make 17850.0 of 17850: take that back. */
static void
drop_fraction(struct rs_field *f)
{
	size_t i = f->n;

	while (i > 0 && f->p[i - 1] == '0')
		i--;
	if (i == f->n || i < 2 || f->p[i - 1] != '.')
		return;
	for (size_t k = f->p[0] == '-'; k < i - 1; k++) {
		if (!is_digit(f->p[k]))
			return;
	}
	if (f->p[0] != '-' || i > 2)
		f->n = i - 1;
}

/* Say in why what is wrong with the field of column c: false. */
static bool
complain(struct rs_intake *t, size_t c, const struct rs_field *f,
    const char *what)
{
	const int n = f->n < 80 ? (int)f->n : 80;

	snprintf(t->why, sizeof(t->why), "%.100s '%.*s%s' %s",
	    t->picks->pick[c].name, n, f->p, f->n > 80 ? "..." : "", what);
	return false;
}

static bool
take_str(struct rs_intake *t, size_t c, const char *p, size_t n)
{
	if (__builtin_expect(n > RS_STRING_MAX, 0)) {
		snprintf(t->why, sizeof(t->why), "%.100s has %zu bytes, the"
		    " limit is %d", t->picks->pick[c].name, n, RS_STRING_MAX);
		return false;
	}
	rs_gather_str(t->rows, c, p, n);
	return true;
}

static bool
take_real(struct rs_intake *t, size_t c, const struct rs_field *f)
{
	/* The first that rounds to infinity. */
	static const double infinite = 0x1.ffffffp127;
	float *to = &t->rows->col[c].f32[t->rows->rows];
	double x;

	/* Ratings, 5 or 4.5, are most of what is read here; n / 10 is what
	 * the parser divides too. */
	if (f->n == 1 && is_digit(f->p[0])) {
		*to = (float)(f->p[0] - '0');
		return true;
	}
	if (f->n == 3 && f->p[1] == '.' && is_digit(f->p[0]) &&
	    is_digit(f->p[2])) {
		*to = t->tenths[10 * (f->p[0] - '0') + f->p[2] - '0'];
		return true;
	}
	if (!rs_parse_real(f->p, f->n, &x))
		return complain(t, c, f, "is no number");
	if (x >= infinite || x <= -infinite)
		return complain(t, c, f, "is too large");
	*to = (float)x;
	return true;
}

static bool
take_time(struct rs_intake *t, size_t c, const struct rs_field *f)
{
	int64_t *v = &t->rows->col[c].i64[t->rows->rows];

	if (t->time_format == NULL) {
		if (rs_date_guess(f->p, f->n, v))
			return true;
		return complain(t, c, f, "is neither seconds since"
		    " 1970 nor like 2011-12-09 12:50:00 (see --time-format)");
	}
	if (rs_date_parse(t->time_format, f->p, f->n, v))
		return true;
	return complain(t, c, f, "is not as --time-format says");
}

/* Set column c of the next row. */
static inline bool
take(struct rs_intake *t, size_t c, const struct rs_field *f)
{
	struct rs_field g = *f;

	switch (t->column[c].kind) {
	case REAL:
		return take_real(t, c, f);
	case TIME:
		return take_time(t, c, f);
	case ID:
		drop_fraction(&g);
		break;
	case LABEL:
		if (rs_missing(f))
			g.n = 0;
		break;
	default:
		break;
	}
	return take_str(t, c, g.p, g.n);
}

int
rs_intake_missing(const struct rs_intake *t, const struct rs_field *field)
{
	for (size_t c = 0; c < t->picks->n; c++) {
		if (rs_missing(&field[t->column[c].at]) &&
		    t->column[c].kind != LABEL)
			return (int)c;
	}
	return -1;
}

const char *
rs_intake_take(struct rs_intake *t, const struct rs_field *field)
{
	for (size_t c = 0; c < t->picks->n; c++) {
		if (!take(t, c, &field[t->column[c].at]))
			return t->why;
	}
	return NULL;
}
