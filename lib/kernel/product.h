/*
 * product: the two dense matrix products of tall factor matrices.
 *
 *	rs_gram(pool, y, rows, d, gram);	gram (d, d) = y'y
 *	rs_rotate(pool, y, rows, d, turn);	y := y turn
 *
 * Rows are floats, rs_stride(d) apart, zero padded, as everywhere.  Each
 * element of a Gram matrix is summed in float over 256 rows in their order,
 * these sums in double within a shard of rows, and the shards in order; the
 * shards follow from rows and d alone.  Each element of a rotation is one
 * chain of fused multiply-adds over k in order.  So neither the threads nor
 * the shape of the register tile shows in the result.
 */
#ifndef RS_KERNEL_PRODUCT_H
#define RS_KERNEL_PRODUCT_H

#include <stddef.h>

#include "base/pool.h"

struct rs_product_ops {
	/* c (m, 16) = [from +] a (m, k) b (k, 16): rows of c, a and from are
	 * ldc, lda and ldfrom floats apart, b is contiguous.  from may be
	 * NULL, or c. */
	void (*panel)(float *c, size_t ldc, const float *a, size_t lda,
	    const float *b, size_t m, size_t k, const float *from,
	    size_t ldfrom);
	/* sum (m, 16) += c (m, 16): rows of sum are ld doubles apart. */
	void (*widen)(double *sum, size_t ld, const float *c, size_t m);
};

/* gram (d, d), contiguous. */
void rs_gram(struct rs_pool *pool, const float *y, size_t rows, size_t d,
    double *gram);

/* turn (d, d): row j is what coordinate j of the result is the product of
 * a row of y with, so y := y turn'. */
void rs_rotate(struct rs_pool *pool, float *y, size_t rows, size_t d,
    const double *turn, size_t stride);

/* Bytes that a call allocates at most. */
size_t rs_gram_scratch(size_t d, int threads);
size_t rs_rotate_scratch(size_t d, int threads);

#endif
