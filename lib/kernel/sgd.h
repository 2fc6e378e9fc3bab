/*
 * sgd: stochastic gradient steps on rows of factors, a few samples of one
 * user at a time.
 *
 *	rs_sgd_scores(s, p, &rows, item, 2 * n);	(n pairs: i.., j..)
 *	for (k = 0; k < n; k++)
 *		x[k] = s[n + k] - s[k];
 *	rs_sigmoid(a, x, n);
 *	for (k = 0; k < n; k++)
 *		a[k] *= rate;
 *	rs_sgd_pairs(p, &rows, &keep, item, item + n, a, n);
 *
 * A group of samples is learned from in two steps: all scores and so all
 * gradients of the loss by the score are those at the group's beginning; the
 * rows then take their steps sample after sample, each finding the rows as the
 * one before left them.  So a row may come more than once in a group.  How
 * samples are cut into groups is part of the result.
 *
 * Regularization is what a step keeps of a row: 1 - rate * lambda.  Every step
 * is, in each lane,
 *
 *	p' = fma(keep, p, a (q_i - q_j))	pairs
 *	p' = fma(keep, p, a q)			points
 *	q' = fma(keep, q, a p)			p before its own step
 *	b' = fma(keep, b, a)			biases; -a for q_j and b_j
 *
 * with each product in brackets rounded by itself, and a score is the dot
 * product of dot.h, plus the item's bias.  The same bits on every CPU path.
 * Rows are of dot.h: padded with zeros, which stay zeros.  The caller sees to
 * it that nobody else has the rows.
 */
#ifndef RS_KERNEL_SGD_H
#define RS_KERNEL_SGD_H

#include <stddef.h>
#include <stdint.h>

enum { RS_SGD_GROUP = 16 };	/* most samples of a group */

struct rs_sgd_rows {
	float *q;		/* (I, stride) */
	size_t stride;
	float *bias;		/* (I), or NULL */
};

/* What a step of pairs keeps of each row. */
struct rs_sgd_keep {
	float user, positive, negative, bias;
};

struct rs_sgd_ops {
	void (*scores)(float *s, const float *p, const struct rs_sgd_rows *y,
	    const uint32_t *item, size_t n);
	void (*pairs)(float *p, const struct rs_sgd_rows *y,
	    const struct rs_sgd_keep *keep, const uint32_t *i,
	    const uint32_t *j, const float *a, size_t n);
	void (*points)(float *p, float *user_bias, const struct rs_sgd_rows *y,
	    const struct rs_sgd_keep *keep, const uint32_t *item,
	    const float *a, const float *keep_item, size_t n);
};

/* Have these rows come to the cache: they are wanted soon. */
static inline void
rs_sgd_fetch(const struct rs_sgd_rows *y, const uint32_t *item, size_t n)
{
	for (size_t k = 0; k < n; k++)
		for (size_t l = 0; l < y->stride; l += 16)
			__builtin_prefetch(y->q + item[k] * y->stride + l, 1);
}

/* s[k] = p'q + bias of item[k]; any n. */
void rs_sgd_scores(float *s, const float *p, const struct rs_sgd_rows *y,
    const uint32_t *item, size_t n);

/* n <= RS_SGD_GROUP steps: user p should score item i[k] higher and item j[k],
 * which is another one, lower, by a[k]. */
void rs_sgd_pairs(float *p, const struct rs_sgd_rows *y,
    const struct rs_sgd_keep *keep, const uint32_t *i, const uint32_t *j,
    const float *a, size_t n);

/* n <= RS_SGD_GROUP steps: user p should score item[k] higher by a[k], or
 * lower where that is negative.  keep_item (n) is what to keep of each item's
 * row, NULL: keep->positive where a[k] > 0, else keep->negative.  user_bias
 * may be NULL. */
void rs_sgd_points(float *p, float *user_bias, const struct rs_sgd_rows *y,
    const struct rs_sgd_keep *keep, const uint32_t *item, const float *a,
    const float *keep_item, size_t n);

#endif
