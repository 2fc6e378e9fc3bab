/*
 * layer: what a net's layers do element by element, over a shard of samples.
 *
 *	k = rs_layer_kernels();
 *	k->relu(y, ld, n, width);
 *	k->relu_back(g, ld, y, ld, n, width);
 *
 * Samples are n rows of width floats, whole lanes, some ld floats apart.  What
 * is written may be what is read.  Zeros that pad stay zeros, but for add,
 * where they do as long as b is padded with zeros too.  The same bits on every
 * CPU path.  Any thread.
 */
#ifndef RS_KERNEL_LAYER_H
#define RS_KERNEL_LAYER_H

#include <stddef.h>
#include <stdint.h>

/* Who is left out is settled in 65536ths. */
enum { RS_LAYER_CHANCES = 65536 };

struct rs_layer_ops {
	/* y = max(y, 0); a NaN stays one. */
	void (*relu)(float *y, size_t ld, size_t n, size_t width);

	/* g = g where y > 0, else 0. */
	void (*relu_back)(float *g, size_t ldg, const float *y, size_t ldy,
	    size_t n, size_t width);

	/* y = x + b, b (width). */
	void (*add)(float *y, size_t ldy, const float *x, size_t ldx,
	    const float *b, size_t n, size_t width);

	/* b (width) = the sum of g over samples in their order. */
	void (*add_back)(float *b, const float *g, size_t ldg, size_t n,
	    size_t width);

	/* y = a b by element. */
	void (*product)(float *y, size_t ldy, const float *a, size_t lda,
	    const float *b, size_t ldb, size_t n, size_t width);

	/* y[i ldy] = the sum of x over its width: lanes first, then the fold
	 * of vec.h. */
	void (*sum)(float *y, size_t ldy, const float *x, size_t ldx,
	    size_t n, size_t width);

	/* y = y scale keep, keep (n, width) being 0 or 1. */
	void (*thin)(float *y, size_t ld, const uint8_t *keep, float scale,
	    size_t n, size_t width);

	/* want (n, width) = a and b, both 0 or 1. */
	void (*both)(uint8_t *want, const uint8_t *a, const uint8_t *b,
	    size_t n, size_t width);

	/* want (n, width) = 0 where y is 0. */
	void (*alive)(uint8_t *want, const float *y, size_t ld, size_t n,
	    size_t width);

	/* keep (n, width) of samples with the keys key (n): element k is left
	 * out where the (k mod 4)-th 16 bits from below of draw first + k / 4
	 * under the key (rs_draw_at) are less than chance, which is below
	 * RS_LAYER_CHANCES. */
	void (*choose)(uint8_t *keep, const uint64_t *key, uint64_t first,
	    uint32_t chance, size_t n, size_t width);
};

const struct rs_layer_ops *rs_layer_kernels(void);

#endif
