/* als: against a slow, dense, obvious reference; the same bits everywhere. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernel/als.h"
#include "kernel/dot.h"
#include "model/factors.h"
#include "paths.h"
#include "test.h"

enum { USERS, ITEMS };

/* A random sparse problem, both ways round. */
struct problem {
	struct rs_als_side side[2];
	size_t d;
	struct rs_als_goal goal;
};

static const struct rs_als_goal hkv = { 3, 1, true };
static const struct rs_als_goal ials = { 1, 0.1F, false };

static float *
some_factors(struct rs_pool *pool, size_t rows, size_t d,
    enum rs_purpose purpose)
{
	float *x = rs_aligned(rows * rs_stride(d) * sizeof(*x));

	rs_factors_draw(pool, x, rows, d, 1 / sqrt((double)d), 7, purpose);
	return x;
}

/* The weight of cell (u, i), 0 where none: dense, sparse and no rows at all,
 * here and there one that is disliked. */
static float
cell(size_t u, size_t i, bool plain)
{
	const uint64_t draw = rs_draw2(11, RS_DRAW_SYNTH, u, i);
	const double share = u % 7 == 3 || i % 11 == 5 ? 0 :
	    u % 13 == 0 ? 0.9 : 0.15;

	if (rs_unit(draw) >= share)
		return 0;
	if (plain)
		return 1;
	return (float)(draw % 8 == 0 ? -1 : 1) * (float)(draw % 5 + 1) * 0.5F;
}

static void
fill(struct rs_als_side *s, size_t rows, size_t others, bool flip, bool plain)
{
	uint64_t *indptr = rs_alloc((rows + 1) * sizeof(*indptr));
	uint32_t *indices = rs_alloc(rows * others * sizeof(*indices));
	float *weight = rs_alloc(rows * others * sizeof(*weight));
	float *lambda = rs_alloc(rows * sizeof(*lambda));
	uint64_t n = 0;

	for (size_t r = 0; r < rows; r++) {
		indptr[r] = n;
		for (size_t o = 0; o < others; o++) {
			const float w = flip ? cell(o, r, plain) :
			    cell(r, o, plain);

			if (w != 0) {
				indices[n] = (uint32_t)o;
				weight[n++] = w;
			}
		}
		lambda[r] = 0.5F + 0.1F * (float)(r % 5);
	}
	indptr[rows] = n;
	*s = (struct rs_als_side){ rows, indptr, indices, weight, lambda, 0,
	    NULL };
	if (plain) {
		free(weight);
		s->weight = NULL;
	}
}

static struct problem
make(struct rs_pool *pool, size_t users, size_t items, size_t d,
    struct rs_als_goal goal, bool plain)
{
	struct problem p = { .d = d, .goal = goal };

	fill(&p.side[USERS], users, items, false, plain);
	fill(&p.side[ITEMS], items, users, true, plain);
	p.side[USERS].factors = some_factors(pool, users, d,
	    RS_DRAW_USER_FACTORS);
	p.side[ITEMS].factors = some_factors(pool, items, d,
	    RS_DRAW_ITEM_FACTORS);
	return p;
}

static void
unmake(struct problem *p)
{
	for (int s = 0; s < 2; s++) {
		free((void *)(uintptr_t)p->side[s].indptr);
		free((void *)(uintptr_t)p->side[s].indices);
		free((void *)(uintptr_t)p->side[s].weight);
		free((void *)(uintptr_t)p->side[s].lambda);
		free(p->side[s].factors);
	}
}

static double
product(const float *x, const float *y, size_t d)
{
	double sum = 0;

	for (size_t i = 0; i < d; i++)
		sum += (double)x[i] * (double)y[i];
	return sum;
}

/* Confidence and preference of every cell, by the books. */
static void
wants(const struct problem *p, double w, double *c, double *pref)
{
	const double a0 = (double)p->goal.unobserved;
	const double conf = fabs((double)p->goal.alpha * w);

	*c = w == 0 ? a0 : p->goal.replace ? conf : conf + a0;
	/* iALS: c (s - 1)^2 + a0 s^2 has its minimum at c / (c + a0). */
	*pref = w <= 0 ? 0 : p->goal.replace ? 1 : conf / (conf + a0);
}

