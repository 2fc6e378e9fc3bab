/*
 * agree: how far a ranking's first k are another's first k.
 *
 *	rs_agree_begin(&a, ms, &l, user, n, row, rows);
 *	for (m = 0; m < ms->n; m++)
 *		if (rs_agree_asks(&a, m, &ask, &theirs)) {
 *			rs_evaluate(&scorer, &theirs, pool, &w, &err);
 *			rs_agree_put(&a, m, &w, &eval);
 *			rs_eval_free(&w);
 *		}
 *	rs_agree_end(&a);
 *
 * The other's first k take the place of the relevant items, and the value is
 * map@k:hits, rounded to 5 digits: 0 for somebody without a list.  agree-map@k
 * is the mean over users; agree-map@k:firstN that over the users of test's
 * first N rows, as often as they stand there.
 */
#ifndef RS_MODEL_AGREE_H
#define RS_MODEL_AGREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/lists.h"
#include "model/eval.h"

/* The longest N of a :firstN; 0: none. */
uint64_t rs_agree_first(const struct rs_metrics *ms);

struct rs_agree {
	const struct rs_metrics *ms;
	struct rs_csr *truth;		/* (metrics) */
	struct rs_metrics *hits;	/* (metrics) map@k:hits of one k */
	const uint32_t *row;		/* (rows) borrowed */
	size_t rows;
};

/* Of the lists those of n users, ascending, count; row: the users of test's
 * first rows. */
void rs_agree_begin(struct rs_agree *a, const struct rs_metrics *ms,
    const struct rs_lists *l, const uint32_t *user, size_t n,
    const uint32_t *row, size_t rows);

/* Whether metric m is one of agreement; then what to ask for it in the place
 * of ask, and what to do with the answer. */
bool rs_agree_asks(const struct rs_agree *a, size_t m,
    const struct rs_eval_ask *ask, struct rs_eval_ask *theirs);
void rs_agree_put(const struct rs_agree *a, size_t m,
    const struct rs_eval *answer, struct rs_eval *v);
void rs_agree_end(struct rs_agree *a);

/* The nearest number of 5 decimals; of two the even one. */
double rs_agree_round(double x);

#endif
