/*
 * eval: what rankings are worth, a table of users by metrics.
 *
 *	rs_eval_begin(&v, &ask);	(a row for everybody with test items)
 *	rs_eval_put(ms, &ranking, v.value + u * ms->n);
 *	mean = rs_eval_mean(&v, 0, &users);
 *	rs_eval_free(&v);
 *
 * Plain data.  A row is one user's; whoever fills different rows may do so
 * from different threads.
 */
#ifndef RS_MODEL_EVAL_H
#define RS_MODEL_EVAL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "data/csr.h"
#include "rank/metric.h"

/* What is asked of whoever ranks. */
struct rs_eval_ask {
	const struct rs_metrics *metrics;	/* of rankings and lists;
						 * others are left NaN */
	const struct rs_csr *test;
	const struct rs_csr *seen;	/* not to be recommended, or NULL */
	const double *surprise;	/* (items) for novelty, or NULL */
	enum rs_ties ties;
};

struct rs_eval {
	size_t users, metrics;
	uint32_t *user;		/* (users) those with test items, ascending */
	double *value;		/* (users, metrics); NaN where undefined */
	double *whole;		/* (metrics) CATALOGUE metrics; else NaN */
};

/* A table without users yet, with room for some; and one with everybody who
 * has test items. */
void rs_eval_new(struct rs_eval *v, const struct rs_metrics *ms,
    size_t users);
void rs_eval_begin(struct rs_eval *v, const struct rs_eval_ask *ask);

/* Everybody with test items, ascending: yours. */
uint32_t *rs_eval_users(const struct rs_csr *test, size_t *n);

/* The values of a settled ranking, to a row. */
void rs_eval_put(const struct rs_metrics *ms, const struct rs_ranking *r,
    double *value);

/* The items of a user in a matrix that are below a limit; a matrix that is
 * NULL is an empty one. */
const uint32_t *rs_eval_items(const struct rs_csr *m, uint32_t user,
    uint64_t limit, size_t *n);

/* Turn the scores of a user's seen items, of n from first on, into NaN, which
 * stands nowhere. */
void rs_eval_mask(const struct rs_csr *seen, uint32_t user, size_t first,
    size_t n, float *score);

/* The mean of a metric over the users for whom it is defined, or what it is
 * of all together. */
double rs_eval_mean(const struct rs_eval *v, size_t metric, uint64_t *users);
void rs_eval_free(struct rs_eval *v);

/* The lowest user with a score that is not a number, whatever thread comes
 * upon it first. */
struct rs_flaw {
	_Atomic uint64_t user;	/* RS_FLAWLESS: none */
};

#define RS_FLAWLESS UINT64_MAX

void rs_flaw_note(struct rs_flaw *f, uint32_t user);

/* 0, or -1 with a sentence, and the table is freed. */
int rs_flaw_end(struct rs_flaw *f, struct rs_eval *v, struct rs_err *e);

#endif