/* The objective, cell by cell. */
static double
slow_loss(const struct problem *p, bool plain)
{
	const size_t stride = rs_stride(p->d);
	const struct rs_als_side *us = &p->side[USERS], *is = &p->side[ITEMS];
	double sum = 0;

	for (size_t u = 0; u < us->rows; u++)
		for (size_t i = 0; i < is->rows; i++) {
			const double s = product(us->factors + u * stride,
			    is->factors + i * stride, p->d);
			const double w = (double)cell(u, i, plain);
			const double c = fabs((double)p->goal.alpha * w);
			const double want = w > 0;
			const double a0 = (double)p->goal.unobserved;

			if (w == 0)
				sum += a0 * s * s;
			else
				sum += c * (s - want) * (s - want) +
				    (p->goal.replace ? 0 : a0 * s * s);
		}
	for (int side = 0; side < 2; side++)
		for (size_t r = 0; r < p->side[side].rows; r++) {
			const float *x = p->side[side].factors + r * stride;

			sum += (double)p->side[side].lambda[r] *
			    product(x, x, p->d);
		}
	return sum;
}

/* a x = b by Gauss-Jordan with pivoting; b becomes x. */
static void
slow_solve(double *a, double *b, size_t d)
{
	for (size_t k = 0; k < d; k++) {
		size_t p = k;

		for (size_t i = k; i < d; i++)
			if (fabs(a[i * d + k]) > fabs(a[p * d + k]))
				p = i;
		for (size_t j = 0; j < d; j++) {
			const double t = a[k * d + j];

			a[k * d + j] = a[p * d + j];
			a[p * d + j] = t;
		}
		const double t = b[k];

		b[k] = b[p];
		b[p] = t;
		for (size_t i = 0; i < d; i++) {
			const double m = a[i * d + k] / a[k * d + k];

			if (i == k)
				continue;
			for (size_t j = k; j < d; j++)
				a[i * d + j] -= m * a[k * d + j];
			b[i] -= m * b[k];
		}
	}
	for (size_t k = 0; k < d; k++)
		b[k] /= a[k * d + k];
}

/* Row r of side s, the other being fixed, from all its cells. */
static void
slow_row(const struct problem *p, int s, size_t r, bool plain, double *x)
{
	const struct rs_als_side *solve = &p->side[s], *fixed = &p->side[!s];
	const size_t d = p->d, stride = rs_stride(d);
	double *a = rs_zalloc(d * d * sizeof(*a));

	memset(x, 0, d * sizeof(*x));
	for (size_t o = 0; o < fixed->rows; o++) {
		const float *y = fixed->factors + o * stride;
		const float w = s == USERS ? cell(r, o, plain) :
		    cell(o, r, plain);
		double c, want;

		wants(p, (double)w, &c, &want);
		for (size_t i = 0; i < d; i++) {
			for (size_t j = 0; j < d; j++)
				a[i * d + j] += c * (double)y[i] *
				    (double)y[j];
			x[i] += c * want * (double)y[i];
		}
	}
	for (size_t i = 0; i < d; i++)
		a[i * d + i] += (double)solve->lambda[r];
	slow_solve(a, x, d);
	free(a);
}

/* The largest difference between the predictions of side s as it stands and
 * those of the exact solution, and the largest prediction. */
static double
distance(const struct problem *p, int s, bool plain, double *largest)
{
	const struct rs_als_side *solve = &p->side[s], *fixed = &p->side[!s];
	const size_t stride = rs_stride(p->d);
	double *x = rs_alloc(p->d * sizeof(*x)), most = 0;

	*largest = 0;
	for (size_t r = 0; r < solve->rows; r++) {
		slow_row(p, s, r, plain, x);
		for (size_t o = 0; o < fixed->rows; o++) {
			const float *y = fixed->factors + o * stride;
			double want = 0;

			for (size_t i = 0; i < p->d; i++)
				want += x[i] * (double)y[i];
			const double got = product(solve->factors +
			    r * stride, y, p->d);

			most = fmax(most, fabs(got - want));
			*largest = fmax(*largest, fabs(want));
		}
	}
	free(x);
	return most;
}

