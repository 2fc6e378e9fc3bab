/* algorithm: the table of records, and their parameters. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/num.h"
#include "model/algorithm.h"

/* One line an algorithm: rs_algorithm_NAME stands in lib/model/NAME.c. */
#define ALGORITHMS(EACH) \
	EACH(pop) \
	EACH(als) \
	EACH(bpr) \
	EACH(lmf) \
	EACH(mf) \
	EACH(knn) \
	EACH(gmf) \
	EACH(mlp) \
	EACH(neumf) \
	EACH(mfblock)

#define DECLARE(name) extern const struct rs_algorithm rs_algorithm_##name;
#define ADDRESS(name) &rs_algorithm_##name,

ALGORITHMS(DECLARE)

const struct rs_algorithm *const rs_algorithms[] = {
	ALGORITHMS(ADDRESS)
	NULL
};

const struct rs_algorithm *
rs_algorithm_find(const char *name)
{
	for (size_t i = 0; rs_algorithms[i] != NULL; i++)
		if (strcmp(rs_algorithms[i]->name, name) == 0)
			return rs_algorithms[i];
	return NULL;
}

/* The index of a name of n bytes, or -1. */
static int
find(const struct rs_algorithm *a, const char *name, size_t n)
{
	for (int i = 0; a->params[i].name != NULL; i++)
		if (strlen(a->params[i].name) == n &&
		    memcmp(a->params[i].name, name, n) == 0)
			return i;
	return -1;
}

static int
unknown(const struct rs_algorithm *a, const char *name, size_t n,
    struct rs_err *e)
{
	struct rs_buf known = { 0 };

	for (size_t i = 0; a->params[i].name != NULL; i++)
		rs_buf_printf(&known, " %s", a->params[i].name);
	rs_fail(e, "%s has no parameter %.*s; it has:%s", a->name,
	    n < 80 ? (int)n : 80, name, known.data != NULL ? known.data :
	    " none");
	rs_buf_free(&known);
	return -1;
}

/* Bytes of a choice's word: a law's ends at its colon. */
static size_t
word(const struct rs_param *p, const char *text)
{
	return p->kind == RS_PARAM_LAW ? strcspn(text, ":") : strlen(text);
}

static int
choose(const struct rs_param *p, const char *text, double *value,
    struct rs_err *e)
{
	const size_t n = word(p, text);
	struct rs_buf known = { 0 };

	for (int i = 0; p->choices[i] != NULL; i++) {
		if (word(p, p->choices[i]) == n &&
		    memcmp(p->choices[i], text, n) == 0) {
			rs_buf_free(&known);
			*value = i;
			return 0;
		}
		rs_buf_printf(&known, " %s", p->choices[i]);
	}
	rs_fail(e, "%s=%.80s: it is one of%s", p->name, text, known.data);
	rs_buf_free(&known);
	return -1;
}

/* One number; all is what the user wrote. */
static int
read_number(const struct rs_param *p, const char *text, size_t n, bool whole,
    double *value, struct rs_err *e)
{
	uint64_t count;

	if (whole) {
		if (!rs_parse_count(text, n, &count))
			return rs_fail(e, "%s=%.*s: not a whole number",
			    p->name, n < 80 ? (int)n : 80, text);
		*value = (double)count;
	} else if (!rs_parse_real(text, n, value)) {
		return rs_fail(e, "%s=%.*s: not a number", p->name,
		    n < 80 ? (int)n : 80, text);
	}
	if (!(*value >= p->lo && *value <= p->hi))
		return rs_fail(e, "%s=%.*s: not in %g..%g", p->name,
		    n < 80 ? (int)n : 80, text, p->lo, p->hi);
	return 0;
}

static int
read_list(const struct rs_param *p, const char *text, double *value,
    struct rs_param_list *list, struct rs_err *e)
{
	list->n = 0;
	*value = 0;		/* not auto */
	if (strcmp(text, "none") == 0)
		return 0;
	for (;; text++) {
		const size_t n = strcspn(text, ",");

		if (list->n == RS_PARAM_LIST_MAX)
			return rs_fail(e, "%s: more than %d numbers", p->name,
			    RS_PARAM_LIST_MAX);
		if (read_number(p, text, n, p->kind == RS_PARAM_COUNTS,
		    &list->at[list->n++], e) < 0)
			return -1;
		text += n;
		if (*text == '\0')
			return 0;
	}
}

