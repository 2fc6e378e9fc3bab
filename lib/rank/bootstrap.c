/* bootstrap: how far a mean over users would move with other users. */
#include <assert.h>
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

/* Replicates of a task, which share what is read of the table, and terms that
 * are added up at once: their sums stay in registers, 8 of 2. */
enum { TOGETHER = 4, PIECE = 4 };

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
 */
struct terms {
	size_t n, wide;		/* wide: n in whole PIECEs */
	double *term;		/* (users, wide) zeros behind n */
	size_t *of;		/* (sums_of) which one a sum is of; n: of
				 * nothing, which is 0 */
};

struct job {
	const struct rs_sample *sample;
	struct terms terms;
	uint64_t seed;
	double *mean;		/* (rows, RS_REPLICATES) */
	double *sum;		/* (threads, sums + TOGETHER wide) */
	uint32_t *times;	/* (threads, TOGETHER, users) */
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
	size_t *of = t->of, all = SIZE_MAX;

	for (size_t c = 0; c < s->columns; c++) {
		who[c] = who_has(s, c);
		of[c] = who[c] == NOBODY ? SIZE_MAX : t->n++;
	}
	for (size_t c = 0; c < s->columns; c++) {
		if (who[c] == EVERYBODY && all == SIZE_MAX)
			all = t->n++;
		of[s->columns + c] = who[c] == EVERYBODY ? all :
		    who[c] == SOME ? t->n++ : SIZE_MAX;
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
	for (size_t k = 0; k < sums_of(s); k++)
		if (t->of[k] == SIZE_MAX)
			t->of[k] = t->n;
	free(who);
}

static void
terms_new(struct terms *t, const struct rs_sample *s)
{
	const size_t sums = sums_of(s);
	double *sum = rs_alloc(rs_size(sums, sizeof(*sum)) + 1);

	*t = (struct terms){ .n = 0 };
	t->of = rs_alloc(rs_size(sums, sizeof(*t->of)) + 1);
	plan_terms(t, s);
	t->wide = (t->n + PIECE - 1) / PIECE * PIECE;
	t->term = rs_zalloc(rs_size(rs_size(s->users, t->wide),
	    sizeof(*t->term)) + 1);
	for (size_t u = 0; u < s->users; u++) {
		double *row = t->term + u * t->wide;

		memset(sum, 0, sums * sizeof(*sum));
		add_user(s, u, 1, sum);
		for (size_t k = 0; k < sums; k++)
			if (t->of[k] < t->n)
				row[t->of[k]] = sum[k];
	}
	free(sum);
}

/* A user's terms from one on, as often as each replicate has the user.  Who
 * is in none of them adds 0, which is quicker than to ask. */
static void
add_piece(const struct job *j, const uint32_t *restrict times, size_t from,
    double *restrict sum)
{
	const struct rs_sample *s = j->sample;
	const size_t wide = j->terms.wide;
	const double *restrict row = j->terms.term + from;
	double local[TOGETHER][PIECE] = { { 0 } };

	for (size_t u = 0; u < s->users; u++, row += wide) {
		const double each = s->weight != NULL ? s->weight[u] : 1;

		for (size_t r = 0; r < TOGETHER; r++) {
			const double w = each * times[r * s->users + u];

			for (size_t k = 0; k < PIECE; k++)
				local[r][k] += w * row[k];
		}
	}
	for (size_t r = 0; r < TOGETHER; r++)
		memcpy(sum + r * wide + from, local[r], sizeof(local[r]));
}

/* Who is drawn how often: settled first, for it fits a cache. */
static void
draw_users(const struct job *j, size_t replicate, uint32_t *times)
{
	const uint64_t users = j->sample->users;

	for (size_t n = 0; n < users; n++)
		times[rs_below(users, rs_draw2(j->seed, RS_DRAW_BOOTSTRAP,
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
	uint32_t *times = j->times + at * TOGETHER * s->users;

	memset(times, 0, TOGETHER * s->users * sizeof(*times));
	for (size_t r = 0; r < TOGETHER; r++)
		draw_users(j, first + r, times + r * s->users);
	for (size_t from = 0; from < t->wide; from += PIECE)
		add_piece(j, times, from, sum);
	for (size_t r = 0; r < TOGETHER; r++) {
		for (size_t k = 0; k < sums_of(s); k++)
			sums[k] = t->of[k] < t->n ?
			    sum[r * t->wide + t->of[k]] : 0;
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

	assert(RS_REPLICATES % TOGETHER == 0);
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
	free(j.terms.term);
	free(j.terms.of);
}
