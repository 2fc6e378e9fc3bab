/*
 * served: whom a model answers itself, and the scores behind what everybody
 * is served.
 *
 *	rs_served_begin(&s, model, &ask, pool);
 *	rs_evaluate(&s.scorer, &ask, pool, &eval, &err);
 *	rs_served_put(&s, ms, &eval);		(the metric fallback)
 *	rs_served_end(&s);
 *	rs_served_lists(model, user, n, 10, false, pool, &lists);
 *
 * Who has no rows in train (where the model knows that), whom it does not
 * know and, where a score of 0 says that nothing is known, for whom it has
 * no item above 0: they are answered by the fall-back, as in
 * model/recommend.h.  Whoever scores them all the same ranks by what factors
 * began with.  The scorer gives them the items' popularity instead, and takes
 * items of others that would not be listed out of their rankings.
 */
#ifndef RS_MODEL_SERVED_H
#define RS_MODEL_SERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/lists.h"
#include "model/eval.h"
#include "model/scorer.h"

struct rs_served {
	struct rs_scorer scorer;	/* arg is this struct: do not copy */
	const struct rs_model *model;
	struct rs_scorer own;		/* of the model itself */
	size_t n;
	uint32_t *user;			/* (n) ascending */
	bool *fallback;			/* (n) */
};

/* For everybody with test items, whom alone the scorer knows then.  The model
 * is borrowed. */
void rs_served_begin(struct rs_served *s, const struct rs_model *m,
    const struct rs_eval_ask *ask, struct rs_pool *pool);

/* 1 or 0 to each of their rows, where a metric is fallback. */
void rs_served_put(const struct rs_served *s, const struct rs_metrics *ms,
    struct rs_eval *v);
void rs_served_end(struct rs_served *s);

/* The lists of n users, ascending, at most k long: yours. */
void rs_served_lists(const struct rs_model *m, const uint32_t *user, size_t n,
    uint64_t k, bool keep_seen, struct rs_pool *pool, struct rs_lists *l);

#endif
