/*
 * claim: what somebody asserts of an evaluation's figures.
 *
 * A side is kept as its operations in the order in which a stack machine does
 * them, so that evaluating needs no recursion.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/claim.h"

enum field { VALUE, LOW, HIGH, USERS };

static const char *const field_names[] = { ".value", ".low", ".high",
    ".users" };

/* Rows that a bare word may stand for. */
static const char *const others[] = { "pop", "random", "mean", "against",
    "diff", "p" };

/* A number, a figure, or what is done with the one or two above. */
struct op {
	char kind;		/* 'n' 'f' '+' '-' '*' '/', '~' for a sign */
	double number;
	const char *name;	/* of a figure, with its field */
	size_t len;
	size_t row;
	enum field field;
};

struct side {
	struct op *op;
	size_t n, room;
};

enum relation { ABOVE, FROM, BELOW, UP_TO, EQUAL, OTHER };

/* Longer ones first, as > begins >=. */
static const struct {
	const char *sign;
	enum relation relation;
} signs[] = {
	{ ">=", FROM }, { "<=", UP_TO }, { "!=", OTHER }, { ">", ABOVE },
	{ "<", BELOW }, { "=", EQUAL },
};

struct rs_claim {
	struct side side[2];
	enum relation relation;
};

struct parser {
	const char *text, *at;
	struct side *side;
	int deep;
	struct rs_err *e;
};

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void
skip_blanks(struct parser *p)
{
	while (*p->at == ' ' || *p->at == '\t')
		p->at++;
}

static int
refuse(struct parser *p, const char *what)
{
	if (*p->at == '\0')
		return rs_fail(p->e, "'%s': %s at its end", p->text, what);
	return rs_fail(p->e, "'%s': %s before '%.20s'", p->text, what, p->at);
}

static void
push(struct parser *p, struct op op)
{
	rs_grow(&p->side->op, &p->side->room, p->side->n + 1,
	    sizeof(*p->side->op));
	p->side->op[p->side->n++] = op;
}

static void
take_name(struct parser *p)
{
	const char *from = p->at;

	while (is_letter(*p->at) || is_digit(*p->at) || *p->at == '@' ||
	    *p->at == ':' || *p->at == '.' || (*p->at == '-' &&
	    is_letter(p->at[-1]) && is_letter(p->at[1])))
		p->at++;
	push(p, (struct op){ .kind = 'f', .name = from,
	    .len = (size_t)(p->at - from) });
}

static int
take_number(struct parser *p)
{
	const char *from = p->at;
	double x;

	while (is_digit(*p->at) || *p->at == '.')
		p->at++;
	if (*p->at == 'e' || *p->at == 'E') {
		p->at++;
		if (*p->at == '+' || *p->at == '-')
			p->at++;
		while (is_digit(*p->at))
			p->at++;
	}
	if (!rs_parse_real(from, (size_t)(p->at - from), &x)) {
		p->at = from;
		return refuse(p, "no number");
	}
	push(p, (struct op){ .kind = 'n', .number = x });
	return 0;
}

static int take_sum(struct parser *p);

static int
take_factor(struct parser *p)
{
	int status = 0;

	skip_blanks(p);
	if (++p->deep > RS_CLAIM_DEEP)
		return refuse(p, "too many parentheses or signs");
	if (*p->at == '(') {
		p->at++;
		if (take_sum(p) < 0)
			return -1;
		if (*p->at != ')')
			return refuse(p, "')' is missing");
		p->at++;
	} else if (*p->at == '-') {
		p->at++;
		status = take_factor(p);
		push(p, (struct op){ .kind = '~' });
	} else if (is_letter(*p->at)) {
		take_name(p);
	} else if (is_digit(*p->at) || *p->at == '.') {
		status = take_number(p);
	} else {
		return refuse(p, "a figure or a number is missing");
	}
	p->deep--;
	skip_blanks(p);
	return status;
}

static int
take_product(struct parser *p)
{
	if (take_factor(p) < 0)
		return -1;
	while (*p->at == '*' || *p->at == '/') {
		const char kind = *p->at++;

		if (take_factor(p) < 0)
			return -1;
		push(p, (struct op){ .kind = kind });
	}
	return 0;
}

static int
take_sum(struct parser *p)
{
	if (take_product(p) < 0)
		return -1;
	while (*p->at == '+' || *p->at == '-') {
		const char kind = *p->at++;

		if (take_product(p) < 0)
			return -1;
		push(p, (struct op){ .kind = kind });
	}
	return 0;
}

static int
take_relation(struct parser *p, enum relation *r)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		const size_t n = strlen(signs[i].sign);

		if (strncmp(p->at, signs[i].sign, n) == 0) {
			p->at += n;
			*r = signs[i].relation;
			return 0;
		}
	}
	return refuse(p, "one of > >= < <= = != is missing");
}

struct rs_claim *
rs_claim_parse(const char *text, struct rs_err *e)
{
	struct rs_claim *c;
	struct parser p = { .text = text, .at = text, .e = e };

	if (strlen(text) > RS_CLAIM_MAX) {
		rs_fail(e, "a claim of more than %d bytes", RS_CLAIM_MAX);
		return NULL;
	}
	c = rs_zalloc(sizeof(*c));
	p.side = &c->side[0];
	if (take_sum(&p) < 0 || take_relation(&p, &c->relation) < 0)
		goto bad;
	p.side = &c->side[1];
	if (take_sum(&p) < 0)
		goto bad;
	if (*p.at != '\0') {
		refuse(&p, "more than a claim");
		goto bad;
	}
	return c;
bad:
	rs_claim_free(c);
	return NULL;
}

