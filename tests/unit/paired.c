/* paired: p is what counting all choices of signs says, and luck is uniform. */
#include <math.h>
#include <string.h>

#include "base/draw.h"
#include "rank/bootstrap.h"
#include "rank/paired.h"
#include "test.h"

static double
draw(uint64_t seed, uint64_t n)
{
	return rs_normal(rs_draw2(5, RS_DRAW_SYNTH, seed, n));
}

/* All signs, by recursion, the first one too. */
static double
count_far(const double *d, size_t n, double sum, double bar)
{
	if (n == 0)
		return fabs(sum) >= bar - 1e-9;
	return count_far(d + 1, n - 1, sum + d[0], bar) +
	    count_far(d + 1, n - 1, sum - d[0], bar);
}

static double
obvious(const double *d, size_t n)
{
	double few[32] = { 0 }, sum = 0;
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (d[i] == d[i] && d[i] != 0) {
			few[m] = d[i];
			sum += few[m++];
		}
	return count_far(few, m, 0, fabs(sum)) / (double)(1 << m);
}

/* What scipy.stats.permutation_test says of these (permutation_type
 * 'samples', statistic the sum of differences). */
static void
test_known_values(struct rs_pool *pool)
{
	static const double d[] = { 1, 1, 1, -1, 0.5, 2 };
	static const double same[] = { 0, 0, (double)NAN };
	static const double one[] = { 0.25 };
	double p;

	rs_paired_p(d, 6, 1, 1, pool, &p);
	ok(p == obvious(d, 6) && p == 0.1875, "%g", p);
	rs_paired_p(same, 3, 1, 1, pool, &p);
	ok(p == 1, "%g", p);
	rs_paired_p(one, 1, 1, 1, pool, &p);
	ok(p == 1, "%g", p);
}

static void
test_few_are_counted_exactly(struct rs_pool *pool)
{
	double d[40], p;

	for (uint64_t t = 0; t < 60; t++) {
		size_t users = 1 + t % RS_PAIRED_EXACT, n = 0;

		/* thirds tie in all sorts of ways, but for rounding */
		for (size_t u = 0; u < users; u++) {
			d[n++] = floor(draw(t, u) * 3) / 3 + 1.0 / 3;
			d[n++] = u % 2 ? 0 : (double)NAN;
		}
		rs_paired_p(d, n, 1, t, pool, &p);
		ok(p == obvious(d, n), "%zu: %g, not %g", users, p,
		    obvious(d, n));
	}
}

/* 20 users: all 2^20 signs against the draws, within 5 standard errors. */
static void
test_draws_are_near_the_count(struct rs_pool *pool)
{
	double d[20], p, want;

	for (uint64_t t = 0; t < 4; t++) {
		for (size_t u = 0; u < 20; u++)
			d[u] = draw(100 + t, u) + 0.2 * (double)t;
		rs_paired_p(d, 20, 1, t, pool, &p);
		want = obvious(d, 20);
		ok(fabs(p - want) < 5 * sqrt(want / RS_PAIRED_DRAWS) + 2e-4,
		    "%g, not %g", p, want);
	}
}

/* Where nobody is better, p lies below x with chance x. */
static void
test_luck_is_uniform(struct rs_pool *pool)
{
	enum { TIMES = 400, USERS = 40 };
	double d[USERS], p, sum = 0;
	unsigned below[10] = { 0 };

	for (uint64_t t = 0; t < TIMES; t++) {
		for (size_t u = 0; u < USERS; u++) {
			const double x = draw(1000 + t, u);

			d[u] = x * x * x;	/* far from normal */
		}
		rs_paired_p(d, USERS, 1, t, pool, &p);
		sum += p;
		for (int q = 0; q < 10; q++)
			below[q] += p <= (q + 1) / 10.0;
	}
	ok(fabs(sum / TIMES - 0.5) < 4 * sqrt(1.0 / 12 / TIMES), "mean %g",
	    sum / TIMES);
	for (int q = 0; q < 9; q++) {
		const double x = (q + 1) / 10.0;

		ok(fabs((double)below[q] / TIMES - x) <
		    4 * sqrt(x * (1 - x) / TIMES), "%g below %g",
		    (double)below[q] / TIMES, x);
	}
}

static void
test_a_real_difference_is_found(struct rs_pool *pool)
{
	double d[200], p;

	for (size_t u = 0; u < 200; u++)
		d[u] = draw(7, u) + 0.5;
	rs_paired_p(d, 200, 1, 1, pool, &p);
	ok(p == 1.0 / (RS_PAIRED_DRAWS + 1), "%g", p);
}

/* Columns share the draws, threads change nothing, the other sign is as far. */
static void
test_columns_threads_and_sides(struct rs_pool *pool)
{
	enum { USERS = 300 };
	struct rs_pool *three = rs_pool_new(3);
	double d[USERS * 3], p[3], q[3], alone[USERS], r;

	for (size_t u = 0; u < USERS; u++) {
		d[3 * u] = alone[u] = draw(8, u) + 0.06;
		d[3 * u + 1] = -d[3 * u];
		d[3 * u + 2] = u < 9 ? 1 : u % 2 ? 0 : (double)NAN;
	}
	rs_paired_p(d, USERS, 3, 4, pool, p);
	rs_paired_p(d, USERS, 3, 4, three, q);
	ok(memcmp(p, q, sizeof(p)) == 0, "threads");
	ok(p[0] == p[1], "%g, %g", p[0], p[1]);
	ok(p[2] == 2.0 / 512, "%g", p[2]);
	rs_paired_p(alone, USERS, 1, 4, pool, &r);
	ok(r == p[0], "%g, %g", r, p[0]);
	rs_pool_free(three);
}

/* The contrast of two columns is what the column of differences is. */
static void
test_a_contrast_is_the_mean_difference(struct rs_pool *pool)
{
	enum { USERS = 120 };
	double v[USERS * 3], mean[4], low[4], high[4];
	uint64_t users[4];
	const struct rs_contrast c = { 0, 1, NULL };
	const struct rs_sample s = { .users = USERS, .columns = 3,
	    .value = v, .contrast = &c, .contrasts = 1 };

	for (size_t u = 0; u < USERS; u++) {
		v[3 * u] = u % 7 ? draw(9, u) : (double)NAN;
		v[3 * u + 1] = u % 5 ? draw(10, u) : (double)NAN;
		v[3 * u + 2] = v[3 * u] - v[3 * u + 1];
	}
	rs_sample_mean(&s, mean, users);
	rs_bootstrap(&s, 1, pool, low, high);
	ok(users[3] == users[2] && users[2] < users[0], "users");
	ok(fabs(mean[3] - mean[2]) < 1e-12, "%g, %g", mean[3], mean[2]);
	ok(fabs(low[3] - low[2]) < 1e-12, "%g, %g", low[3], low[2]);
	ok(fabs(high[3] - high[2]) < 1e-12, "%g, %g", high[3], high[2]);
}

int
main(void)
{
	struct rs_pool *pool = rs_pool_new(1);

	test_known_values(pool);
	test_few_are_counted_exactly(pool);
	test_draws_are_near_the_count(pool);
	test_luck_is_uniform(pool);
	test_a_real_difference_is_found(pool);
	test_columns_threads_and_sides(pool);
	test_a_contrast_is_the_mean_difference(pool);
	rs_pool_free(pool);
	return test_end();
}
