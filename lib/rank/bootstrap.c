/* bootstrap: how far a mean over users would move with other users. */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "kernel/tally.h"
#include "rank/bootstrap.h"

/* Ranks, from 0, of the ends of the middle 95 %. */
enum {
	LOW = RS_REPLICATES / 40 - 1,
	HIGH = RS_REPLICATES - RS_REPLICATES / 40 - 1,
};

/* Replicates of a task, which share what is read of the table. */
enum { TOGETHER = RS_TALLY_AT_ONCE };

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

/*
 * The terms of all sums as one table without anything to ask in the middle of
 * a replicate: a value, or 0 where there is none, and 1 for who counts.  Sums
 * of the same terms are formed once: where everybody has a value there is one
 * count for all, and a contrast of two such columns needs nothing of its own.
 * Users whose terms are all 0, as those of whom nothing was found, have no
 * row.
 */
struct terms {
	size_t n, wide;		/* wide: n in whole RS_TALLY_LANES */
	size_t rows;
	double *term;		/* (rows, wide) zeros behind n */
	uint32_t *who;		/* (rows) whose they are */
	size_t *of;		/* (sums_of) which one a sum is of, or */
};

/* A sum of no terms, which is 0, and one that is the number of users drawn. */
static const size_t NOTHING = SIZE_MAX, USERS = SIZE_MAX - 1;

struct job {
	const struct rs_sample *sample;
	struct terms terms;
	uint64_t seed;
	double *mean;		/* (rows, RS_REPLICATES) */
	double *sum;		/* (threads, sums + TOGETHER wide) */
	uint8_t *times;		/* (threads, TOGETHER, users) */
};

enum who { NOBODY, SOME, EVERYBODY };

static enum who
who_has(const struct rs_sample *s, size_t column)
{
	size_t n = 0;

	for (size_t u = 0; u < s->users; u++) {
		const double v = s->value[u * s->columns + column];

		n += v == v;
	}
	return n == s->users ? EVERYBODY : n > 0 ? SOME : NOBODY;
}

/* Which sums have terms of their own, and which shares another's. */
static void
plan_terms(struct terms *t, const struct rs_sample *s)
{
	enum who *who = rs_alloc(rs_size(s->columns, sizeof(*who)) + 1);
	size_t *of = t->of;
	size_t all = s->weight == NULL ? USERS : NOTHING;

	for (size_t c = 0; c < s->columns; c++) {
		who[c] = who_has(s, c);
		of[c] = who[c] == NOBODY ? NOTHING : t->n++;
	}
	for (size_t c = 0; c < s->columns; c++) {
		if (who[c] == EVERYBODY && all == NOTHING)
			all = t->n++;
		of[s->columns + c] = who[c] == EVERYBODY ? all :
		    who[c] == SOME ? t->n++ : NOTHING;
	}
	of += 2 * s->columns;
	for (size_t i = 0; i < s->contrasts; i++, of += 3) {
		const size_t one = s->contrast[i].one;
		const size_t other = s->contrast[i].other;
		const bool shared = who[one] == EVERYBODY &&
		    who[other] == EVERYBODY;

		of[0] = shared ? t->of[one] : t->n++;
		of[1] = shared ? t->of[other] : t->n++;
		of[2] = shared ? all : t->n++;
	}
	free(who);
}

/* The row of a user whose sums these are; false: all are 0. */
static bool
fill_row(const struct terms *t, const double *sum, size_t sums, double *row)
{
	bool any = false;

	for (size_t k = 0; k < sums; k++) {
		if (t->of[k] >= t->n)
			continue;
		row[t->of[k]] = sum[k];
		any = any || sum[k] != 0;
	}
	return any;
}

static void
terms_new(struct terms *t, const struct rs_sample *s)
{
	const size_t sums = sums_of(s);
	double *sum = rs_alloc(rs_size(sums, sizeof(*sum)) + 1);

	*t = (struct terms){ .n = 0 };
	t->of = rs_alloc(rs_size(sums, sizeof(*t->of)) + 1);
	plan_terms(t, s);
	t->wide = (t->n + RS_TALLY_LANES - 1) / RS_TALLY_LANES *
	    RS_TALLY_LANES;
	t->term = rs_zalloc(rs_size(rs_size(s->users, t->wide),
	    sizeof(*t->term)) + 1);
	t->who = rs_alloc(rs_size(s->users, sizeof(*t->who)) + 1);
	for (size_t u = 0; u < s->users; u++) {
		memset(sum, 0, sums * sizeof(*sum));
		add_user(s, u, 1, sum);
		t->who[t->rows] = (uint32_t)u;
		t->rows += fill_row(t, sum, sums, t->term + t->rows * t->wide);
	}
	free(sum);
}

static void
terms_free(struct terms *t)
{
	free(t->term);
	free(t->who);
	free(t->of);
}

/* Who is drawn how often: settled first, for it fits a cache.  Nobody is drawn
 * 256 times out of n that are 1 in a replicate: it has a chance of less than
 * n / 256!, which is 10^-500. */
static void
draw_users(uint64_t seed, size_t replicate, uint64_t users, uint8_t *times)
{
	for (size_t n = 0; n < users; n++)
		times[rs_below(users, rs_draw2(seed, RS_DRAW_BOOTSTRAP,
		    replicate, n))]++;
}

static void
replicate(void *arg, size_t task, int thread)
{
	const struct job *j = arg;
	const struct rs_sample *s = j->sample;
	const struct terms *t = &j->terms;
	const size_t first = task * TOGETHER, at = (size_t)thread;
	double *sums = j->sum + at * (sums_of(s) + TOGETHER * t->wide);
	double *sum = sums + sums_of(s);
	uint8_t *times = j->times + at * TOGETHER * s->users;

	memset(times, 0, TOGETHER * s->users);
	for (size_t r = 0; r < TOGETHER; r++)
		draw_users(j->seed, first + r, s->users,
		    times + r * s->users);
	rs_tally(&(struct rs_tally){ .n = t->rows, .wide = t->wide,
	    .value = t->term, .who = t->who, .times = times,
	    .stride = s->users, .weight = s->weight }, sum);
	for (size_t r = 0; r < TOGETHER; r++) {
		for (size_t k = 0; k < sums_of(s); k++)
			sums[k] = t->of[k] == NOTHING ? 0 :
			    t->of[k] == USERS ? (double)s->users :
			    sum[r * t->wide + t->of[k]];
		for (size_t i = 0; i < rows_of(s); i++)
			j->mean[i * RS_REPLICATES + first + r] =
			    mean_of(s, i, sums);
	}
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

	assert(RS_REPLICATES % TOGETHER == 0 && s->users <= UINT32_MAX);
	terms_new(&j.terms, s);
	j.mean = rs_alloc(rs_size(rs_size(rows_of(s), RS_REPLICATES),
	    sizeof(*j.mean)));
	j.sum = rs_alloc(rs_size(rs_size((size_t)rs_pool_threads(pool),
	    sums_of(s) + TOGETHER * j.terms.wide), sizeof(*j.sum)));
	j.times = rs_alloc(rs_size(rs_size(TOGETHER *
	    (size_t)rs_pool_threads(pool), s->users), sizeof(*j.times)) + 1);
	rs_pool_run(pool, RS_REPLICATES / TOGETHER, replicate, &j);
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
	terms_free(&j.terms);
}