static void
test_solvers_reach_the_exact_solution(struct rs_pool *pool)
{
	static const size_t ds[] = { 1, 3, 16, 17, 48, 65 };
	static const struct {
		const char *name;
		struct rs_als_goal goal;
		bool plain;
	} cases[] = {
		{ "hkv", { 3, 1, true }, false },
		{ "hkv, no weights", { 5, 1, true }, true },
		{ "ials", { 1, 0.1F, false }, false },
		{ "ials, no weights", { 1, 0.02F, false }, true },
		{ "no unobserved", { 2, 0, false }, false },
	};

	for (size_t c = 0; c < sizeof(cases) / sizeof(*cases); c++)
		for (size_t k = 0; k < sizeof(ds) / sizeof(*ds); k++)
			for (int solver = 0; solver < 2; solver++)
				for (int s = 0; s < 2; s++) {
			struct problem p = make(pool, 83, 61, ds[k],
			    cases[c].goal, cases[c].plain);
			struct rs_als *als = rs_als_new(pool, ds[k], &p.goal,
			    (enum rs_als_solver)solver, 100);
			double off, largest, got, want;
			size_t bad = 9;

			ok(rs_als_half(als, &p.side[s], &p.side[!s], &bad) ==
			    0, "%s d %zu: row %zu", cases[c].name, ds[k], bad);
			off = distance(&p, s, cases[c].plain, &largest);
			ok(off < 2e-5 * largest, "%s, solver %d, side %d, "
			    "d %zu: %g of %g", cases[c].name, solver, s, ds[k],
			    off, largest);
			got = rs_als_loss(als, &p.side[0], &p.side[1]);
			want = slow_loss(&p, cases[c].plain);
			ok(fabs(got - want) < 1e-5 * want,
			    "%s d %zu: loss %.9g, dense %.9g", cases[c].name,
			    ds[k], got, want);
			rs_als_free(als);
			unmake(&p);
		}
}

/* With one step, which leads nowhere near where there are more. */
static void
test_rows_of_few_are_exact_at_once(struct rs_pool *pool)
{
	static const struct rs_als_goal goals[] = { { 3, 1, true },
		{ 2, 1, true }, { 40, 0.1F, false } };

	for (size_t g = 0; g < 3; g++) {
		struct problem p = make(pool, 300, 40, 64, goals[g], false);
		struct rs_als *als = rs_als_new(pool, p.d, &p.goal, RS_ALS_CG,
		    1);
		const struct rs_als_side *users = &p.side[USERS];
		double x[64];
		size_t bad, few = 0;

		ok(rs_als_half(als, users, &p.side[ITEMS], &bad) == 0,
		    "half a step");
		for (size_t r = 0; r < users->rows; r++) {
			const float *got = users->factors + r * rs_stride(64);
			double off = 0, all = 1e-12;

			if (users->indptr[r + 1] - users->indptr[r] > 11)
				continue;
			few++;
			slow_row(&p, USERS, r, false, x);
			for (size_t i = 0; i < 64; i++) {
				off += ((double)got[i] - x[i]) *
				    ((double)got[i] - x[i]);
				all += x[i] * x[i];
			}
			ok(off < 1e-8 * all, "goal %zu, row %zu: off by %g",
			    g, r, sqrt(off / all));
		}
		ok(few > 200, "only %zu rows have few", few);
		rs_als_free(als);
		unmake(&p);
	}
}

/* One ridge for all of many more users than items: what users are made of
 * turns them, so products among them stay, and items are solved by them. */
