/*
 * adagrad: one step on a user's row and the rows of a few items, in which
 * each coordinate's rate falls with its own gradients so far (Duchi, Hazan,
 * Singer, 2011, Adaptive subgradient methods).
 *
 *	rs_adagrad_step(&(struct rs_adagrad){ .p = p, ... });
 *
 * With g = slope p + lambda q for an item and the sum of slope q, and p_lambda
 * p, for the user, a coordinate moves by -rate g / sqrt(sum), and g^2 is then
 * added to its sum; sums begin above 0.  All g of the user are those of the
 * items' rows before they moved, all g of items that of p before; items are
 * taken in order, so one may be there twice.  Rows are of dot.h, padded with
 * zeros, which stay zeros.  The same bits on every CPU path.
 */
#ifndef RS_KERNEL_ADAGRAD_H
#define RS_KERNEL_ADAGRAD_H

#include <stddef.h>
#include <stdint.h>

struct rs_adagrad {
	float *p, *p_sum;	/* (n) */
	float *q, *q_sum;	/* (I, n) */
	const uint32_t *item;	/* (m) */
	const float *slope;	/* (m) of the loss, by the item's score */
	const float *lambda;	/* (m) regularization of the item's row */
	float p_lambda, rate;
	size_t m, n;
};

struct rs_adagrad_ops {
	void (*step)(const struct rs_adagrad *a);
};

void rs_adagrad_step(const struct rs_adagrad *a);

#endif
