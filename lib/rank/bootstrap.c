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
	double *mean;		/* (columns, RS_REPLICATES) */
	double *sum;		/* (threads, 2 columns) */
	uint32_t *times;	/* (threads, users) */
};

/* Add a user's values times w to sum, and w to the count behind it. */
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
}

/* Who is drawn how often is settled first: it fits a cache, and then the
 * table is read from its beginning to its end. */
static void
replicate(void *arg, size_t task, int thread)
{
	const struct job *j = arg;
	const struct rs_sample *s = j->sample;
	double *sum = j->sum + (size_t)thread * 2 * s->columns;
	uint32_t *times = j->times + (size_t)thread * s->users;

	memset(sum, 0, 2 * s->columns * sizeof(*sum));
	memset(times, 0, s->users * sizeof(*times));
	for (size_t n = 0; n < s->users; n++)
		times[rs_below(s->users, rs_draw2(j->seed, RS_DRAW_BOOTSTRAP,
		    task, n))]++;
	for (size_t u = 0; u < s->users; u++)
		if (times[u] > 0)
			add_user(s, u, (s->weight != NULL ? s->weight[u] : 1) *
			    times[u], sum);
	for (size_t c = 0; c < s->columns; c++)
		j->mean[c * RS_REPLICATES + task] = sum[c] /
		    sum[s->columns + c];
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

void
rs_sample_mean(const struct rs_sample *s, double *mean, uint64_t *users)
{
	double *sum = rs_zalloc(rs_size(2 * s->columns, sizeof(*sum)));

	for (size_t c = 0; c < s->columns; c++)
		users[c] = 0;
	for (size_t u = 0; u < s->users; u++) {
		add_user(s, u, s->weight != NULL ? s->weight[u] : 1, sum);
		for (size_t c = 0; c < s->columns; c++)
			users[c] += s->value[u * s->columns + c] ==
			    s->value[u * s->columns + c];
	}
	for (size_t c = 0; c < s->columns; c++)
		mean[c] = sum[c] / sum[s->columns + c];
	free(sum);
}

void
rs_bootstrap(const struct rs_sample *s, uint64_t seed, struct rs_pool *pool,
    double *low, double *high)
{
	struct job j = { .sample = s, .seed = seed };

	j.mean = rs_alloc(rs_size(rs_size(s->columns, RS_REPLICATES),
	    sizeof(*j.mean)));
	j.sum = rs_alloc(rs_size(rs_size((size_t)rs_pool_threads(pool),
	    2 * s->columns), sizeof(*j.sum)));
	j.times = rs_alloc(rs_size(rs_size((size_t)rs_pool_threads(pool),
	    s->users), sizeof(*j.times)) + 1);
	rs_pool_run(pool, RS_REPLICATES, replicate, &j);
	for (size_t c = 0; c < s->columns; c++) {
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
