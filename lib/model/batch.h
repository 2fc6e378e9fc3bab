/*
 * batch: factors learned by synchronous mini-batches: mf with batch=N.
 *
 *	b = rs_batch_new(f, &x, e);
 *	if (b == NULL)
 *		...
 *	for (epoch = 0; epoch < epochs; epoch++)
 *		if (rs_batch_epoch(b, epoch, &loss, e) < 0)
 *			...
 *	rs_batch_free(b);
 *
 * An epoch takes each pair of train once, in an order drawn for the epoch,
 * N at a time, the last batch being what is left.  For each pair negatives
 * are drawn; the gradient of the mean of the samples' losses, times the
 * pairs' weights, is taken at the parameters before the batch; and the
 * optimizer takes one step.  batch.c says why threads do not matter.
 */
#ifndef RS_MODEL_BATCH_H
#define RS_MODEL_BATCH_H

#include "base/die.h"
#include "model/factors.h"

struct rs_batch;

/* By f's settled values.  Goes on from f->warm where f->resumed > 0.  x and
 * what f points to are borrowed.  NULL with a sentence. */
struct rs_batch *rs_batch_new(const struct rs_fit *f, struct rs_factors *x,
    struct rs_err *e);	/* yours */

/* One pass.  *loss, unless NULL: the mean over the samples. */
int rs_batch_epoch(struct rs_batch *b, uint64_t epoch, double *loss,
    struct rs_err *e);

/* What only going on needs, the optimizer's moments: borrowed tensors. */
void rs_batch_keep(struct rs_batch *b, struct rs_tensors *t);

void rs_batch_free(struct rs_batch *b);

/* Bytes it takes beyond train and the factors. */
uint64_t rs_batch_memory(const struct rs_fit *f, uint64_t users,
    uint64_t items, uint64_t pairs, int threads);

#endif
