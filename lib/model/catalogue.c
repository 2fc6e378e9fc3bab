/* catalogue: the metrics that are of all users' lists together. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/catalogue.h"
#include "rank/coverage.h"

struct rs_catalogue {
	const struct rs_metrics *ms;
	uint64_t items;
	struct rs_coverage **coverage;	/* (metrics) NULL: is none */
};

struct rs_catalogue *
rs_catalogue_new(const struct rs_metrics *ms, uint64_t items)
{
	struct rs_catalogue *c;

	if (!rs_metrics_have(ms, RS_METRIC_CATALOGUE))
		return NULL;
	c = rs_zalloc(sizeof(*c));
	c->ms = ms;
	c->items = items;
	c->coverage = rs_zalloc(rs_size(ms->n, sizeof(*c->coverage)));
	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE)
			c->coverage[m] = rs_coverage_new(items);
	return c;
}

bool
rs_catalogue_has(const struct rs_catalogue *c, size_t m)
{
	return c != NULL && c->coverage[m] != NULL;
}

uint64_t
rs_catalogue_longest(const struct rs_metrics *ms)
{
	uint64_t k = 0;

	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE &&
		    ms->metric[m].k > k)
			k = ms->metric[m].k;
	return k;
}

void
rs_catalogue_add(struct rs_catalogue *c, size_t m, uint64_t item,
    double chance)
{
	rs_coverage_add(c->coverage[m], item, chance);
}

void
rs_catalogue_add_random(struct rs_catalogue *c, size_t m,
    const uint32_t *seen, size_t seens)
{
	const uint64_t k = c->ms->metric[m].k, candidates = c->items - seens;
	const double chance = k < candidates ?
	    (double)k / (double)candidates : 1;

	if (candidates == 0)
		return;
	rs_coverage_add_all(c->coverage[m], chance);
	for (size_t i = 0; i < seens; i++)
		rs_coverage_take(c->coverage[m], seen[i], chance);
}

void
rs_catalogue_merge(struct rs_catalogue *c, const struct rs_catalogue *more)
{
	for (size_t m = 0; m < c->ms->n; m++)
		if (c->coverage[m] != NULL)
			rs_coverage_merge(c->coverage[m], more->coverage[m]);
}

void
rs_catalogue_values(const struct rs_catalogue *c, double *whole)
{
	if (c == NULL)
		return;
	for (size_t m = 0; m < c->ms->n; m++)
		if (c->coverage[m] != NULL)
			whole[m] = rs_coverage_value(c->coverage[m]);
}

void
rs_catalogue_free(struct rs_catalogue *c)
{
	if (c == NULL)
		return;
	for (size_t m = 0; m < c->ms->n; m++)
		rs_coverage_free(c->coverage[m]);
	free(c->coverage);
	free(c);
}
