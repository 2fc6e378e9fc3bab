/*
 * holdout: what is odd about held-out pairs, counted and told.
 *
 *	struct rs_holdout h;
 *	rs_holdout_tell(&h, &roster, &test, seen, 1, &rule);
 *
 * A test pair that a model saw in train is no test of it: it cannot be found
 * by a list without seen items, and is no merit where it is in one.  Nor can
 * a pair of a user or an item that the model does not know be found.  Whoever
 * measures should know how many such pairs there are, and see a few of them.
 */
#ifndef RS_CLI_HOLDOUT_H
#define RS_CLI_HOLDOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/roster.h"
#include "data/csr.h"
#include "data/lists.h"
#include "model/scored.h"

/* What becomes of test pairs that were in train. */
enum rs_overlap { RS_OVERLAP_REPORT, RS_OVERLAP_DROP, RS_OVERLAP_ERROR };

extern const char *const rs_overlap_names[];	/* in that order, NULL-ended */

/* What is done in the protocol with pairs that are odd. */
struct rs_holdout_rule {
	enum rs_overlap overlap;
	/* What each of n contenders never recommends; NULL: anything. */
	const struct rs_csr *hidden[2];
	size_t n;
	bool served;		/* who is unknown is served popular items */
};

struct rs_holdout {
	uint64_t users, idle;	/* with and without test items */
	uint64_t leaked;	/* pairs that are in train too */
	uint64_t dropped;	/* of these; no others were */
	uint64_t strange_users, strange_items;	/* pairs of such */
};

/* seen are n sets of training pairs, a pair in any of which was seen.  Pairs
 * to be dropped are gone from test afterwards. */
void rs_holdout_tell(struct rs_holdout *h, const struct rs_roster *r,
    struct rs_csr *test, const struct rs_csr *const *seen, size_t n,
    const struct rs_holdout_rule *rule);

/* The test stream has the very rows that somebody was trained on. */
void rs_holdout_same(enum rs_overlap rule, const char *test,
    const char *who);

/* Nobody can say what a model saw: no matter unless it is to be dropped or
 * refused. */
void rs_holdout_blind(enum rs_overlap rule, const char *model);

/* The same of pairs with a score; what is left of p. */
void rs_holdout_tell_scored(struct rs_holdout *h, const struct rs_roster *r,
    struct rs_scored *p, const struct rs_csr *seen, enum rs_overlap rule);

/* Users whom lists lack, and listed items that are in train (NULL: nothing
 * is said of those). */
void rs_holdout_tell_lists(const struct rs_csr *test,
    const struct rs_lists *l, const struct rs_csr *train);

#endif
