/*
 * holdout: what is odd about held-out pairs, counted and told.
 *
 *	struct rs_holdout h;
 *	rs_holdout_tell(&h, &roster, &test, &train, true);
 *
 * A test pair that is also in train, or of a user or an item that the model
 * does not know, cannot be found by an honest list; whoever measures should
 * know how many such pairs there are, and see a few of them.
 */
#ifndef RS_CLI_HOLDOUT_H
#define RS_CLI_HOLDOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/roster.h"
#include "data/csr.h"
#include "data/lists.h"

struct rs_holdout {
	uint64_t users, idle;	/* with and without test items */
	uint64_t leaked;	/* pairs that are in train too */
	uint64_t strange_users, strange_items;	/* pairs of such */
};

/* train may be NULL; missed: what is in train is not recommended. */
void rs_holdout_tell(struct rs_holdout *h, const struct rs_roster *r,
    const struct rs_csr *test, const struct rs_csr *train, bool missed);

/* Users whom lists lack, and listed items that are in train (NULL: nothing
 * is said of those). */
void rs_holdout_tell_lists(const struct rs_csr *test,
    const struct rs_lists *l, const struct rs_csr *train);

#endif
