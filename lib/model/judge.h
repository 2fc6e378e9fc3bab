/*
 * judge: what a model in training is worth on held-out pairs.
 *
 *	if (rs_judge_choose(&j, "ndcg@10", a->name, kind, &e) < 0)
 *		...
 *	j.valid = &valid;
 *	j.seen = j.train = &train;
 *	rs_judge_model(&j, model, metric, &e);	(metric: one for each of ms)
 *	rs_judge_free(&j);
 *
 * By rankings, as rs_evaluate has them; by ratings, or by labels, as rs-eval
 * --scored has them over all rows; or by some of the first and of the others.
 * Train's own ratings judge too: what was learned, not what is known.
 */
#ifndef RS_MODEL_JUDGE_H
#define RS_MODEL_JUDGE_H

#include <stdbool.h>

#include "base/die.h"
#include "base/pool.h"
#include "data/csr.h"
#include "data/labelled.h"
#include "model/model.h"
#include "rank/metric.h"

struct rs_judge {
	struct rs_metrics ms;
	bool rankings, ratings, labels;	/* some metrics are of these, */
	bool learned;			/* or of train's ratings */
	const struct rs_csr *valid;	/* weight: the ratings, NULL: all 1 */
	const struct rs_labelled *labelled;	/* the rows, where labels judge */
	const struct rs_csr *train;	/* likewise, what is learned */
	const struct rs_csr *seen;	/* not to be recommended, or NULL */
	struct rs_pool *pool;
};

/* What list names (NULL: what suits the scores), for scores of that kind.
 * -1 with a sentence: unknown, or nothing to judge such a model by. */
int rs_judge_choose(struct rs_judge *j, const char *list,
    const char *algorithm, enum rs_score_kind kind, struct rs_err *e);

/* -1 with a sentence: a score is not a number. */
int rs_judge_model(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e);

void rs_judge_free(struct rs_judge *j);

#endif