/* The number of a law: given, or the one that its choice has. */
static int
read_law(const struct rs_param *p, const char *text, double *value,
    struct rs_param_list *list, struct rs_err *e)
{
	const char *known, *number;

	if (choose(p, text, value, e) < 0)
		return -1;
	known = strchr(p->choices[(int)*value], ':');
	number = strchr(text, ':');
	list->n = known != NULL;
	if (known == NULL)
		return number == NULL ? 0 : rs_fail(e, "%s=%.80s: %s takes no "
		    "number", p->name, text, p->choices[(int)*value]);
	if (number == NULL)
		number = known;
	return read_number(p, number + 1, strlen(number + 1), false,
	    &list->at[0], e);
}

static int
read_value(const struct rs_param *p, const char *text, double *value,
    struct rs_param_list *list, struct rs_err *e)
{
	if (isnan(p->value) && strcmp(text, "auto") == 0) {
		*value = p->value;
		return 0;
	}
	switch (p->kind) {
	case RS_PARAM_CHOICE:
		return choose(p, text, value, e);
	case RS_PARAM_LAW:
		return read_law(p, text, value, list, e);
	case RS_PARAM_COUNTS:
	case RS_PARAM_REALS:
		return read_list(p, text, value, list, e);
	case RS_PARAM_COUNT:
	case RS_PARAM_REAL:
		break;
	}
	return read_number(p, text, strlen(text), p->kind == RS_PARAM_COUNT,
	    value, e);
}

void
rs_values_init(struct rs_values *v, const struct rs_algorithm *a)
{
	struct rs_err e;

	*v = (struct rs_values){ .algorithm = a };
	for (size_t i = 0; a->params[i].name != NULL; i++) {
		const struct rs_param *p = &a->params[i];
		const bool lists = p->kind == RS_PARAM_COUNTS ||
		    p->kind == RS_PARAM_REALS;

		assert(i < RS_PARAMS_MAX);
		v->value[i] = p->value;
		if (!lists && p->kind != RS_PARAM_LAW)
			continue;
		const int status = read_value(p,
		    p->choices[lists ? 0 : (int)p->value], &v->value[i],
		    &v->list[i], &e);
		assert(status == 0);
		(void)status;
	}
}

int
rs_values_set(struct rs_values *v, const char *pair, struct rs_err *e)
{
	const struct rs_algorithm *a = v->algorithm;
	const size_t n = strcspn(pair, "=");
	const int i = find(a, pair, n);

	if (i < 0)
		return unknown(a, pair, n, e);
	if (pair[n] == '\0')
		return rs_fail(e, "%s wants a value: %s=...", pair, pair);
	if (read_value(&a->params[i], pair + n + 1, &v->value[i],
	    &v->list[i], e) < 0)
		return -1;
	v->given[i] = true;
	return 0;
}

const struct rs_preset *
rs_values_preset(struct rs_values *v, const char *name, struct rs_err *e)
{
	const struct rs_algorithm *a = v->algorithm;
	const struct rs_preset *p = a->presets;
	struct rs_buf known = { 0 };

	for (; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0)
			break;
		rs_buf_printf(&known, " %s", p->name);
	}
	if (p == NULL || p->name == NULL) {
		rs_fail(e, "%s has no preset %.80s; it has:%s", a->name, name,
		    known.data != NULL ? known.data : " none");
		rs_buf_free(&known);
		return NULL;
	}
	rs_buf_free(&known);
	for (const char *s = p->values; *s != '\0'; ) {
		const size_t n = strcspn(s, " ");
		char pair[128];
		const int i = find(a, s, strcspn(s, "="));
		struct rs_values set = *v;

		assert(n < sizeof(pair));
		snprintf(pair, sizeof(pair), "%.*s", (int)n, s);
		if (rs_values_set(&set, pair, e) < 0)
			return NULL;
		if (!v->given[i]) {
			v->value[i] = set.value[i];
			v->list[i] = set.list[i];
		}
		s += n + (s[n] == ' ');
	}
	return p;
}

