/*
 * catalogue: the metrics that are of all users' lists together.
 *
 *	c = rs_catalogue_new(ms, items);	(NULL: no metric is of that kind)
 *	rs_catalogue_add(c, m, item, 0.5);	(in this list by that chance)
 *	rs_catalogue_merge(c, more);
 *	rs_catalogue_values(c, eval.whole);
 *	rs_catalogue_free(c);
 *
 * m is a metric's place in ms; what belongs to metrics of other kinds is let
 * be.  One thread each; what merging gives no order changes.
 */
#ifndef RS_MODEL_CATALOGUE_H
#define RS_MODEL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rank/metric.h"

struct rs_catalogue;

struct rs_catalogue *rs_catalogue_new(const struct rs_metrics *ms,
    uint64_t items);

/* Whether metric m is one of these, and the longest cut of all that are: 0
 * where there are none. */
bool rs_catalogue_has(const struct rs_catalogue *c, size_t m);
uint64_t rs_catalogue_longest(const struct rs_metrics *ms);

void rs_catalogue_add(struct rs_catalogue *c, size_t m, uint64_t item,
    double chance);

/* A list in random order of all items but the seen ones. */
void rs_catalogue_add_random(struct rs_catalogue *c, size_t m,
    const uint32_t *seen, size_t seens);

void rs_catalogue_merge(struct rs_catalogue *c,
    const struct rs_catalogue *more);

/* To (metrics) whole, where a metric is one of these. */
void rs_catalogue_values(const struct rs_catalogue *c, double *whole);
void rs_catalogue_free(struct rs_catalogue *c);

#endif
