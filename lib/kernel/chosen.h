/*
 * chosen: a dense layer of which few outputs are wanted.
 *
 *	rs_chosen_rows(rows, w, &shape);			(once a batch)
 *	rs_chosen_forward(y, ldy, x, ldx, rows, b, want, scale, &shape, n);
 *
 * Where dropout leaves a product one place in four, the other outputs of the
 * layers below it go nowhere.  Here an output is an inner product by itself,
 * which costs twice what it does among all (dense.h), so it pays from some two
 * in five down.  y = scale max(0, b + x'w) where want (n, out) is not 0; the
 * rest of y stays as it is.  A sum is that of rs_dot, so it is no other for
 * what is wanted besides, and the same on every CPU path; a NaN stays one.
 * rows (out, in) are the weights of dense.h, an output's one behind the other.
 * Any thread.
 */
#ifndef RS_KERNEL_CHOSEN_H
#define RS_KERNEL_CHOSEN_H

#include <stddef.h>
#include <stdint.h>

#include "kernel/dense.h"

/* A call: so many outputs of n samples. */
struct rs_chosen {
	float *y;
	const float *x, *rows, *b;
	const uint8_t *want;		/* (n), wanted apart */
	size_t ldy, ldx, apart, in, n;
	float scale;
};

struct rs_chosen_ops {
	/* Of outputs many, at most RS_CHOSEN_MOST. */
	void (*some)(const struct rs_chosen *c, size_t many);
};

enum { RS_CHOSEN_MOST = 64 };

void rs_chosen_rows(float *rows, const float *w,
    const struct rs_dense_shape *s);

void rs_chosen_forward(float *y, size_t ldy, const float *x, size_t ldx,
    const float *rows, const float *b, const uint8_t *want, float scale,
    const struct rs_dense_shape *s, size_t n);

#endif
