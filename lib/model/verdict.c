/* verdict: what evaluations say, a row a metric, and how sure it is. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/table.h"
#include "model/verdict.h"
#include "rank/bootstrap.h"

enum { PIECE = 1 << 16 };	/* bytes of lines that go out at once */

void
rs_verdict_add(struct rs_verdict *v, const char *who,
    const struct rs_eval *eval)
{
	assert(v->parts < RS_VERDICT_PARTS);
	assert(v->parts == 0 || eval->users == v->part[0].users);
	v->who[v->parts] = who;
	v->part[v->parts++] = *eval;
}

/* The values of all parts side by side, (users, parts x metrics): yours. */
static double *
join_parts(const struct rs_verdict *v)
{
	const size_t n = v->metrics->n, wide = v->parts * n;
	const size_t users = v->part[0].users;
	double *all = rs_alloc(rs_size(rs_size(users, wide), sizeof(*all)) + 1);

	for (size_t p = 0; p < v->parts; p++)
		for (size_t u = 0; u < users; u++)
			memcpy(all + u * wide + p * n,
			    v->part[p].value + u * n, n * sizeof(*all));
	return all;
}

static void
put_name(const struct rs_verdict *v, const struct rs_metric *m,
    struct rs_buf *b)
{
	rs_buf_str(b, m->name);
	if (v->sampled > 0)
		rs_buf_printf(b, ":s%" PRIu64, v->sampled);
}

/* Row i of the rows of all parts. */
static void
make_row(struct rs_verdict *v, size_t i, double mean, double low, double high,
    uint64_t users)
{
	const size_t n = v->metrics->n;
	const struct rs_metric *m = &v->metrics->metric[i % n];
	double (*finish)(double) = m->def->finish;
	struct rs_verdict_row *r = &v->row[i];
	struct rs_buf name = { 0 };

	rs_buf_str(&name, v->who[i / n]);
	put_name(v, m, &name);
	snprintf(r->name, sizeof(r->name), "%s", name.data);
	rs_buf_free(&name);
	r->value = finish != NULL ? finish(mean) : mean;
	r->low = finish != NULL ? finish(low) : low;
	r->high = finish != NULL ? finish(high) : high;
	r->users = users;
	if (!isnan(v->part[i / n].whole[i % n])) {
		r->value = v->part[i / n].whole[i % n];
		r->users = v->part[0].users;
	}
}

void
rs_verdict_settle(struct rs_verdict *v, uint64_t seed, struct rs_pool *pool)
{
	const size_t wide = v->parts * v->metrics->n;
	double *all = join_parts(v);
	const struct rs_sample s = { v->part[0].users, wide, all, v->weight };
	double *mean = rs_alloc(rs_size(3 * wide, sizeof(*mean)));
	double *low = mean + wide, *high = low + wide;
	uint64_t *users = rs_alloc(rs_size(wide, sizeof(*users)));

	rs_sample_mean(&s, mean, users);
	rs_bootstrap(&s, seed, pool, low, high);
	v->rows = wide;
	v->row = rs_alloc(rs_size(wide, sizeof(*v->row)));
	for (size_t i = 0; i < wide; i++)
		make_row(v, i, mean[i], low[i], high[i], users[i]);
	free(all);
	free(mean);
	free(users);
}

static void
put_f32(struct rs_buf *b, double x)
{
	char text[RS_NUM_MAX];

	rs_buf_char(b, '\t');
	if (x == x)
		rs_buf_put(b, text, rs_format_f32(text, (float)x));
}

void
rs_verdict_tsv(const struct rs_verdict *v, struct rs_buf *b)
{
	for (size_t i = 0; i < v->rows; i++) {
		const struct rs_verdict_row *r = &v->row[i];

		rs_buf_str(b, r->name);
		put_f32(b, r->value);
		put_f32(b, r->low);
		put_f32(b, r->high);
		rs_buf_printf(b, "\t%" PRIu64 "\n", r->users);
	}
}

static void
put_json(struct rs_buf *b, const char *key, double x)
{
	char text[RS_NUM_MAX];

	rs_buf_printf(b, ", \"%s\": ", key);
	if (x == x)
		rs_buf_put(b, text, rs_format_f64(text, x));
	else
		rs_buf_str(b, "null");
}

void
rs_verdict_json(const struct rs_verdict *v, struct rs_buf *b)
{
	rs_buf_char(b, '[');
	for (size_t i = 0; i < v->rows; i++) {
		const struct rs_verdict_row *r = &v->row[i];

		rs_buf_printf(b, "%s\n  {\"metric\": \"%s\"", i > 0 ? "," : "",
		    r->name);
		put_json(b, "value", r->value);
		put_json(b, "low", r->low);
		put_json(b, "high", r->high);
		rs_buf_printf(b, ", \"users\": %" PRIu64 "}", r->users);
	}
	rs_buf_str(b, "\n]");
}

static void
put_user(const struct rs_verdict *v, const struct rs_ids *users, size_t u,
    struct rs_buf *b)
{
	const struct rs_eval *e = &v->part[0];
	char text[RS_NUM_MAX];
	size_t n;
	const char *p = rs_ids_name(users, e->user[u], text, &n);

	rs_text_tsv(b, p, n);
	for (size_t m = 0; m < e->metrics; m++) {
		const double x = e->value[u * e->metrics + m];

		rs_buf_char(b, '\t');
		if (x == x)
			rs_buf_put(b, text, rs_format_f64(text, x));
	}
	rs_buf_char(b, '\n');
}

void
rs_verdict_users(const struct rs_verdict *v, const struct rs_ids *users,
    struct rs_sink *s)
{
	struct rs_buf b = { 0 };

	rs_buf_str(&b, "user");
	for (size_t m = 0; m < v->metrics->n; m++) {
		rs_buf_char(&b, '\t');
		put_name(v, &v->metrics->metric[m], &b);
	}
	rs_buf_char(&b, '\n');
	for (size_t u = 0; u < v->part[0].users; u++) {
		put_user(v, users, u, &b);
		if (b.len >= PIECE) {
			rs_sink_put(s, b.data, b.len);
			b.len = 0;
		}
	}
	rs_sink_put(s, b.data, b.len);
	rs_buf_free(&b);
}

void
rs_verdict_free(struct rs_verdict *v)
{
	for (size_t p = 0; p < v->parts; p++)
		rs_eval_free(&v->part[p]);
	free(v->weight);
	free(v->row);
	*v = (struct rs_verdict){ 0 };
}
