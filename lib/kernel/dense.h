/*
 * dense: the products of a fully connected layer, over a shard of samples.
 *
 *	rs_dense_forward(y, ldy, x, ldx, w, b, &shape, n);	y = x w + b
 *	rs_dense_turn(turned, w, &shape);			(once a batch)
 *	rs_dense_back(dx, lddx, dy, lddy, turned, &shape, n);	dx = dy w'
 *	rs_dense_gradient(dw, db, x, ldx, dy, lddy, &shape, n, room);
 *						dw = x'dy, db = sum of dy
 *
 * Samples are rows of floats, 64-byte aligned; inputs and outputs are whole
 * lanes, what is not used of them being zero on both sides, so that zeros stay
 * zeros.  Weights w (in, out) lie in panels of sixteen outputs, (out / 16, in,
 * 16), which is how the products want to read them; turned is the transpose in
 * the same fashion, (in / 16, out, 16).
 *
 * Each element of a result is one chain of fused multiply-adds in the order of
 * what it sums over: of y from the bias on over inputs, of dx from 0 over
 * outputs, of dw and db from 0 over samples.  So neither the threads nor
 * the shape of a register tile nor the CPU path shows in it.
 *
 * Behind ReLU, dropout and products with such most of dy is 0.  Where it is,
 * back and gradient leave out the terms that are 0 times something.  A sum of
 * finite terms does not change by that (but one that has underflowed to -0,
 * which no 0 makes +0 again); and whether they do so follows from dy alone.
 * Any thread.
 */
#ifndef RS_KERNEL_DENSE_H
#define RS_KERNEL_DENSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole lanes each. */
struct rs_dense_shape {
	size_t in, out;
};

enum { RS_DENSE_GATHER = 4 };	/* lanes that are gathered together */

/* Sums of rows: sum r is that of value[k] times row at[k] of a, for k from
 * start[r] to start[r + 1].  Lane l of row i begins at a + i down + l apart. */
struct rs_dense_sums {
	const float *a;
	size_t down, apart;
	const uint32_t *start, *at;
	const float *value;
	size_t rows;
};

struct rs_dense_ops {
	/* c (m, 16) = [c +] a'b for a (k, m), b (k, 16): rows of a are lda
	 * floats apart, of b and c 16. */
	void (*across)(float *c, const float *a, size_t lda, const float *b,
	    size_t m, size_t k, bool more);
	/* to (16, 16) = from', rows of which are ld floats apart. */
	void (*turn)(float *to, const float *from, size_t ld);
	/* What of n floats, whole lanes, is not 0, and where. */
	size_t (*nonzero)(uint32_t *at, float *value, const float *row,
	    size_t n);
	/* c (s->rows, 16 lanes), at most RS_DENSE_GATHER lanes. */
	void (*gather)(float *c, size_t ldc, const struct rs_dense_sums *s,
	    size_t lanes);
};

void rs_dense_forward(float *y, size_t ldy, const float *x, size_t ldx,
    const float *w, const float *b, const struct rs_dense_shape *s, size_t n);

void rs_dense_turn(float *turned, const float *w,
    const struct rs_dense_shape *s);

void rs_dense_back(float *dx, size_t lddx, const float *dy, size_t lddy,
    const float *turned, const struct rs_dense_shape *s, size_t n);

/* room: n * out floats. */
void rs_dense_gradient(float *dw, float *db, const float *x, size_t ldx,
    const float *dy, size_t lddy, const struct rs_dense_shape *s, size_t n,
    float *room);

#endif
