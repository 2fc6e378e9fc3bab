/*
 * evaluate: what a model's rankings are worth on held-out pairs.
 *
 *	rs_scorer_of(&scorer, model);
 *	ask = (struct rs_eval_ask){ .metrics = &ms, .test = &test,
 *	    .seen = &train, .ties = RS_TIES_EXPECTED };
 *	if (rs_evaluate(&scorer, &ask, pool, &eval, &err) < 0)
 *		...
 *	mean = rs_eval_mean(&eval, 0, &users);
 *	rs_eval_free(&eval);
 *
 * For each user with test items all items but the seen ones are ranked, and
 * each test item is relevant.  What cannot be in the list (an item or a user
 * that the model does not know, a test item that is also a seen one) is
 * relevant all the same and is missed.
 *
 * Scores go by in tiles of a few users by some thousand items, in which the
 * scores above each relevant item's are counted; no matrix of scores exists,
 * and nothing is sorted.  The result is the same bits for any number of
 * threads.
 *
 * With candidates, only those are ranked: a case is one ranking of a user,
 * of some items and that user's test items; a user's value is the mean over
 * the user's cases.
 *
 * Memory: 8 bytes for each metric of each user, 16 for each item, thread
 * and k of metrics of the catalogue, and a megabyte or so a thread.
 */
#ifndef RS_MODEL_EVALUATE_H
#define RS_MODEL_EVALUATE_H

#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/lists.h"
#include "model/eval.h"
#include "model/scorer.h"

/* 0, or -1 with a sentence: a score is not a number. */
int rs_evaluate(const struct rs_scorer *s, const struct rs_eval_ask *ask,
    struct rs_pool *pool, struct rs_eval *v, struct rs_err *e);
int rs_evaluate_cases(const struct rs_scorer *s, const struct rs_cases *c,
    const struct rs_eval_ask *ask, struct rs_pool *pool, struct rs_eval *v,
    struct rs_err *e);

/* What lists in random order of items 0..items-1 (of the cases) are worth on
 * average: exact, nothing is drawn. */
void rs_evaluate_random(uint64_t items, const struct rs_eval_ask *ask,
    struct rs_eval *v);
void rs_evaluate_random_cases(const struct rs_cases *c,
    const struct rs_eval_ask *ask, struct rs_pool *pool, struct rs_eval *v);

/* Rank by lists that somebody else made.  Whoever has none gets nothing. */
void rs_evaluate_lists(const struct rs_lists *l, const struct rs_eval_ask *ask,
    struct rs_eval *v);

#endif
