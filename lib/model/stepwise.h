/*
 * stepwise: factors learned one sample at a time, by stochastic gradient
 * descent over strata: mf with batch=0.
 *
 *	s = rs_stepwise_new(f, &x, e);
 *	if (s == NULL)
 *		...
 *	for (epoch = 0; epoch < epochs; epoch++)
 *		if (rs_stepwise_epoch(s, epoch, &loss, e) < 0)
 *			...
 *	rs_stepwise_free(s);
 *
 * Learned from is a pair of train with the negatives that are drawn for it
 * (or, for squared, a few rated pairs of one user): their scores are taken,
 * the loss has its slope at each (loss.h), times the pair's weight, and the
 * rows take their steps with these slopes, one sample after the other, as
 * sgd.h has it:
 *
 *	q -= rate (slope p + lambda q)
 *	p -= rate (slope q + lambda p)
 *
 * For logistic, pointwise and squared each item is a sample of its own, for
 * the others each negative with the positive, where its slope is not 0: a
 * hinge beyond its margin moves nothing.  Biases do likewise, with 1 in place
 * of the other's row.  lambda of a row with c pairs in train is
 * regularization c^(nu - 1).
 *
 * With Adagrad all items move in one step, each coordinate's rate divided by
 * the root of 1 and the squares of its gradients before, as in LightFM.
 *
 * The rows are the caller's, and borrowed until free.  The bits do not depend
 * on the threads: strata.h.
 */
#ifndef RS_MODEL_STEPWISE_H
#define RS_MODEL_STEPWISE_H

#include "base/die.h"
#include "model/factors.h"

struct rs_stepwise;

/* By f's settled values; f is not kept, what it points to is.  Goes on from
 * f->warm where f->resumed > 0.  NULL with a sentence. */
struct rs_stepwise *rs_stepwise_new(const struct rs_fit *f,
    struct rs_factors *x, struct rs_err *e);	/* yours */

/* One pass.  *loss, unless NULL: the mean over the samples. */
int rs_stepwise_epoch(struct rs_stepwise *s, uint64_t epoch, double *loss,
    struct rs_err *e);

/* What only going on needs, Adagrad's sums: borrowed tensors. */
void rs_stepwise_keep(struct rs_stepwise *s, struct rs_tensors *t);

void rs_stepwise_free(struct rs_stepwise *s);

/* Bytes it takes beyond train and the factors. */
uint64_t rs_stepwise_memory(const struct rs_fit *f, uint64_t users,
    uint64_t items, uint64_t pairs, int threads);

#endif
