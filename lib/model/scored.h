/*
 * scored: pairs with a score, and the truths that they are judged by.
 *
 *	rs_scored_add(&p, user, item, 3.5, value, label);	(NaN: none)
 *	rs_scored_join(&p, &ratings, p.value);		(truths of elsewhere)
 *	if (rs_scored_keep(&p, &ms, &err) < 0)
 *		...				(nobody has such truths)
 *	rs_scored_judge(&p, &ms, 0.5, &eval, &weight);
 *	rs_scored_free(&p);
 *
 * Plain data, one thread.  A pair stands as often as it was added.
 */
#ifndef RS_MODEL_SCORED_H
#define RS_MODEL_SCORED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "data/csr.h"
#include "model/eval.h"
#include "rank/metric.h"

struct rs_scored {
	size_t n;
	uint32_t *user, *item;		/* (n) */
	double *score, *value, *label;	/* (n) no score is NaN */
	bool has_value, has_label;
	uint64_t empty, stray;	/* left out: without a score, a truth */
	size_t room[5];
};

struct rs_scored_pair {
	uint32_t user, item;
};

/* A pair without a score is counted as empty, and that is all. */
void rs_scored_add(struct rs_scored *p, uint32_t user, uint32_t item,
    double score, double value, double label);

/* The weight that each pair has in m to truth, value or label of p; NaN
 * where m lacks the pair. */
void rs_scored_join(const struct rs_scored *p, const struct rs_csr *m,
    double *truth);

/* The metrics for what truths there are. */
const char *rs_scored_metrics(const struct rs_scored *p);

/* Leave out the pairs that lack a truth that a metric needs.  -1 with a
 * sentence: nobody has such truths. */
int rs_scored_keep(struct rs_scored *p, const struct rs_metrics *ms,
    struct rs_err *e);

/* Leave out of each what the other lacks, and put q into p's order; how many
 * pairs that were, of both.  -1: *twice is a pair that stands twice in one,
 * and nobody can say which is which. */
int64_t rs_scored_match(struct rs_scored *p, struct rs_scored *q,
    struct rs_scored_pair *twice);

/* Leave out the pairs that m has. */
void rs_scored_without(struct rs_scored *p, const struct rs_csr *m);

/* The first pair whose score is no probability where a metric needs one; n
 * where all is well. */
size_t rs_scored_improbable(const struct rs_scored *p,
    const struct rs_metrics *ms);

/* The mean of each metric's loss over a user's pairs to value, and how many
 * pairs a user has to weight: (users), yours.  Metrics must be SCORED. */
void rs_scored_judge(const struct rs_scored *p, const struct rs_metrics *ms,
    double threshold, struct rs_eval *v, double **weight);

/* What one score for all would be worth: value to metrics of values, label
 * to those of labels. */
void rs_scored_constant(const struct rs_scored *p,
    const struct rs_metrics *ms, double threshold, double value,
    double label, struct rs_eval *v);

void rs_scored_free(struct rs_scored *p);

#endif