/* Figures. */

/* Split off the field at a name's end: the bytes that are left. */
static size_t
split_field(const char *name, size_t n, enum field *field)
{
	*field = VALUE;
	for (int f = VALUE; f <= USERS; f++) {
		const size_t k = strlen(field_names[f]);

		if (n > k && memcmp(name + n - k, field_names[f], k) == 0) {
			*field = (enum field)f;
			return n - k;
		}
	}
	return n;
}

/* How many bytes of a name are the word for another row, with the colon behind
 * it; 0: it has none.  A bare word is all of its name. */
static size_t
other_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const size_t k = strlen(others[i]);

		if (n < k || memcmp(name, others[i], k) != 0)
			continue;
		if (n == k)
			return k;
		if (name[k] == ':')
			return k + 1;
	}
	return 0;
}

/* The metric that a side names first: where it stands in the text. */
static const char *
metric_of(const struct side *s, size_t *len)
{
	for (size_t i = 0; i < s->n; i++) {
		const char *name = s->op[i].name;
		enum field f;
		size_t word;

		if (s->op[i].kind != 'f')
			continue;
		*len = split_field(name, s->op[i].len, &f);
		word = other_of(name, *len);
		if (word == *len)
			continue;
		*len -= word;
		return name + word;
	}
	return NULL;
}

static bool
find_row(const struct rs_verdict_row *row, size_t rows, const char *name,
    size_t *at)
{
	for (size_t i = 0; i < rows; i++)
		if (strcmp(row[i].name, name) == 0) {
			*at = i;
			return true;
		}
	return false;
}

static int
no_figure(const char *name, const struct rs_verdict_row *row, size_t rows,
    struct rs_err *e)
{
	struct rs_buf known = { 0 };

	for (size_t i = 0; i < rows; i++)
		rs_buf_printf(&known, " %s", row[i].name);
	rs_fail(e, "no figure is called '%.80s'; there are%s", name,
	    known.data != NULL ? known.data : " none");
	rs_buf_free(&known);
	return -1;
}

static int
bind_op(const struct rs_claim *c, struct op *op,
    const struct rs_verdict_row *row, size_t rows, struct rs_err *e)
{
	const size_t n = split_field(op->name, op->len, &op->field);
	struct rs_buf name = { 0 };
	size_t left = 0;
	int status = 0;

	rs_buf_put(&name, op->name, n);
	if (other_of(op->name, n) == n) {
		const char *metric = metric_of(&c->side[0], &left);

		rs_buf_char(&name, ':');
		if (metric != NULL)
			rs_buf_put(&name, metric, left);
	}
	if (!find_row(row, rows, name.data, &op->row))
		status = no_figure(name.data, row, rows, e);
	rs_buf_free(&name);
	return status;
}

int
rs_claim_bind(struct rs_claim *c, const struct rs_verdict_row *row,
    size_t rows, struct rs_err *e)
{
	for (int s = 0; s < 2; s++)
		for (size_t i = 0; i < c->side[s].n; i++)
			if (c->side[s].op[i].kind == 'f' &&
			    bind_op(c, &c->side[s].op[i], row, rows, e) < 0)
				return -1;
	return 0;
}

static double
figure(const struct rs_verdict_row *r, enum field f)
{
	switch (f) {
	case LOW:
		return r->low;
	case HIGH:
		return r->high;
	case USERS:
		return (double)r->users;
	default:
		return r->value;
	}
}

static double
side_value(const struct side *s, const struct rs_verdict_row *row)
{
	double *stack = rs_alloc(rs_size(s->n, sizeof(*stack)) + 1);
	double value;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct op *op = &s->op[i];

		if (op->kind == 'n' || op->kind == 'f') {
			stack[n++] = op->kind == 'n' ? op->number :
			    figure(&row[op->row], op->field);
			continue;
		}
		if (op->kind == '~') {
			stack[n - 1] = -stack[n - 1];
			continue;
		}
		n--;
		if (op->kind == '+')
			stack[n - 1] += stack[n];
		else if (op->kind == '-')
			stack[n - 1] -= stack[n];
		else if (op->kind == '*')
			stack[n - 1] *= stack[n];
		else
			stack[n - 1] /= stack[n];
	}
	value = stack[0];
	free(stack);
	return value;
}

bool
rs_claim_holds(const struct rs_claim *c, const struct rs_verdict_row *row,
    double *left, double *right)
{
	const double x = *left = side_value(&c->side[0], row);
	const double y = *right = side_value(&c->side[1], row);

	if (!isfinite(x) || !isfinite(y))
		return false;
	switch (c->relation) {
	case ABOVE:
		return x > y;
	case FROM:
		return x >= y;
	case BELOW:
		return x < y;
	case UP_TO:
		return x <= y;
	case EQUAL:
		return x == y;
	default:
		return x != y;
	}
}

void
rs_claim_free(struct rs_claim *c)
{
	if (c == NULL)
		return;
	free(c->side[0].op);
	free(c->side[1].op);
	free(c);
}
