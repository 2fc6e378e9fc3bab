/*
 * coverage: the share of all items that stand in at least one list.
 *
 *	struct rs_coverage *c = rs_coverage_new(items);
 *	rs_coverage_add(c, item, 1);		(in this list for sure)
 *	rs_coverage_add(c, item, 0.25);		(one of 4 for the last place)
 *	share = rs_coverage_value(c);
 *
 * With ties at the cut an item is in a list by chance only, and the share is
 * the expected one.  For each item the logarithm of the chance that it is in
 * no list is summed, in steps of 2^-32: whole numbers, whose sum does not
 * depend on the order, so each thread may fill one of its own.
 */
#ifndef RS_RANK_COVERAGE_H
#define RS_RANK_COVERAGE_H

#include <stdint.h>

struct rs_coverage;

struct rs_coverage *rs_coverage_new(uint64_t items);	/* yours */
void rs_coverage_add(struct rs_coverage *c, uint64_t item, double chance);

/* The same chance for every item, and for one item taken back: what a random
 * list is.  chance < 1. */
void rs_coverage_add_all(struct rs_coverage *c, double chance);
void rs_coverage_take(struct rs_coverage *c, uint64_t item, double chance);

/* Add what another gathered over the same items. */
void rs_coverage_merge(struct rs_coverage *c, const struct rs_coverage *more);
double rs_coverage_value(const struct rs_coverage *c);
void rs_coverage_free(struct rs_coverage *c);

#endif