static void
test_turning_by_shares_is_turning(struct rs_pool *pool)
{
	struct problem p = make(pool, 500, 40, 64, hkv, false);
	const struct rs_als_side *users = &p.side[USERS], *items =
	    &p.side[ITEMS];
	struct rs_als *als = rs_als_new(pool, p.d, &p.goal, RS_ALS_CG, 30);
	const size_t stride = rs_stride(p.d), size = 500 * stride;
	float *was = rs_aligned(size * sizeof(*was));
	double off = 0, all = 0, largest;
	size_t bad;

	ok(rs_als_shares(500, 40), "so many more users");
	for (size_t r = 0; r < 500; r++)
		((float *)(uintptr_t)users->lambda)[r] = 0.5F;
	ok(rs_als_half(als, users, items, &bad) == 0, "users");
	memcpy(was, users->factors, size * sizeof(*was));
	ok(rs_als_half(als, items, users, &bad) == 0, "items");
	ok(memcmp(was, users->factors, size * sizeof(*was)) != 0,
	    "nothing was turned");
	for (size_t u = 0; u < 500; u++)
		for (size_t v = 0; v <= u; v++) {
			const double a = product(was + u * stride,
			    was + v * stride, p.d);
			const double b = product(users->factors + u * stride,
			    users->factors + v * stride, p.d);

			off = fmax(off, fabs(a - b));
			all = fmax(all, fabs(a));
		}
	ok(off < 1e-5 * all, "products are off by %g of %g", off, all);
	off = distance(&p, ITEMS, false, &largest);
	ok(off < 2e-5 * largest, "items are off by %g of %g", off, largest);
	rs_als_free(als);
	free(was);
	unmake(&p);
}

static void
test_every_epoch_lowers_the_loss(struct rs_pool *pool)
{
	for (unsigned steps = 1; steps <= 3; steps++)
		for (int goal = 0; goal < 2; goal++) {
			struct problem p = make(pool, 150, 90, 24,
			    goal ? hkv : ials, false);
			struct rs_als *als = rs_als_new(pool, p.d, &p.goal,
			    RS_ALS_CG, steps);
			double last = slow_loss(&p, false), loss;
			size_t bad;

			for (int e = 0; e < 12; e++) {
				rs_als_half(als, &p.side[0], &p.side[1], &bad);
				rs_als_half(als, &p.side[1], &p.side[0], &bad);
				loss = rs_als_loss(als, &p.side[0],
				    &p.side[1]);
				ok(loss < last * (1 + 1e-6),
				    "goal %d, %u steps, epoch %d: "
				    "%.9g after %.9g", goal, steps, e, loss,
				    last);
				last = loss;
			}
			rs_als_free(als);
			unmake(&p);
		}
}

static void
test_two_steps_come_near_the_exact_loss(struct rs_pool *pool)
{
	double loss[2];

	for (int solver = 0; solver < 2; solver++) {
		struct problem p = make(pool, 200, 120, 32, ials, true);
		struct rs_als *als = rs_als_new(pool, p.d, &p.goal,
		    (enum rs_als_solver)solver, 2);
		size_t bad;

		for (int e = 0; e < 15; e++) {
			rs_als_half(als, &p.side[0], &p.side[1], &bad);
			rs_als_half(als, &p.side[1], &p.side[0], &bad);
		}
		loss[solver] = rs_als_loss(als, &p.side[0], &p.side[1]);
		rs_als_free(als);
		unmake(&p);
	}
	ok(fabs(loss[0] - loss[1]) < 2e-3 * loss[1], "%g, exact %g", loss[0],
	    loss[1]);
}

static void
test_rows_that_want_nothing_are_zero(struct rs_pool *pool)
{
	for (int solver = 0; solver < 2; solver++) {
		struct problem p = make(pool, 40, 30, 17, hkv, false);
		struct rs_als *als = rs_als_new(pool, p.d, &p.goal,
		    (enum rs_als_solver)solver, 2);
		size_t bad;

		rs_als_half(als, &p.side[0], &p.side[1], &bad);
		for (size_t r = 0; r < 40; r++) {
			const float *x = p.side[0].factors + r * 32;
			const uint64_t *at = p.side[0].indptr + r;

			for (size_t i = 0; i < 32; i++)
				ok((at[0] != at[1] && i < 17) || x[i] == 0,
				    "solver %d, row %zu: x[%zu] is %g",
				    solver, r, i, (double)x[i]);
		}
		rs_als_free(als);
		unmake(&p);
	}
}

