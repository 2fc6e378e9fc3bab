/*
 * bootstrap: how far a mean over users would move with other users.
 *
 *	struct rs_sample s = { .users = users, .columns = metrics,
 *	    .value = value };
 *	rs_bootstrap(&s, seed, pool, low, high);
 *
 * Efron (1979): RS_REPLICATES times as many users as there are are drawn
 * with repetition, and the mean is taken over them; the interval holds the
 * middle 95 % of those means (the percentile method).  Draw j of replicate r
 * is a function of (seed, r, j), so the result depends on nothing else.
 *
 * One replicate draws the same users for all columns, so columns may be
 * compared.  A contrast does: it is the mean of one column less that of
 * another, both over the users who have a value in either, and its interval
 * is that of the difference, not the difference of intervals.
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
	const struct rs_contrast *contrast;	/* (contrasts) */
	size_t contrasts;
};

/* finish (NULL: itself) of the mean of one column less that of the other. */
struct rs_contrast {
	size_t one, other;
	double (*finish)(double mean);
};

/* The means, and how many users each is of: those of the columns, behind
 * which stand the contrasts'. */
void rs_sample_mean(const struct rs_sample *s, double *mean, uint64_t *users);

/* low and high are (columns + contrasts): NaN where nobody has a value. */
void rs_bootstrap(const struct rs_sample *s, uint64_t seed,
    struct rs_pool *pool, double *low, double *high);

#endif
