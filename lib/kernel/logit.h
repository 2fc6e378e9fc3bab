/*
 * logit: one row of a logistic factorization against many of the other side.
 *
 *	struct rs_logit l = { .y = items, .bias = item_bias, .stride = stride,
 *	    .index = item, .n = n, .alpha = 1, .base = 1 };
 *	rs_logit_slope(&l, x, b, g, &gb);
 *	rs_logit_step(x, sum, g, stride, rate, lambda);
 *
 * With s = x'y + b + bias and c = alpha weight, the value of a row is the sum
 * over the rows of y of
 *
 *	c s - (c + base) ln(1 + e^s)
 *
 * and its slope in s
 *
 *	c - (c + base) sigmoid(s)
 *
 * Observed pairs have c, the others alpha = 0.  Rows are rs_stride(d) floats,
 * zero padded.  A sum takes in its rows in their order, so every CPU path
 * gives the same bits.  Any thread.
 */
#ifndef RS_KERNEL_LOGIT_H
#define RS_KERNEL_LOGIT_H

#include <stddef.h>
#include <stdint.h>

struct rs_logit {
	const float *y;		/* (.., stride) the other side */
	const float *bias;	/* (..) */
	size_t stride;
	const uint32_t *index;	/* (n) which of them; NULL: 0 .. n - 1 */
	const float *weight;	/* (n), or NULL: all 1 */
	size_t n;
	float alpha, base;
};

struct rs_logit_ops {
	void (*slope)(const struct rs_logit *l, const float *x, float b,
	    float *restrict g, float *restrict gb);
	double (*value)(const struct rs_logit *l, const float *x, float b);
	void (*step)(float *restrict x, float *restrict sum,
	    const float *restrict g, size_t n, float rate, float lambda);
};

/* g (stride) += the slope in x, *gb += that in b. */
void rs_logit_slope(const struct rs_logit *l, const float *x, float b,
    float *g, float *gb);

double rs_logit_value(const struct rs_logit *l, const float *x, float b);

/* Adagrad (Duchi, Hazan and Singer 2011), uphill: with h = g - lambda x, sum
 * += h^2 and x += rate h / sqrt(sum + 1e-6), for each of n elements. */
void rs_logit_step(float *x, float *sum, const float *g, size_t n, float rate,
    float lambda);

#endif
