/* exposure: how often each item stands in the lists of many users. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "rank/exposure.h"

/* A number of steps of 2^-64: what is the same for all items, or a sum over
 * all, where 2^-32 would be coarse.  2^64 lists do not exist. */
struct fine {
	uint64_t whole, part;
};

struct rs_exposure {
	uint64_t items;
	struct fine all;	/* belongs to every item */
	struct fine squares;	/* over items and lists: chance^2 */
	uint64_t *often;	/* (items) expected lists, in 2^-32 */
	uint64_t *taken;	/* (items) to take from all; NULL: none */
};

struct rs_exposure *
rs_exposure_new(uint64_t items)
{
	struct rs_exposure *x = rs_zalloc(sizeof(*x));

	x->items = items;
	x->often = rs_zalloc(rs_size(items, sizeof(*x->often)));
	return x;
}

static struct fine
fine(double v)
{
	const double whole = floor(v);

	return (struct fine){ (uint64_t)whole,
	    (uint64_t)((v - whole) * 0x1p64) };
}

static void
add_fine(struct fine *a, struct fine b)
{
	a->part += b.part;
	a->whole += b.whole + (a->part < b.part);
}

static double
real(struct fine a)
{
	return (double)a.whole + (double)a.part * 0x1p-64;
}

static uint64_t
steps(double chance)
{
	assert(chance >= 0 && chance <= 1);
	return (uint64_t)floor(chance * 0x1p32 + 0.5);
}

void
rs_exposure_add(struct rs_exposure *x, uint64_t item, double chance)
{
	assert(item < x->items);
	x->often[item] += steps(chance);
	add_fine(&x->squares, fine(chance * chance));
}

void
rs_exposure_add_all(struct rs_exposure *x, double chance, uint64_t n)
{
	assert(chance >= 0 && chance <= 1 && n <= x->items);
	add_fine(&x->all, fine(chance));
	add_fine(&x->squares, fine(chance * chance * (double)n));
}

void
rs_exposure_take(struct rs_exposure *x, uint64_t item, double chance)
{
	assert(item < x->items);
	if (x->taken == NULL)
		x->taken = rs_zalloc(rs_size(x->items, sizeof(*x->taken)));
	x->taken[item] += steps(chance);
}

void
rs_exposure_merge(struct rs_exposure *x, const struct rs_exposure *more)
{
	assert(x->items == more->items);
	add_fine(&x->all, more->all);
	add_fine(&x->squares, more->squares);
	for (uint64_t i = 0; i < x->items; i++)
		x->often[i] += more->often[i];
	if (more->taken == NULL)
		return;
	if (x->taken == NULL)
		x->taken = rs_zalloc(rs_size(x->items, sizeof(*x->taken)));
	for (uint64_t i = 0; i < x->items; i++)
		x->taken[i] += more->taken[i];
}

/* In how many lists an item is expected.  What is taken was rounded, so that
 * nothing may be left a hair below 0. */
static double
expected(const struct rs_exposure *x, uint64_t item)
{
	double all = real(x->all);

	if (x->taken != NULL)
		all -= (double)x->taken[item] * 0x1p-32;
	return (all > 0 ? all : 0) + (double)x->often[item] * 0x1p-32;
}

/*
 * Ties of two users are broken without regard to each other, so the chance
 * that both lists have item i is the product of theirs, p(u,i) p(v,i).  Over
 * ordered pairs u != v that sums to
 *
 *	sum over i of (sum over u of p(u,i))^2 - sum over u and i of p(u,i)^2,
 *
 * where without ties the first is c(i)^2 and the second the sum of c(i): no
 * pair is ever looked at.
 */
double
rs_exposure_overlap(const struct rs_exposure *x, uint64_t lists)
{
	double sum = 0;

	if (lists < 2)
		return (double)NAN;
	for (uint64_t i = 0; i < x->items; i++) {
		const double c = expected(x, i);

		sum += c * c;
	}
	sum -= real(x->squares);
	return (sum > 0 ? sum : 0) / ((double)lists * (double)(lists - 1));
}

static int
by_count(const void *a, const void *b)
{
	const double p = *(const double *)a, q = *(const double *)b;

	return (p > q) - (p < q);
}

/*
 * With the n counts x(1) <= .. <= x(n) the coefficient is
 *
 *	sum over i of (2i - n - 1) x(i) / (n sum over i of x(i)).
 *
 * Counts of 0 have their places at the front and add nothing, so only the
 * others are sorted.
 */
double
rs_exposure_gini(const struct rs_exposure *x)
{
	double *count = rs_alloc(rs_size(x->items, sizeof(*count)) + 1);
	const double n = (double)x->items;
	double sum = 0, all = 0;
	uint64_t none = 0;
	size_t some = 0;

	for (uint64_t i = 0; i < x->items; i++) {
		count[some] = expected(x, i);
		if (count[some] > 0)
			some++;
	}
	none = x->items - some;
	qsort(count, some, sizeof(*count), by_count);
	for (size_t i = 0; i < some; i++) {
		sum += (2 * (double)(none + i + 1) - n - 1) * count[i];
		all += count[i];
	}
	free(count);
	return some > 0 ? sum / (n * all) : (double)NAN;
}

void
rs_exposure_free(struct rs_exposure *x)
{
	if (x == NULL)
		return;
	free(x->often);
	free(x->taken);
	free(x);
}
