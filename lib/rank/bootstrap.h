/*
 * bootstrap: how far a mean over users would move with other users.
 *
 *	struct rs_sample s = { users, metrics, value, NULL };
 *	rs_bootstrap(&s, seed, pool, low, high);
 *
 * Efron (1979): RS_REPLICATES times as many users as there are are drawn
 * with repetition, and the mean is taken over them; the interval holds the
 * middle 95 % of those means (the percentile method).  Draw j of replicate r
 * is a function of (seed, r, j), so the result depends on nothing else.
 *
 * One replicate draws the same users for all columns, so columns may be
 * compared.
 */
#ifndef RS_RANK_BOOTSTRAP_H
#define RS_RANK_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

enum { RS_REPLICATES = 1000 };

/* A table of users by columns.  A user's value counts weight times (NULL:
 * once); NaN does not count. */
struct rs_sample {
	size_t users, columns;
	const double *value;	/* (users, columns) */
	const double *weight;	/* (users) */
};

/* The means, and how many users each is of: (columns). */
void rs_sample_mean(const struct rs_sample *s, double *mean, uint64_t *users);

/* low and high are (columns): NaN where nobody has a value. */
void rs_bootstrap(const struct rs_sample *s, uint64_t seed,
    struct rs_pool *pool, double *low, double *high);

#endif
