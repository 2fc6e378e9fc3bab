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
 * Memory: 8 bytes for each metric of each user, 8 for each item, thread and
 * coverage@k, and a megabyte or so a thread.
 */
#ifndef RS_MODEL_EVALUATE_H
#define RS_MODEL_EVALUATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"
#include "data/lists.h"
#include "model/model.h"
#include "rank/metric.h"

/*
 * Whoever gives scores.  tile: those of n items from first on for users of
 * one tile, to (users, n) score; some: those of listed items for one user,
 * the same bits.  A tile has at most tile_users users.  Any thread.
 */
struct rs_scorer {
	uint64_t users, items;
	size_t tile_users, tile_items;
	void (*tile)(const struct rs_scorer *s, const uint32_t *user,
	    size_t users, size_t first, size_t n, float *score);
	void (*some)(const struct rs_scorer *s, uint32_t user,
	    const uint32_t *item, size_t n, float *score);
	const void *arg;
	struct rs_linear linear;	/* of rs_scorer_of */
	struct rs_topk_items *packed;	/* of rs_scorer_of, or NULL */
};

void rs_scorer_of(struct rs_scorer *s, const struct rs_model *m);

/* The same scores for everybody: (items), borrowed. */
void rs_scorer_popularity(struct rs_scorer *s, const float *popularity,
    uint64_t items);
void rs_scorer_free(struct rs_scorer *s);

struct rs_eval_ask {
	const struct rs_metrics *metrics;	/* SCORED ones are left NaN */
	const struct rs_csr *test;
	const struct rs_csr *seen;	/* not to be recommended, or NULL */
	enum rs_ties ties;
};

struct rs_eval {
	size_t users, metrics;
	uint32_t *user;		/* (users) those with test items, ascending */
	double *value;		/* (users, metrics); NaN where undefined */
	double *whole;		/* (metrics) CATALOGUE metrics; else NaN */
};

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
    const struct rs_eval_ask *ask, struct rs_eval *v);

/* Rank by lists that somebody else made.  Whoever has none gets nothing. */
void rs_evaluate_lists(const struct rs_lists *l, const struct rs_eval_ask *ask,
    struct rs_eval *v);

/* Scored pairs: the mean of each SCORED metric's loss over a user's pairs to
 * value, and how many pairs a user has to weight: (users), yours. */
struct rs_pairs {
	size_t n;
	const uint32_t *user;
	const double *score;
	const double *value, *label;	/* truths of ratings and of labels; what
					 * no metric asks for may be NULL */
	double threshold;
};

void rs_evaluate_pairs(const struct rs_pairs *p, const struct rs_metrics *ms,
    struct rs_eval *v, double **weight);

/* The mean of a metric over the users for whom it is defined, or what it is
 * of all together. */
double rs_eval_mean(const struct rs_eval *v, size_t metric, uint64_t *users);
void rs_eval_free(struct rs_eval *v);

#endif
