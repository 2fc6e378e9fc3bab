/*
 * ncf: neural collaborative filtering, which gmf, mlp and neumf share.
 *
 *	const struct rs_algorithm rs_algorithm_gmf = {
 *		.params = rs_ncf_gmf, .begin = rs_ncf_begin, ... };
 *
 * He, Liao, Zhang, Nie, Hu and Chua (2017), Neural collaborative filtering:
 * in users' rows p and items' rows q, s the logistic function,
 *
 *	gmf	s(b + w'(p * q))			(equations 8, 9)
 *	mlp	s(b + w'x_L), x_0 = (p, q),
 *		x_k = max(0, W_k' x_(k-1) + b_k)		(10)
 *	neumf	s(b + w'(p * q, x_L)), each half with rows of its own	(12)
 *
 * With embedding=dense a row is not itself what goes on but max(0, row + c),
 * with one c for a whole table: what a fully connected layer makes of a
 * one-hot vector.  A score is what s is taken of, the logit.
 *
 * A record says by its table of parameters which halves it has; all else is
 * here: the net (net.h), how it is learned (trainer.h), where it begins, and
 * how it answers (sides.h).
 */
#ifndef RS_MODEL_NCF_H
#define RS_MODEL_NCF_H

#include <stdbool.h>
#include <stddef.h>

#include "model/algorithm.h"
#include "model/net.h"

extern const struct rs_param rs_ncf_gmf[], rs_ncf_mlp[], rs_ncf_neumf[];

/* What a model looks like. */
struct rs_ncf {
	size_t gmf, mlp;		/* width of their embeddings, 0: not
					 * this half */
	bool dense;			/* embedding=dense */
	size_t layers;
	size_t width[RS_PARAM_LIST_MAX];	/* of each layer */
	double dropout[RS_PARAM_LIST_MAX];	/* of its input */
};

/* -1 with a sentence where lists do not fit. */
int rs_ncf_shape(struct rs_ncf *x, const struct rs_values *v,
    uint64_t factors, struct rs_err *e);

/* Its net, parameters not yet there.  yours */
struct rs_net *rs_ncf_net(const struct rs_ncf *x, uint64_t users,
    uint64_t items);

void rs_ncf_settle(struct rs_values *v, const struct rs_csr *m);
void *rs_ncf_begin(const struct rs_fit *f, struct rs_err *e);
int rs_ncf_epoch(void *state, uint64_t n, double *loss, struct rs_err *e);
void rs_ncf_export(void *state, struct rs_tensors *t);
void rs_ncf_keep(void *state, struct rs_tensors *t);
void rs_ncf_end(void *state);
uint64_t rs_ncf_memory(const struct rs_fit *f, uint64_t users,
    uint64_t items, uint64_t pairs, int threads);
uint64_t rs_ncf_tensors(const struct rs_fit *f, uint64_t users,
    uint64_t items);

/* What all three records say. */
#define RS_NCF_LEARNS \
	.wants = RS_WANTS_LABEL, \
	.kind = RS_SCORE_PROBABILITY, \
	.settle = rs_ncf_settle, \
	.begin = rs_ncf_begin, \
	.epoch = rs_ncf_epoch, \
	.export = rs_ncf_export, \
	.keep = rs_ncf_keep, \
	.end = rs_ncf_end, \
	.memory = rs_ncf_memory, \
	.tensors = rs_ncf_tensors

#endif