static void
test_a_side_may_be_empty(struct rs_pool *pool)
{
	static const size_t sizes[][2] = { { 0, 9 }, { 9, 0 }, { 0, 0 } };

	for (size_t k = 0; k < 3; k++)
		for (int solver = 0; solver < 2; solver++) {
			struct problem p = make(pool, sizes[k][0],
			    sizes[k][1], 20, ials, false);
			struct rs_als *als = rs_als_new(pool, p.d, &p.goal,
			    (enum rs_als_solver)solver, 3);
			size_t bad;

			ok(rs_als_half(als, &p.side[0], &p.side[1], &bad) == 0,
			    "%zu users", p.side[0].rows);
			ok(rs_als_half(als, &p.side[1], &p.side[0], &bad) == 0,
			    "%zu items", p.side[1].rows);
			ok(isfinite(rs_als_loss(als, &p.side[0], &p.side[1])),
			    "loss");
			rs_als_free(als);
			unmake(&p);
		}
}

/* Of one shape that keeps shares of its observations, and of one that does
 * not. */
static void
test_there_may_be_no_observations(struct rs_pool *pool)
{
	static const size_t items[] = { 5, 40 };

	for (size_t k = 0; k < 2; k++) {
		struct problem p = make(pool, 40, items[k], 20, ials, true);
		struct rs_als *als = rs_als_new(pool, p.d, &p.goal, RS_ALS_CG,
		    2);
		size_t bad;

		for (int s = 0; s < 2; s++) {
			memset((void *)(uintptr_t)p.side[s].indptr, 0,
			    (p.side[s].rows + 1) * sizeof(*p.side[s].indptr));
			free((void *)(uintptr_t)p.side[s].lambda);
			p.side[s].lambda = NULL;
			p.side[s].ridge = 0.5F;
		}
		for (int s = 0; s < 2; s++) {
			const float *x = p.side[s].factors;

			ok(rs_als_half(als, &p.side[s], &p.side[1 - s],
			    &bad) == 0, "%zu items, side %d", items[k], s);
			for (size_t i = 0; i < p.side[s].rows * 32; i++)
				ok(x[i] == 0, "%zu items, side %d: %g",
				    items[k], s, (double)x[i]);
		}
		rs_als_free(als);
		unmake(&p);
	}
}

static void
test_what_is_not_finite_is_named(struct rs_pool *pool)
{
	for (int solver = 0; solver < 2; solver++) {
		struct problem p = make(pool, 40, 30, 8, hkv, false);
		struct rs_als *als = rs_als_new(pool, p.d, &p.goal,
		    (enum rs_als_solver)solver, 2);
		float *w = (float *)(uintptr_t)p.side[0].weight;
		size_t bad;

		w[p.side[0].indptr[26]] = INFINITY;
		w[p.side[0].indptr[29]] = NAN;
		ok(rs_als_half(als, &p.side[0], &p.side[1], &bad) == -1 &&
		    bad == 26, "solver %d: row %zu", solver, bad);
		p.side[1].factors[5 * 16 + 2] = NAN;
		ok(rs_als_half(als, &p.side[0], &p.side[1], &bad) == -1 &&
		    bad == 40, "solver %d: row %zu", solver, bad);
		rs_als_free(als);
		unmake(&p);
	}
}

static void
test_a_new_row_is_the_exact_row(struct rs_pool *pool)
{
	struct problem p = make(pool, 60, 45, 21, ials, false);
	struct rs_als *als = rs_als_new(pool, p.d, &p.goal, RS_ALS_CHOLESKY,
	    0);
	double gram[21 * 21];
	float x[32];
	size_t bad;

	rs_als_half(als, &p.side[0], &p.side[1], &bad);
	rs_als_gram(pool, p.side[1].factors, 45, 21, gram);
	for (size_t r = 0; r < 60; r++) {
		const uint64_t at = p.side[0].indptr[r];

		ok(rs_als_fold(&p.goal, p.d, gram, p.side[1].factors,
		    p.side[0].indices + at, p.side[0].weight + at,
		    (size_t)(p.side[0].indptr[r + 1] - at),
		    p.side[0].lambda[r], x) == 0, "row %zu", r);
		ok(memcmp(x, p.side[0].factors + r * 32, sizeof(x)) == 0,
		    "row %zu", r);
	}
	memset(gram, 0, sizeof(gram));
	ok(rs_als_fold(&p.goal, p.d, gram, p.side[1].factors,
	    (uint32_t[]){ 3 }, NULL, 1, 0, x) == -1 && x[0] == 0,
	    "a singular system");
	rs_als_free(als);
	unmake(&p);
}

