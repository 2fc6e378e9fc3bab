/* algorithm: the table of records, and their parameters. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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
	EACH(knn)

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

void
rs_values_init(struct rs_values *v, const struct rs_algorithm *a)
{
	*v = (struct rs_values){ .algorithm = a };
	for (size_t i = 0; a->params[i].name != NULL; i++) {
		assert(i < RS_PARAMS_MAX);
		v->value[i] = a->params[i].value;
	}
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

static int
choose(const struct rs_param *p, const char *text, double *value,
    struct rs_err *e)
{
	struct rs_buf known = { 0 };

	for (int i = 0; p->choices[i] != NULL; i++) {
		if (strcmp(p->choices[i], text) == 0) {
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

static int
read_value(const struct rs_param *p, const char *text, double *value,
    struct rs_err *e)
{
	uint64_t count;

	if (isnan(p->value) && strcmp(text, "auto") == 0) {
		*value = p->value;
		return 0;
	}
	switch (p->kind) {
	case RS_PARAM_CHOICE:
		return choose(p, text, value, e);
	case RS_PARAM_COUNT:
		if (!rs_parse_count(text, strlen(text), &count))
			return rs_fail(e, "%s=%.80s: not a whole number",
			    p->name, text);
		*value = (double)count;
		break;
	case RS_PARAM_REAL:
		if (!rs_parse_real(text, strlen(text), value))
			return rs_fail(e, "%s=%.80s: not a number", p->name,
			    text);
		break;
	}
	if (!(*value >= p->lo && *value <= p->hi))
		return rs_fail(e, "%s=%.80s: not in %g..%g", p->name, text,
		    p->lo, p->hi);
	return 0;
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
	if (read_value(&a->params[i], pair + n + 1, &v->value[i], e) < 0)
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

		snprintf(pair, sizeof(pair), "%.*s", (int)n, s);
		if (rs_values_set(&set, pair, e) < 0)
			return NULL;
		if (!v->given[i])
			v->value[i] = set.value[i];
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

void
rs_values_put(struct rs_values *v, const char *name, double value)
{
	const int i = find(v->algorithm, name, strlen(name));

	assert(i >= 0);
	v->value[i] = value;
}

const char *
rs_values_text(const struct rs_values *v, size_t i, char *p)
{
	const struct rs_param *param = &v->algorithm->params[i];

	if (isnan(v->value[i]))
		return "auto";
	if (param->kind == RS_PARAM_CHOICE)
		return param->choices[(int)v->value[i]];
	p[rs_format_f64(p, v->value[i])] = '\0';
	return p;
}

void
rs_values_write(const struct rs_values *v, struct rs_tensors *t)
{
	for (size_t i = 0; v->algorithm->params[i].name != NULL; i++) {
		char key[128], text[RS_NUM_MAX];

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
		if (read_value(&a->params[i], text, &v->value[i], &why) < 0)
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
