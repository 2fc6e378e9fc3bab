/*
 * dot: inner product and scaled addition of rows of factors.
 *
 * Rows are padded with zeros to a multiple of 16 floats; n is the padded
 * length.  Sums go through sixteen lanes and one fixed fold, so each CPU path
 * gives the same bits.  Any thread.
 */
#ifndef RS_KERNEL_DOT_H
#define RS_KERNEL_DOT_H

#include <stddef.h>

enum { RS_LANES = 16 };

struct rs_dot_ops {
	float (*dot)(const float *restrict a, const float *restrict b,
	    size_t n);
	void (*axpy)(float *restrict y, float a, const float *restrict x,
	    size_t n);
};

/* d rounded up to a whole number of lanes: the stride of a factor row. */
static inline size_t
rs_stride(size_t d)
{
	return (d + RS_LANES - 1) / RS_LANES * RS_LANES;
}

float rs_dot(const float *a, const float *b, size_t n);	/* sum of a[i] b[i] */
void rs_axpy(float *y, float a, const float *x, size_t n);	/* y += a x */

#endif
