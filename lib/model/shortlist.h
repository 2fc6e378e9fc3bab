/*
 * shortlist: the best k items of everybody with test items, as plain scores
 * have them.
 *
 *	if (rs_shortlist(&scorer, &ask, 10, pool, &lists, &err) < 0)
 *		...			(a score is not a number)
 *	rs_lists_free(&lists);
 *
 * Best first, equal scores by lower index, without the seen items; nobody
 * falls back on anything, and whom the scorer does not know has no list.
 * 12 bytes a place while they are made.  The same for any number of threads.
 */
#ifndef RS_MODEL_SHORTLIST_H
#define RS_MODEL_SHORTLIST_H

#include <stdint.h>

#include "base/pool.h"
#include "data/lists.h"
#include "model/eval.h"
#include "model/scorer.h"

/* 0, or -1 with a sentence: a score is not a number.  The lists are yours. */
int rs_shortlist(const struct rs_scorer *s, const struct rs_eval_ask *ask,
    uint64_t k, struct rs_pool *pool, struct rs_lists *l, struct rs_err *e);

#endif