double
rs_values_get(const struct rs_values *v, const char *name)
{
	const int i = find(v->algorithm, name, strlen(name));

	assert(i >= 0);
	return v->value[i];
}

const struct rs_param_list *
rs_values_list(const struct rs_values *v, const char *name)
{
	const int i = find(v->algorithm, name, strlen(name));

	assert(i >= 0);
	return &v->list[i];
}

void
rs_values_put(struct rs_values *v, const char *name, double value)
{
	const int i = find(v->algorithm, name, strlen(name));

	assert(i >= 0);
	v->value[i] = value;
}

static const char *
list_text(const struct rs_param_list *list, char *p)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			p[n++] = ',';
		n += (size_t)rs_format_f64(p + n, list->at[i]);
	}
	p[n] = '\0';
	return list->n > 0 ? p : "none";
}

/* "normal:0.1" of "normal:0.01" and 0.1 */
static const char *
law_text(const char *choice, const struct rs_param_list *list, char *p)
{
	const size_t n = strcspn(choice, ":") + 1;

	if (list->n == 0)
		return choice;
	memcpy(p, choice, n);
	p[n + rs_format_f64(p + n, list->at[0])] = '\0';
	return p;
}

const char *
rs_values_text(const struct rs_values *v, size_t i, char *p)
{
	const struct rs_param *param = &v->algorithm->params[i];

	if (isnan(v->value[i]))
		return "auto";
	switch (param->kind) {
	case RS_PARAM_CHOICE:
		return param->choices[(int)v->value[i]];
	case RS_PARAM_LAW:
		return law_text(param->choices[(int)v->value[i]], &v->list[i],
		    p);
	case RS_PARAM_COUNTS:
	case RS_PARAM_REALS:
		return list_text(&v->list[i], p);
	case RS_PARAM_COUNT:
	case RS_PARAM_REAL:
		break;
	}
	p[rs_format_f64(p, v->value[i])] = '\0';
	return p;
}

void
rs_values_write(const struct rs_values *v, struct rs_tensors *t)
{
	for (size_t i = 0; v->algorithm->params[i].name != NULL; i++) {
		char key[128], text[RS_PARAM_TEXT_MAX];

		snprintf(key, sizeof(key), "parameter.%s",
		    v->algorithm->params[i].name);
		rs_tensors_meta(t, key, rs_values_text(v, i, text));
	}
}

int
rs_values_read(struct rs_values *v, const struct rs_algorithm *a,
    const struct rs_tensors *t, struct rs_err *e)
{
	struct rs_err why;

	rs_values_init(v, a);
	for (size_t i = 0; a->params[i].name != NULL; i++) {
		char key[128];
		const char *text;

		snprintf(key, sizeof(key), "parameter.%s", a->params[i].name);
		text = rs_tensors_meta_get(t, key);
		if (text == NULL)
			return rs_fail(e, "%s: no metadata %s",
			    rs_tensors_name(t), key);
		if (read_value(&a->params[i], text, &v->value[i], &v->list[i],
		    &why) < 0)
			return rs_fail(e, "%s: metadata %s", rs_tensors_name(t),
			    why.text);
	}
	return 0;
}

enum rs_wants
rs_values_wants(const struct rs_values *v)
{
	enum rs_wants wants = v->algorithm->wants;
	enum rs_score_kind kind = v->algorithm->kind;

	if (v->algorithm->depends != NULL)
		v->algorithm->depends(v, &wants, &kind);
	return wants;
}

enum rs_score_kind
rs_values_kind(const struct rs_values *v)
{
	enum rs_wants wants = v->algorithm->wants;
	enum rs_score_kind kind = v->algorithm->kind;

	if (v->algorithm->depends != NULL)
		v->algorithm->depends(v, &wants, &kind);
	return kind;
}
