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
#include "rank/paired.h"

enum { PIECE = 1 << 16 };	/* bytes of lines that go out at once */

/* In front of the metrics of a second contender, of the first less the second
 * and of the chance that luck alone brings as much. */
static const char AGAINST[] = "against:", DIFF[] = "diff:", CHANCE[] = "p:";

void
rs_verdict_add(struct rs_verdict *v, const char *who,
    const struct rs_eval *eval)
{
	assert(v->parts < RS_VERDICT_PARTS);
	assert(v->parts == 0 || eval->users == v->part[0].users);
	v->who[v->parts] = who;
	v->part[v->parts++] = *eval;
}

void
rs_verdict_against(struct rs_verdict *v, const struct rs_eval *eval)
{
	assert(v->parts == 1);
	rs_verdict_add(v, AGAINST, eval);
	v->paired = true;
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

/* The first contender less the second, weighed: (users, metrics). */
static double *
differences(const struct rs_verdict *v)
{
	const size_t n = v->metrics->n, users = v->part[0].users;
	double *d = rs_alloc(rs_size(rs_size(users, n), sizeof(*d)) + 1);

	for (size_t u = 0; u < users; u++)
		for (size_t m = 0; m < n; m++)
			d[u * n + m] = (v->weight != NULL ? v->weight[u] : 1) *
			    (v->part[0].value[u * n + m] -
			    v->part[1].value[u * n + m]);
	return d;
}

static void
put_name(const struct rs_verdict *v, const char *who, size_t metric,
    struct rs_buf *b)
{
	rs_buf_str(b, who);
	rs_buf_str(b, v->metrics->metric[metric].name);
	if (v->sampled > 0)
		rs_buf_printf(b, ":s%" PRIu64, v->sampled);
}

static void
name_row(const struct rs_verdict *v, const char *who, size_t metric,
    struct rs_verdict_row *r)
{
	struct rs_buf name = { 0 };

	put_name(v, who, metric, &name);
	snprintf(r->name, sizeof(r->name), "%s", name.data);
	rs_buf_free(&name);
	r->value = r->low = r->high = (double)NAN;
	r->users = 0;
}

static struct rs_verdict_row *
new_row(struct rs_verdict *v, const char *who, size_t metric)
{
	struct rs_verdict_row *r = &v->row[v->rows++];

	name_row(v, who, metric, r);
	r->users = v->part[0].users;
	return r;
}

/* What is of all users together has no p, even where it is not defined. */
static bool
is_tested(const struct rs_verdict *v, size_t metric)
{
	return !v->metrics->metric[metric].whole;
}

static void
plan_part(const struct rs_verdict *v, const char *who,
    struct rs_verdict_row *row, size_t *rows)
{
	for (size_t m = 0; m < v->metrics->n; m++)
		name_row(v, who, m, &row[(*rows)++]);
}

struct rs_verdict_row *
rs_verdict_plan(const struct rs_verdict *v, bool paired,
    const char *const *who, size_t n, size_t *rows)
{
	const size_t metrics = v->metrics->n;
	struct rs_verdict_row *row = rs_alloc(rs_size(rs_size(n + 4, metrics),
	    sizeof(*row)) + 1);

	*rows = 0;
	plan_part(v, "", row, rows);
	if (paired) {
		plan_part(v, AGAINST, row, rows);
		plan_part(v, DIFF, row, rows);
		for (size_t m = 0; m < metrics; m++)
			if (is_tested(v, m))
				name_row(v, CHANCE, m, &row[(*rows)++]);
	}
	for (size_t i = 0; i < n; i++)
		plan_part(v, who[i], row, rows);
	return row;
}

/* What is known of all rows that the bootstrap has: the parts', then the
 * contrasts'. */
struct figures {
	double *mean, *low, *high;
	uint64_t *users;
};

/* Whether a metric is of all users together, so that nothing is sampled. */
static bool
is_whole(const struct rs_verdict *v, size_t part, size_t metric)
{
	return !isnan(v->part[part].whole[metric]);
}

static void
add_part(struct rs_verdict *v, size_t part, const struct figures *f)
{
	const size_t n = v->metrics->n;

	for (size_t m = 0; m < n; m++) {
		double (*finish)(double) = v->metrics->metric[m].def->finish;
		struct rs_verdict_row *r = new_row(v, v->who[part], m);
		const size_t i = part * n + m;

		if (is_whole(v, part, m)) {
			r->value = v->part[part].whole[m];
			continue;
		}
		r->value = finish != NULL ? finish(f->mean[i]) : f->mean[i];
		r->low = finish != NULL ? finish(f->low[i]) : f->low[i];
		r->high = finish != NULL ? finish(f->high[i]) : f->high[i];
		r->users = f->users[i];
	}
}

static void
add_differences(struct rs_verdict *v, const struct figures *f)
{
	const size_t n = v->metrics->n;

	for (size_t m = 0; m < n; m++) {
		struct rs_verdict_row *r = new_row(v, DIFF, m);
		const size_t i = v->parts * n + m;

		if (is_whole(v, 0, m)) {
			r->value = v->part[0].whole[m] - v->part[1].whole[m];
			continue;
		}
		r->value = f->mean[i];
		r->low = f->low[i];
		r->high = f->high[i];
		r->users = f->users[i];
	}
}

/* Roots of means differ as far as their means do, so what is tested are the
 * means.  Nothing tests what is of all users together. */
static void
add_chances(struct rs_verdict *v, const struct figures *f, uint64_t seed,
    struct rs_pool *pool)
{
	const size_t n = v->metrics->n;
	double *d = differences(v);
	double *p = rs_alloc(rs_size(n, sizeof(*p)) + 1);

	rs_paired_p(d, v->part[0].users, n, seed, pool, p);
	for (size_t m = 0; m < n; m++) {
		struct rs_verdict_row *r;

		if (!is_tested(v, m) || is_whole(v, 0, m))
			continue;
		r = new_row(v, CHANCE, m);
		r->users = f->users[v->parts * n + m];
		r->value = r->users > 0 ? p[m] : (double)NAN;
	}
	free(d);
	free(p);
}

static void
add_rows(struct rs_verdict *v, const struct figures *f, uint64_t seed,
    struct rs_pool *pool)
{
	v->rows = 0;
	v->row = rs_alloc(rs_size((v->parts + 2) * v->metrics->n,
	    sizeof(*v->row)));
	for (size_t p = 0; p < v->parts; p++) {
		add_part(v, p, f);
		if (v->paired && p == 1) {
			add_differences(v, f);
			add_chances(v, f, seed, pool);
		}
	}
}

/* The first contender less the second: (metrics), yours; NULL: is alone. */
static struct rs_contrast *
contrasts(const struct rs_verdict *v)
{
	const size_t n = v->metrics->n;
	struct rs_contrast *c;

	if (!v->paired)
		return NULL;
	c = rs_alloc(rs_size(n, sizeof(*c)));
	for (size_t m = 0; m < n; m++)
		c[m] = (struct rs_contrast){ m, n + m,
		    v->metrics->metric[m].def->finish };
	return c;
}

void
rs_verdict_settle(struct rs_verdict *v, uint64_t seed, struct rs_pool *pool)
{
	const size_t columns = v->parts * v->metrics->n;
	double *all = join_parts(v);
	struct rs_contrast *c = contrasts(v);
	const struct rs_sample s = { .users = v->part[0].users,
	    .columns = columns, .value = all, .weight = v->weight,
	    .contrast = c, .contrasts = c != NULL ? v->metrics->n : 0 };
	const size_t rows = s.columns + s.contrasts;
	struct figures f = {
		.mean = rs_alloc(rs_size(rows, sizeof(*f.mean))),
		.low = rs_alloc(rs_size(rows, sizeof(*f.low))),
		.high = rs_alloc(rs_size(rows, sizeof(*f.high))),
		.users = rs_alloc(rs_size(rows, sizeof(*f.users))),
	};

	rs_sample_mean(&s, f.mean, f.users);
	rs_bootstrap(&s, seed, pool, f.low, f.high);
	add_rows(v, &f, seed, pool);
	free(all);
	free(c);
	free(f.mean);
	free(f.low);
	free(f.high);
	free(f.users);
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
	if (isfinite(x))	/* JSON has no other numbers */
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

/* How many parts are contenders. */
static size_t
contenders(const struct rs_verdict *v)
{
	return v->paired ? 2 : 1;
}

static void
put_user(const struct rs_verdict *v, const struct rs_ids *users, size_t u,
    struct rs_buf *b)
{
	char text[RS_NUM_MAX];
	size_t n;
	const char *p = rs_ids_name(users, v->part[0].user[u], text, &n);

	rs_text_tsv(b, p, n);
	for (size_t c = 0; c < contenders(v); c++) {
		const struct rs_eval *e = &v->part[c];

		for (size_t m = 0; m < e->metrics; m++) {
			const double x = e->value[u * e->metrics + m];

			rs_buf_char(b, '\t');
			if (x == x)
				rs_buf_put(b, text, rs_format_f64(text, x));
		}
	}
	rs_buf_char(b, '\n');
}

void
rs_verdict_users(const struct rs_verdict *v, const struct rs_ids *users,
    struct rs_sink *s)
{
	struct rs_buf b = { 0 };

	rs_buf_str(&b, "user");
	for (size_t c = 0; c < contenders(v); c++)
		for (size_t m = 0; m < v->metrics->n; m++) {
			rs_buf_char(&b, '\t');
			put_name(v, v->who[c], m, &b);
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
