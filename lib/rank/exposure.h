/*
 * exposure: how often each item stands in the lists of many users.
 *
 *	struct rs_exposure *x = rs_exposure_new(items);
 *	rs_exposure_add(x, item, 1);		(in this list for sure)
 *	rs_exposure_add(x, item, 0.25);		(one of 4 for the last place)
 *	shared = rs_exposure_overlap(x, lists) / k;
 *	uneven = rs_exposure_gini(x);
 *
 * With ties at the cut an item is in a list by chance only, and counts as
 * often as it is expected to be there.  Counts are kept in steps of 2^-32:
 * whole numbers, whose sum does not depend on the order, so each thread may
 * fill one of its own.
 */
#ifndef RS_RANK_EXPOSURE_H
#define RS_RANK_EXPOSURE_H

#include <stdint.h>

struct rs_exposure;

struct rs_exposure *rs_exposure_new(uint64_t items);	/* yours */

/* An item of a list, with its chance to be in it, at most 1. */
void rs_exposure_add(struct rs_exposure *x, uint64_t item, double chance);

/* A list in which n items have the same chance, and which those are: first
 * all items, then less those that were not meant. */
void rs_exposure_add_all(struct rs_exposure *x, double chance, uint64_t n);
void rs_exposure_take(struct rs_exposure *x, uint64_t item, double chance);

/* Add what another gathered over the same items. */
void rs_exposure_merge(struct rs_exposure *x, const struct rs_exposure *more);

/* The expected number of items that two of the lists have in common, as the
 * mean over all pairs of them; NaN for fewer than two. */
double rs_exposure_overlap(const struct rs_exposure *x, uint64_t lists);

/* Gini's coefficient of the (expected) counts of all items: 0 where all
 * stand in lists equally often, near 1 where one takes all; NaN where no item
 * stands anywhere. */
double rs_exposure_gini(const struct rs_exposure *x);
void rs_exposure_free(struct rs_exposure *x);

#endif
