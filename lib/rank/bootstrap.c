/* bootstrap: how far a mean over users would move with other users. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "rank/bootstrap.h"

/* Ranks, from 0, of the ends of the middle 95 %. */
enum {
	LOW = RS_REPLICATES / 40 - 1,
	HIGH = RS_REPLICATES - RS_REPLICATES / 40 - 1,
};

struct job {
	const struct rs_sample *sample;
	uint64_t seed;
	double *mean;		/* (rows, RS_REPLICATES) */
	double *sum;		/* (threads, sums) */
	uint32_t *times;	/* (threads, users) */
};

/* Columns, and contrasts behind them. */
static size_t
rows_of(const struct rs_sample *s)
{
	return s->columns + s->contrasts;
}

/* For each column a sum and a count, for each contrast two sums and a
 * count. */
static size_t
sums_of(const struct rs_sample *s)
{
	return 2 * s->columns + 3 * s->contrasts;
}

static void
add_contrasts(const struct rs_sample *s, const double *v, double w,
    double *sum)
{
	for (size_t i = 0; i < s->contrasts; i++) {
		const double one = v[s->contrast[i].one];
		const double other = v[s->contrast[i].other];
		const bool is = one == one && other == other;

		sum[3 * i] += is ? w * one : 0;
		sum[3 * i + 1] += is ? w * other : 0;
		sum[3 * i + 2] += is ? w : 0;
	}
}

/* Add a user's values times w to the sums, and w to the counts. */
static void
add_user(const struct rs_sample *s, size_t user, double w, double *sum)
{
	const double *v = s->value + user * s->columns;
	double *count = sum + s->columns;

	for (size_t c = 0; c < s->columns; c++) {
		const bool is = v[c] == v[c];

		sum[c] += is ? w * v[c] : 0;
		count[c] += is ? w : 0;
	}
	add_contrasts(s, v, w, sum + 2 * s->columns);
}

/* What row i is by the sums. */
static double
mean_of(const struct rs_sample *s, size_t i, const double *sum)
{
	const struct rs_contrast *c;
	double one, other;

	if (i < s->columns)
		return sum[i] / sum[s->columns + i];
	i -= s->columns;
	c = &s->contrast[i];
	sum += 2 * s->columns + 3 * i;
	one = sum[0] / sum[2];
	other = sum[1] / sum[2];
	return c->finish != NULL ? c->finish(one) - c->finish(other) :
	    one - other;
}

/* Who is drawn how often is settled first: it fits a cache, and then the
 * table is read from its beginning to its end. */
static void
replicate(void *arg, size_t task, int thread)
{
	const struct job *j = arg;
	const struct rs_sample *s = j->sample;
	double *sum = j->sum + (size_t)thread * sums_of(s);
	uint32_t *times = j->times + (size_t)thread * s->users;

	memset(sum, 0, sums_of(s) * sizeof(*sum));
	memset(times, 0, s->users * sizeof(*times));
	for (size_t n = 0; n < s->users; n++)
		times[rs_below(s->users, rs_draw2(j->seed, RS_DRAW_BOOTSTRAP,
		    task, n))]++;
	for (size_t u = 0; u < s->users; u++)
		if (times[u] > 0)
			add_user(s, u, (s->weight != NULL ? s->weight[u] : 1) *
			    times[u], sum);
	for (size_t i = 0; i < rows_of(s); i++)
		j->mean[i * RS_REPLICATES + task] = mean_of(s, i, sum);
}

/* Ascending; what is not a number (a replicate without a value) last. */
static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	if (x != x || y != y)
		return (x != x) - (y != y);
	return (x > y) - (x < y);
}

/* Whether a user counts for row i. */
static bool
counts(const struct rs_sample *s, size_t i, const double *v)
{
	const struct rs_contrast *c;

	if (i < s->columns)
		return v[i] == v[i];
	c = &s->contrast[i - s->columns];
	return v[c->one] == v[c->one] && v[c->other] == v[c->other];
}

void
rs_sample_mean(const struct rs_sample *s, double *mean, uint64_t *users)
{
	double *sum = rs_zalloc(rs_size(sums_of(s), sizeof(*sum)));

	memset(users, 0, rows_of(s) * sizeof(*users));
	for (size_t u = 0; u < s->users; u++) {
		add_user(s, u, s->weight != NULL ? s->weight[u] : 1, sum);
		for (size_t i = 0; i < rows_of(s); i++)
			users[i] += counts(s, i, s->value + u * s->columns);
	}
	for (size_t i = 0; i < rows_of(s); i++)
		mean[i] = mean_of(s, i, sum);
	free(sum);
}

void
rs_bootstrap(const struct rs_sample *s, uint64_t seed, struct rs_pool *pool,
    double *low, double *high)
{
	struct job j = { .sample = s, .seed = seed };

	j.mean = rs_alloc(rs_size(rs_size(rows_of(s), RS_REPLICATES),
	    sizeof(*j.mean)));
	j.sum = rs_alloc(rs_size(rs_size((size_t)rs_pool_threads(pool),
	    sums_of(s)), sizeof(*j.sum)));
	j.times = rs_alloc(rs_size(rs_size((size_t)rs_pool_threads(pool),
	    s->users), sizeof(*j.times)) + 1);
	rs_pool_run(pool, RS_REPLICATES, replicate, &j);
	for (size_t c = 0; c < rows_of(s); c++) {
		double *mean = j.mean + c * RS_REPLICATES;
		size_t n = RS_REPLICATES;

		qsort(mean, n, sizeof(*mean), by_value);
		while (n > 0 && mean[n - 1] != mean[n - 1])
			n--;
		low[c] = n > 0 ? mean[LOW * n / RS_REPLICATES] : (double)NAN;
		high[c] = n > 0 ? mean[HIGH * n / RS_REPLICATES] : (double)NAN;
	}
	free(j.mean);
	free(j.sum);
	free(j.times);
}
