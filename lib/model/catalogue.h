/*
 * catalogue: the metrics of what stands in the lists, relevant or not.
 *
 *	c = rs_catalogue_new(&ask, items);	(NULL: nobody asks for one)
 *	for (cut = 0; cut < rs_catalogue_cuts(c); cut++) {
 *		k = rs_catalogue_k(c, cut);
 *		rs_catalogue_add(c, cut, item, 0.5);	(by that chance)
 *		rs_catalogue_next(c, cut, row);	(the list is whole)
 *	}
 *	rs_catalogue_merge(c, more);
 *	rs_catalogue_values(c, eval.whole);
 *	rs_catalogue_free(c);
 *
 * Metrics of the same k share one shelf of lists.  One thread each; what
 * merging gives no order changes.
 */
#ifndef RS_MODEL_CATALOGUE_H
#define RS_MODEL_CATALOGUE_H

#include <stddef.h>
#include <stdint.h>

#include "model/eval.h"

struct rs_catalogue;

struct rs_catalogue *rs_catalogue_new(const struct rs_eval_ask *ask,
    uint64_t items);

/* How many different k there are (c NULL: none), each one, and the longest
 * that metrics of this kind have: 0 where there are none. */
size_t rs_catalogue_cuts(const struct rs_catalogue *c);
uint64_t rs_catalogue_k(const struct rs_catalogue *c, size_t cut);
uint64_t rs_catalogue_longest(const struct rs_metrics *ms);

/* An item of a user's list; then the list is whole, and metrics of it alone
 * are put into the user's row of values. */
void rs_catalogue_add(struct rs_catalogue *c, size_t cut, uint64_t item,
    double chance);
void rs_catalogue_next(struct rs_catalogue *c, size_t cut, double *row);

/* Likewise a whole list, in random order of all items but the seen ones. */
void rs_catalogue_random(struct rs_catalogue *c, size_t cut,
    const uint32_t *seen, size_t seens, double *row);

void rs_catalogue_merge(struct rs_catalogue *c,
    const struct rs_catalogue *more);

/* To (metrics) whole, where a metric is of all lists together. */
void rs_catalogue_values(const struct rs_catalogue *c, double *whole);
void rs_catalogue_free(struct rs_catalogue *c);

#endif
