/* catalogue: the metrics of what stands in the lists, relevant or not. */
#include <stdlib.h>

#include "base/mem.h"
#include "model/catalogue.h"
#include "rank/shelf.h"

struct rs_catalogue {
	const struct rs_metrics *ms;
	size_t cuts;
	uint64_t *k;		/* (cuts) distinct */
	struct rs_shelf **shelf;	/* (cuts) */
};

static bool
wanted(const struct rs_metric *m)
{
	return m->def->kind == RS_METRIC_CATALOGUE ||
	    m->def->kind == RS_METRIC_CONTENT;
}

static size_t
find(const struct rs_catalogue *c, uint64_t k)
{
	size_t cut = 0;

	while (cut < c->cuts && c->k[cut] != k)
		cut++;
	return cut;
}

struct rs_catalogue *
rs_catalogue_new(const struct rs_eval_ask *ask, uint64_t items)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_catalogue *c;

	if (rs_catalogue_longest(ms) == 0)
		return NULL;
	c = rs_zalloc(sizeof(*c));
	c->ms = ms;
	c->k = rs_alloc(rs_size(ms->n, sizeof(*c->k)));
	c->shelf = rs_alloc(rs_size(ms->n, sizeof(struct rs_shelf *)));
	for (size_t m = 0; m < ms->n; m++) {
		const uint64_t k = ms->metric[m].k;

		if (!wanted(&ms->metric[m]) || find(c, k) < c->cuts)
			continue;
		c->k[c->cuts] = k;
		c->shelf[c->cuts++] = rs_shelf_new(items, k, ask->surprise);
	}
	return c;
}

size_t
rs_catalogue_cuts(const struct rs_catalogue *c)
{
	return c != NULL ? c->cuts : 0;
}

uint64_t
rs_catalogue_k(const struct rs_catalogue *c, size_t cut)
{
	return c->k[cut];
}

uint64_t
rs_catalogue_longest(const struct rs_metrics *ms)
{
	const uint64_t each = rs_metrics_longest(ms, RS_METRIC_CONTENT);
	const uint64_t all = rs_metrics_longest(ms, RS_METRIC_CATALOGUE);

	return each > all ? each : all;
}

void
rs_catalogue_add(struct rs_catalogue *c, size_t cut, uint64_t item,
    double chance)
{
	rs_shelf_add(c->shelf[cut], item, chance);
}

/* What is known of one list: how surprising it is. */
static void
put(const struct rs_catalogue *c, size_t cut, double surprise, double *row)
{
	for (size_t m = 0; m < c->ms->n; m++)
		if (c->ms->metric[m].def->kind == RS_METRIC_CONTENT &&
		    c->ms->metric[m].k == c->k[cut])
			row[m] = surprise;
}

void
rs_catalogue_next(struct rs_catalogue *c, size_t cut, double *row)
{
	put(c, cut, rs_shelf_next(c->shelf[cut]), row);
}

void
rs_catalogue_random(struct rs_catalogue *c, size_t cut, const uint32_t *seen,
    size_t seens, double *row)
{
	put(c, cut, rs_shelf_random(c->shelf[cut], seen, seens), row);
}

void
rs_catalogue_merge(struct rs_catalogue *c, const struct rs_catalogue *more)
{
	for (size_t cut = 0; cut < c->cuts; cut++)
		rs_shelf_merge(c->shelf[cut], more->shelf[cut]);
}

void
rs_catalogue_values(const struct rs_catalogue *c, double *whole)
{
	if (c == NULL)
		return;
	for (size_t m = 0; m < c->ms->n; m++) {
		const struct rs_metric *metric = &c->ms->metric[m];

		if (metric->def->kind == RS_METRIC_CATALOGUE)
			whole[m] = metric->def->shelf(
			    c->shelf[find(c, metric->k)]);
	}
}

void
rs_catalogue_free(struct rs_catalogue *c)
{
	if (c == NULL)
		return;
	for (size_t cut = 0; cut < c->cuts; cut++)
		rs_shelf_free(c->shelf[cut]);
	free(c->shelf);
	free(c->k);
	free(c);
}
