/*
 * shelf: the first k of all users' lists put side by side, whatever of them
 * is relevant.
 *
 *	struct rs_shelf *s = rs_shelf_new(items, k, surprise);
 *	for (each user) {
 *		rs_shelf_add(s, item, 1);	(in this list for sure)
 *		rs_shelf_add(s, item, 0.5);	(one of 2 for the last place)
 *		novelty = rs_shelf_next(s);	(the list is whole)
 *	}
 *	shared = rs_shelf_overlap(s);
 *
 * Items with ties at the cut come with their chance to be within, and the
 * figures are expectations; gini's is of the expected counts.  Sums are of
 * whole numbers, so threads may fill a shelf each and merge them, with the
 * same result in any order.
 */
#ifndef RS_RANK_SHELF_H
#define RS_RANK_SHELF_H

#include <stddef.h>
#include <stdint.h>

struct rs_shelf;

/* surprise: bits of each item (rank/surprise.h), borrowed, or NULL where
 * nobody asks for novelty.  yours */
struct rs_shelf *rs_shelf_new(uint64_t items, uint64_t k,
    const double *surprise);
void rs_shelf_add(struct rs_shelf *s, uint64_t item, double chance);

/* The list at hand is whole: its mean surprise, NaN where it is empty. */
double rs_shelf_next(struct rs_shelf *s);

/* A whole list in random order of all items but the seen ones, of which n
 * are named (distinct); its mean surprise. */
double rs_shelf_random(struct rs_shelf *s, const uint32_t *seen, size_t n);

/* Add what another gathered, of the same items and k. */
void rs_shelf_merge(struct rs_shelf *s, const struct rs_shelf *more);

/* The share of all items that stand in any list. */
double rs_shelf_coverage(const struct rs_shelf *s);

/* The share of their k items that two users' lists have in common: the mean
 * over all pairs of users who have lists; NaN for fewer than two. */
double rs_shelf_overlap(const struct rs_shelf *s);

/* How unevenly all items are recommended; NaN where nobody has a list. */
double rs_shelf_gini(const struct rs_shelf *s);
void rs_shelf_free(struct rs_shelf *s);

#endif