static void
test_ridge_grows_with_the_row(void)
{
	const uint64_t indptr[] = { 0, 0, 3, 10 };
	float lambda[3];

	rs_als_ridge(lambda, indptr, 3, 100, 0.5, 0.1, 1);
	ok(lambda[0] == 5 && lambda[1] == 6.5F && lambda[2] == 8.5F,
	    "%g %g %g", (double)lambda[0], (double)lambda[1],
	    (double)lambda[2]);
	rs_als_ridge(lambda, indptr, 3, 100, 0.5, 0.1, 0);
	ok(lambda[0] == 0.5F && lambda[2] == 0.5F, "%g", (double)lambda[0]);
}

/* Fewer rows and one epoch where d is large, for the base path is slow. */
static const struct trained {
	size_t d, users, items;
	int epochs;
	enum rs_als_solver solver;
	bool one_ridge;			/* for all users */
} trained[] = {
	{ 1, 700, 300, 2, RS_ALS_CG, false },
	{ 15, 700, 300, 2, RS_ALS_CG, false },
	{ 64, 700, 300, 2, RS_ALS_CG, false },
	{ 20, 700, 300, 2, RS_ALS_CHOLESKY, false },
	{ 129, 700, 90, 2, RS_ALS_CG, true },	/* turned by their shares */
	{ 130, 700, 300, 2, RS_ALS_CG, false },
	{ 209, 150, 90, 1, RS_ALS_CG, false },
	{ 264, 150, 90, 1, RS_ALS_CG, false },
};
enum { TRAINED = sizeof(trained) / sizeof(*trained) };

/* A digest of all factors and the loss. */
static uint64_t
digest(int threads, const struct trained *t)
{
	struct rs_pool *pool = rs_pool_new(threads);
	struct problem p = make(pool, t->users, t->items, t->d,
	    t->d % 2 ? hkv : ials, t->d % 3 == 0);
	struct rs_als_side *users = &p.side[USERS], *items = &p.side[ITEMS];
	struct rs_als *als = rs_als_new(pool, t->d, &p.goal, t->solver, 2);
	uint64_t sum;
	double loss;
	size_t bad;

	if (t->one_ridge) {
		free((void *)(uintptr_t)users->lambda);
		users->lambda = NULL;
		users->ridge = 0.5F;
	}
	for (int e = 0; e < t->epochs; e++) {
		rs_als_half(als, users, items, &bad);
		rs_als_half(als, items, users, &bad);
	}
	loss = rs_als_loss(als, users, items);
	sum = XXH3_64bits_withSeed(&loss, sizeof(loss), 0);
	for (int s = 0; s < 2; s++)
		sum = XXH3_64bits_withSeed(p.side[s].factors,
		    p.side[s].rows * rs_stride(t->d) * sizeof(float), sum);
	rs_als_free(als);
	unmake(&p);
	rs_pool_free(pool);
	return sum;
}

static void
test_threads_do_not_show(void)
{
	static const int threads[] = { 2, 3, 7 };

	for (int i = 0; i < TRAINED; i++) {
		const uint64_t one = digest(1, &trained[i]);

		for (int t = 0; t < 3; t++)
			ok(digest(threads[t], &trained[i]) == one,
			    "%d threads, d %zu", threads[t], trained[i].d);
	}
}

static void
two_threads(uint64_t *out)
{
	for (int i = 0; i < TRAINED; i++)
		out[i] = digest(2, &trained[i]);
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "d %zu", trained[i].d);
}

int
main(void)
{
	struct rs_pool *pool;

	paths_agree(two_threads, TRAINED, tell);
	pool = rs_pool_new(2);
	test_solvers_reach_the_exact_solution(pool);
	test_rows_of_few_are_exact_at_once(pool);
	test_turning_by_shares_is_turning(pool);
	test_every_epoch_lowers_the_loss(pool);
	test_two_steps_come_near_the_exact_loss(pool);
	test_rows_that_want_nothing_are_zero(pool);
	test_a_side_may_be_empty(pool);
	test_there_may_be_no_observations(pool);
	test_what_is_not_finite_is_named(pool);
	test_a_new_row_is_the_exact_row(pool);
	test_ridge_grows_with_the_row();
	rs_pool_free(pool);
	test_threads_do_not_show();
	return test_end();
}
