/*
 * figures: the metrics of a trial or of a kept model.  rs-eval's own print is
 * their only source, so that a figure in a ledger is one that a person can
 * ask for again.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/source.h"
#include "rank/metric.h"
#include "trial/figures.h"

static struct rs_figure *
find(const struct rs_figures *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (strcmp(f->figure[i].name, name) == 0)
			return &f->figure[i];
	}
	return NULL;
}

static void
add(struct rs_figures *f, char *name, double value)
{
	rs_grow(&f->figure, &f->room, f->n + 1, sizeof(*f->figure));
	f->figure[f->n++] = (struct rs_figure){ name, value };
}

void
rs_figures_set(struct rs_figures *f, const char *name, double value)
{
	struct rs_figure *old = find(f, name);

	if (old != NULL)
		old->value = value;
	else
		add(f, rs_strdup(name), value);
}

/* Letters, digits and what stands between them: what JSON and shells take
 * without a second thought. */
static bool
is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\')
			return false;
	}
	return n > 0 && n < RS_METRIC_NAME_MAX + 64;
}

/* One line: its name and value, up to the second tab or the end. */
static int
parse_line(struct rs_figures *f, const char *s, size_t n, size_t number,
    struct rs_err *e)
{
	const char *tab = memchr(s, '\t', n), *next;
	double value = NAN;
	size_t len;
	char *name;

	if (tab == NULL || !is_name(s, (size_t)(tab - s)))
		return rs_fail(e, "line %zu is not \"metric, tab, value\" as"
		    " rs-eval prints it", number);
	len = n - (size_t)(tab + 1 - s);
	next = memchr(tab + 1, '\t', len);
	if (next != NULL)
		len = (size_t)(next - tab - 1);
	if (len > 0 && !rs_parse_real(tab + 1, len, &value))
		return rs_fail(e, "line %zu: its value is no number", number);
	if (f->n == RS_FIGURES_MAX)
		return rs_fail(e, "more than %d metrics", RS_FIGURES_MAX);
	name = rs_memdup(s, (size_t)(tab - s));
	if (find(f, name) != NULL) {
		free(name);
		return rs_fail(e, "line %zu: a metric that was there before",
		    number);
	}
	add(f, name, value);
	return 0;
}

int
rs_figures_parse(struct rs_figures *f, const char *text, size_t n,
    struct rs_err *e)
{
	size_t number = 1;

	for (size_t i = 0; i < n; number++) {
		const char *end = memchr(text + i, '\n', n - i);
		const size_t len = end != NULL ? (size_t)(end - text) - i :
		    n - i;

		if (parse_line(f, text + i, len, number, e) < 0)
			return -1;
		i += len + 1;
	}
	return 0;
}

int
rs_figures_read(struct rs_figures *f, const char *path, struct rs_err *e)
{
	struct rs_buf b = { 0 };
	struct rs_err why;
	int status = rs_source_whole(path, RS_FIGURES_BYTES_MAX, &b, e);

	if (status == 0 && rs_figures_parse(f, b.data, b.len, &why) < 0)
		status = rs_fail(e, "%s: %s", path, why.text);
	rs_buf_free(&b);
	return status;
}

bool
rs_figures_get(const struct rs_figures *f, const char *name, double *value)
{
	const struct rs_figure *g = find(f, name);

	if (g == NULL || g->value != g->value)
		return false;
	*value = g->value;
	return true;
}

void
rs_figures_json(const struct rs_figures *f, struct rs_buf *b)
{
	char text[RS_NUM_MAX];

	rs_buf_char(b, '{');
	for (size_t i = 0; i < f->n; i++) {
		const double x = f->figure[i].value;

		rs_buf_printf(b, "%s\"%s\": ", i > 0 ? ", " : "",
		    f->figure[i].name);
		if (isfinite(x))	/* JSON has nothing else */
			rs_buf_put(b, text, rs_format_f64(text, x));
		else
			rs_buf_str(b, "null");
	}
	rs_buf_char(b, '}');
}

int
rs_figures_of_json(struct rs_figures *f, const json_t *object,
    struct rs_err *e)
{
	const char *name;
	json_t *value;

	if (!json_is_object(object))
		return rs_fail(e, "its metrics are no object");
	json_object_foreach((json_t *)object, name, value) {
		if (f->n == RS_FIGURES_MAX)
			return rs_fail(e, "more than %d metrics",
			    RS_FIGURES_MAX);
		if (!is_name(name, strlen(name)) ||
		    !(json_is_number(value) || json_is_null(value)))
			return rs_fail(e, "a metric that is none");
		add(f, rs_strdup(name), json_is_null(value) ? NAN :
		    json_number_value(value));
	}
	return 0;
}

/* Without what rs-eval puts in front of and behind a metric's own name. */
static void
bare_name(const char *name, char bare[RS_METRIC_NAME_MAX])
{
	static const char *const who[] = { "pop:", "random:", "mean:",
	    "against:", NULL };
	char *sampled;

	for (size_t i = 0; who[i] != NULL; i++) {
		if (strncmp(name, who[i], strlen(who[i])) == 0)
			name += strlen(who[i]);
	}
	strncpy(bare, name, RS_METRIC_NAME_MAX - 1);
	bare[RS_METRIC_NAME_MAX - 1] = '\0';
	sampled = strstr(bare, ":s");
	if (sampled != NULL && sampled[2] >= '0' && sampled[2] <= '9')
		*sampled = '\0';
}

int
rs_figure_direction(const char *name, bool *more_is_better, struct rs_err *e)
{
	char bare[RS_METRIC_NAME_MAX];
	struct rs_metrics ms = { 0 };
	struct rs_err why;
	int status;

	bare_name(name, bare);
	status = rs_metrics_parse(&ms, bare, &why);
	if (status == 0 && ms.n == 1)
		*more_is_better = ms.metric[0].def->more_is_better;
	else
		status = rs_fail(e, "%.100s is no metric of rs-eval", name);
	rs_metrics_free(&ms);
	return status;
}

void
rs_figures_free(struct rs_figures *f)
{
	for (size_t i = 0; i < f->n; i++)
		free(f->figure[i].name);
	free(f->figure);
	*f = (struct rs_figures){ 0 };
}
