/* Any bytes as the value of an option; the first one says of which.  A number
 * that was understood is the same when it is written and read again. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "data/weight.h"
#include "io/date.h"
#include "io/picks.h"
#include "io/where.h"
#include "model/algorithm.h"
#include "rank/metric.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
numbers(const char *s, size_t n)
{
	char text[RS_NUM_MAX];
	uint64_t u, u2;
	int64_t i, i2;
	double x, y;

	if (rs_parse_u64(s, n, &u))
		assert(rs_parse_u64(text, rs_format_u64(text, u), &u2) &&
		    u2 == u);
	if (rs_parse_i64(s, n, &i))
		assert(rs_parse_i64(text, rs_format_i64(text, i), &i2) &&
		    i2 == i);
	if (rs_parse_real(s, n, &x)) {
		assert(x - x == 0);
		assert(rs_parse_real(text, rs_format_f64(text, x), &y) &&
		    memcmp(&x, &y, sizeof(x)) == 0);
		/* Rounding to float may overflow; that is no number. */
		if ((float)x - (float)x == 0)
			assert(rs_parse_real(text, rs_format_f32(text,
			    (float)x), &y) && (float)y == (float)x);
	}
	if (rs_parse_count(s, n, &u) && rs_parse_u64(s, n, &u2))
		assert(u == u2);
	if (rs_parse_span(s, n, &i))
		assert(i >= 0);
}

/* A format, a NUL and a text; or a text. */
static void
dates(const char *s, size_t n)
{
	const char *text = memchr(s, '\0', n);
	int64_t v, w;

	if (rs_parse_iso_time(s, n, &v))
		assert(rs_date_guess(s, n, &w) && v == w);
	(void)rs_date_guess(s, n, &v);
	if (text == NULL || rs_date_check(s) != NULL)
		return;
	text++;
	(void)rs_date_parse(s, text, (size_t)(s + n - text), &v);
}

static struct rs_rows *
some_rows(void)
{
	static const char lines[] = "user,item,value,when\n1,a,3.5,x\n"
	    "2,,NA,\n,b,-1e400,\"q,\"\n";
	static const struct rs_dialect csv = { .delimiter = "," };
	struct rs_err e;
	struct rs_rows *r = rs_rows_of(rs_source_memory(lines,
	    sizeof(lines) - 1), &csv, &e);

	assert(r != NULL && rs_rows_begin(r) == 1);
	return r;
}

static void
conditions(const char *s)
{
	struct rs_where w = { 0 };
	struct rs_record rec;
	struct rs_err e;

	if (rs_where_parse(&w, s, &e) == 0) {
		struct rs_rows *r = some_rows();

		if (rs_where_find(&w, r, &e) == 0)
			while (rs_rows_next(r, &rec) == 1)
				(void)rs_where_holds(&w, rec.field);
		rs_rows_close(r);
	}
	rs_where_free(&w);
}

static void
columns(const char *s)
{
	struct rs_picks p = { 0 };
	struct rs_err e;

	if (rs_picks_parse(&p, s, &e) == 0) {
		struct rs_rows *r = some_rows();

		if (rs_picks_find(&p, r, &e) == 0)
			for (size_t i = 0; i < p.n; i++)
				assert(p.pick[i].at < rs_rows_width(r));
		rs_rows_close(r);
	}
	rs_picks_free(&p);
}

static void
events(const char *s)
{
	struct rs_events v = { 0 };
	struct rs_err e;

	if (rs_events_parse(&v, s, &e) == 0)
		for (size_t i = 0; i < v.n; i++)
			assert(rs_events_find(&v, v.event[i].name,
			    v.event[i].len) != NULL);
	rs_events_free(&v);
}

static void
metrics(const char *s)
{
	struct rs_tie tie[2] = { { 0, 3, 1 }, { 5, 1, 1 } };
	const struct rs_ranking ranking = { .tie = tie, .ties = 2,
	    .relevant = 3, .candidates = 20 };
	struct rs_metrics ms = { 0 };
	struct rs_err e;

	if (rs_metrics_parse(&ms, s, &e) == 0)
		for (size_t i = 0; i < ms.n; i++)
			if (ms.metric[i].def->kind == RS_METRIC_LIST ||
			    ms.metric[i].def->kind == RS_METRIC_FULL)
				(void)rs_metric_value(&ms, i, &ranking);
	rs_metrics_free(&ms);
}

/* "alpha=40", of each algorithm.  A value that was taken is taken again as
 * what it is shown as. */
static void
params(const char *s)
{
	char text[RS_PARAM_TEXT_MAX];
	struct rs_err e;

	for (size_t a = 0; rs_algorithms[a] != NULL; a++) {
		const struct rs_param *p = rs_algorithms[a]->params;
		struct rs_values v, w;

		rs_values_init(&v, rs_algorithms[a]);
		if (rs_values_set(&v, s, &e) < 0)
			continue;
		for (size_t i = 0; p[i].name != NULL; i++) {
			struct rs_buf b = { 0 };

			if (!v.given[i])
				continue;
			rs_values_init(&w, rs_algorithms[a]);
			rs_buf_printf(&b, "%s=%s", p[i].name,
			    rs_values_text(&v, i, text));
			assert(rs_values_set(&w, b.data, &e) == 0);
			assert(memcmp(&v.value[i], &w.value[i],
			    sizeof(v.value[i])) == 0);
			rs_buf_free(&b);
		}
		(void)rs_values_preset(&v, s, &e);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s;
	struct rs_err e;
	struct rs_word w = { 0 };
	const char *at;

	if (size == 0)
		return 0;
	s = rs_memdup(data + 1, size - 1);
	switch (data[0] % 8) {
	case 0:
		numbers(s, size - 1);
		break;
	case 1:
		dates(s, size - 1);
		break;
	case 2:
		conditions(s);
		break;
	case 3:
		columns(s);
		break;
	case 4:
		events(s);
		break;
	case 5:
		metrics(s);
		break;
	case 6:
		params(s);
		break;
	default:
		at = s;
		if (rs_word_take(&at, ",=", &w, &e) == 0)
			assert(w.p[w.n] == '\0' && at <= s + size - 1);
		free(w.p);
		break;
	}
	free(s);
	return 0;
}
