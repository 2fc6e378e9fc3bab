/* coverage: the share of all items that stand in at least one list. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/real.h"
#include "rank/coverage.h"

/* A sure place counts as a chance of e^-64 to be nowhere, which 1 - x cannot
 * tell from none.  Sums saturate, so 2^26 sure places are as good as one. */
#define SURE ((uint64_t)64 << 32)

struct rs_coverage {
	uint64_t items;
	uint64_t all;		/* belongs to every item */
	uint64_t *dark;		/* (items) -log(chance to be nowhere) 2^32 */
	uint64_t *taken;	/* (items) to take from all; NULL: none */
};

struct rs_coverage *
rs_coverage_new(uint64_t items)
{
	struct rs_coverage *c = rs_zalloc(sizeof(*c));

	c->items = items;
	c->dark = rs_zalloc(rs_size(items, sizeof(*c->dark)));
	return c;
}

static uint64_t
steps(double chance)
{
	double dark;

	assert(chance >= 0);
	if (chance >= 1)
		return SURE;
	dark = -rs_log(1 - chance);
	return dark >= 64 ? SURE : (uint64_t)floor(dark * 0x1p32 + 0.5);
}

static uint64_t
sum(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

void
rs_coverage_add(struct rs_coverage *c, uint64_t item, double chance)
{
	assert(item < c->items);
	c->dark[item] = sum(c->dark[item], steps(chance));
}

void
rs_coverage_add_all(struct rs_coverage *c, double chance)
{
	c->all = sum(c->all, steps(chance));
}

void
rs_coverage_take(struct rs_coverage *c, uint64_t item, double chance)
{
	assert(item < c->items);
	if (c->taken == NULL)
		c->taken = rs_zalloc(rs_size(c->items, sizeof(*c->taken)));
	c->taken[item] = sum(c->taken[item], steps(chance));
}

void
rs_coverage_merge(struct rs_coverage *c, const struct rs_coverage *more)
{
	assert(c->items == more->items);
	c->all = sum(c->all, more->all);
	for (uint64_t i = 0; i < c->items; i++)
		c->dark[i] = sum(c->dark[i], more->dark[i]);
	if (more->taken == NULL)
		return;
	if (c->taken == NULL)
		c->taken = rs_zalloc(rs_size(c->items, sizeof(*c->taken)));
	for (uint64_t i = 0; i < c->items; i++)
		c->taken[i] = sum(c->taken[i], more->taken[i]);
}

double
rs_coverage_value(const struct rs_coverage *c)
{
	double lit = 0;

	for (uint64_t i = 0; i < c->items; i++) {
		uint64_t dark = c->all;

		if (c->taken != NULL)
			dark -= c->taken[i] < dark ? c->taken[i] : dark;
		dark = sum(dark, c->dark[i]);
		lit += 1 - rs_exp(-((double)dark * 0x1p-32));
	}
	return c->items > 0 ? lit / (double)c->items : 0;
}

void
rs_coverage_free(struct rs_coverage *c)
{
	if (c == NULL)
		return;
	free(c->dark);
	free(c->taken);
	free(c);
}
