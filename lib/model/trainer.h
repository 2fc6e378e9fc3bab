/*
 * trainer: a network learned by mini-batches.
 *
 *	t = rs_trainer_new(f, net, &opts, &err);
 *	rs_trainer_epoch(t, epoch, &loss, &err);	(0 is the first)
 *	rs_trainer_keep(t, tensors);			(for a checkpoint)
 *	rs_trainer_free(t);
 *
 * Samples of RS_TRAINER_LOGISTIC are the rows of f->labelled where there is
 * such a stream, else the pairs of train with label 1, each followed by its
 * negatives with label 0, drawn anew in each epoch among the items that the
 * user does not have (verify) or all.  Those of RS_TRAINER_SQUARED are train's
 * pairs and their values.  With y for the score,
 *
 *	logistic	-label ln s(y) - (1 - label) ln s(-y),
 *			s(y) = 1 / (1 + e^-y)
 *	squared		(y - value)^2 / 2
 *
 * and what is minimised is their mean over the batch.
 *
 * Each epoch visits all samples once in an order of its own, batch by batch.
 * What remains after the last whole batch is a smaller batch of its own
 * (RS_LAST_KEEP), is left out (RS_LAST_DROP), or is the beginning of the next
 * epoch's first batch (RS_LAST_ROLL): then the orders of all epochs are one
 * endless sequence, and an epoch has the batches that end in it, which may be
 * none.  Where a user has all items, his negatives cost and teach nothing.
 *
 * A batch is cut, by its size and the net's alone, into pieces, which go
 * through the net together, and these into at most RS_TRAINER_SHARDS shards.
 * Gradients of weights are summed over the pieces of a shard, then over the
 * shards, those of a user's or item's row over samples, always in their order;
 * then the optimizer takes one step (optimizer.h).  So no bit depends on the
 * threads.
 */
#ifndef RS_MODEL_TRAINER_H
#define RS_MODEL_TRAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "model/algorithm.h"
#include "model/net.h"
#include "model/optimizer.h"

enum { RS_TRAINER_SHARDS = 8 };

enum rs_trainer_loss { RS_TRAINER_LOGISTIC, RS_TRAINER_SQUARED };
enum rs_trainer_last { RS_LAST_KEEP, RS_LAST_DROP, RS_LAST_ROLL };

/* "keep", "drop", "roll", ended by NULL. */
extern const char *const rs_trainer_lasts[];

struct rs_trainer_opts {
	enum rs_trainer_loss loss;
	size_t negatives;	/* logistic: of each pair */
	bool verify;
	size_t batch;		/* at least 1 */
	enum rs_trainer_last last;
	enum rs_optimizer_kind optimizer;
	double momentum;
	double l2;		/* of embeddings: added to the gradient */
	double layer_l2;	/* of weights; biases have none */
};

struct rs_trainer;

/* Rates are those of model/schedule.h by f->values.  f->resumed > 0: goes on
 * from what keep left in f->warm.  NULL with a sentence.  yours; net is
 * borrowed */
struct rs_trainer *rs_trainer_new(const struct rs_fit *f, struct rs_net *net,
    const struct rs_trainer_opts *o, struct rs_err *e);

/* One pass.  *loss, unless NULL: the mean over its samples, left as it is where
 * it has none. */
int rs_trainer_epoch(struct rs_trainer *t, uint64_t epoch, double *loss,
    struct rs_err *e);

/* What only going on needs, the optimizer's moments: borrowed tensors. */
void rs_trainer_keep(struct rs_trainer *t, struct rs_tensors *to);
void rs_trainer_free(struct rs_trainer *t);

/* Bytes beside the net's parameters, for so many pairs of train. */
uint64_t rs_trainer_memory(const struct rs_net *net,
    const struct rs_trainer_opts *o, uint64_t pairs, int threads);

#endif
