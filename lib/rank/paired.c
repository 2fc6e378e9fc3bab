/* paired: whether two contenders differ by more than luck. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "rank/paired.h"

struct job {
	size_t users, columns;	/* that differ anywhere */
	double *difference;	/* (users, columns) 0: does not differ */
	uint32_t *user;		/* (users) as they were numbered first */
	double *bar;		/* (columns) a sum as far as this counts */
	uint64_t seed;
	double *sum;		/* (threads, columns) */
	uint64_t *far;		/* (threads, columns) draws that count */
};

/* Sums of the same numbers with other signs differ by their rounding where
 * they should be equal, and equal ones must count: this share of the sum of
 * all magnitudes is far above the one and below any difference that matters. */
static const double SLACK = 1e-12;

/* Keep the users who differ anywhere. */
static void
gather(struct job *j, const double *difference, size_t users)
{
	const size_t columns = j->columns;

	j->difference = rs_alloc(rs_size(rs_size(users, columns),
	    sizeof(*j->difference)) + 1);
	j->user = rs_alloc(rs_size(users, sizeof(*j->user)) + 1);
	for (size_t u = 0; u < users; u++) {
		const double *from = difference + u * columns;
		double *to = j->difference + j->users * columns;
		bool any = false;

		for (size_t c = 0; c < columns; c++) {
			to[c] = from[c] == from[c] ? from[c] : 0;
			any |= to[c] != 0;
		}
		j->user[j->users] = (uint32_t)u;
		j->users += any;
	}
}

static void
set_bars(struct job *j)
{
	for (size_t c = 0; c < j->columns; c++) {
		double sum = 0, all = 0;

		for (size_t u = 0; u < j->users; u++) {
			sum += j->difference[u * j->columns + c];
			all += fabs(j->difference[u * j->columns + c]);
		}
		j->bar[c] = fabs(sum) - SLACK * all;
	}
}

/* One choice of signs.  User u has bit u mod 64 of the draw's word u / 64. */
static void
swap_users(void *arg, size_t task, int thread)
{
	const struct job *j = arg;
	double *sum = j->sum + (size_t)thread * j->columns;
	uint64_t *far = j->far + (size_t)thread * j->columns;
	uint64_t word = 0, at = UINT64_MAX;

	memset(sum, 0, j->columns * sizeof(*sum));
	for (size_t u = 0; u < j->users; u++) {
		const double *d = j->difference + u * j->columns;
		double sign;

		if (j->user[u] / 64 != at) {
			at = j->user[u] / 64;
			word = rs_draw2(j->seed, RS_DRAW_SWAP, task, at);
		}
		sign = word >> j->user[u] % 64 & 1 ? -1 : 1;
		for (size_t c = 0; c < j->columns; c++)
			sum[c] += sign * d[c];
	}
	for (size_t c = 0; c < j->columns; c++)
		far[c] += fabs(sum[c]) >= j->bar[c];
}

/* All choices of signs but for that of the first, whose other half is the
 * mirror of this one. */
static double
go_through(const double *d, size_t n, double bar)
{
	const uint32_t choices = (uint32_t)1 << (n - 1);
	uint32_t far = 0;

	for (uint32_t signs = 0; signs < choices; signs++) {
		double sum = d[0];

		for (size_t i = 1; i < n; i++)
			sum += signs >> (i - 1) & 1 ? -d[i] : d[i];
		far += fabs(sum) >= bar;
	}
	return (double)far / choices;
}

/* Whether so few differ in a column that it was settled exactly. */
static bool
settle_exactly(const struct job *j, size_t column, double *p)
{
	double few[RS_PAIRED_EXACT];
	size_t n = 0;

	for (size_t u = 0; u < j->users; u++) {
		const double d = j->difference[u * j->columns + column];

		if (d == 0)
			continue;
		if (n == RS_PAIRED_EXACT)
			return false;
		few[n++] = d;
	}
	*p = n > 0 ? go_through(few, n, j->bar[column]) : 1;
	return true;
}

void
rs_paired_p(const double *difference, size_t users, size_t columns,
    uint64_t seed, struct rs_pool *pool, double *p)
{
	const size_t threads = (size_t)rs_pool_threads(pool);
	struct job j = { .columns = columns, .seed = seed };

	j.bar = rs_alloc(rs_size(columns, sizeof(*j.bar)) + 1);
	j.sum = rs_alloc(rs_size(rs_size(threads, columns), sizeof(*j.sum)) +
	    1);
	j.far = rs_zalloc(rs_size(rs_size(threads, columns),
	    sizeof(*j.far)) + 1);
	gather(&j, difference, users);
	set_bars(&j);
	if (j.users > RS_PAIRED_EXACT)
		rs_pool_run(pool, RS_PAIRED_DRAWS, swap_users, &j);
	for (size_t c = 0; c < columns; c++) {
		uint64_t far = 1;

		if (settle_exactly(&j, c, &p[c]))
			continue;
		for (size_t t = 0; t < threads; t++)
			far += j.far[t * columns + c];
		p[c] = (double)far / (RS_PAIRED_DRAWS + 1);
	}
	free(j.difference);
	free(j.user);
	free(j.bar);
	free(j.sum);
	free(j.far);
}
