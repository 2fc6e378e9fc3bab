/*
 * gather: products and sums of rows that lie anywhere.
 *
 *	rs_gather_dots(s, x, i, y, j, n, stride);   (s[k] = x[i[k]]'y[j[k]])
 *	rs_gather_sum(g, x, i, w, n, stride);	(g = sum of w[k] x[i[k]])
 *
 * Rows have stride floats, whole lanes (kernel/dot.h).  A product has the bits
 * of rs_dot; a sum takes in its rows in their order by fused multiply-adds,
 * from 0.  Any thread.
 */
#ifndef RS_KERNEL_GATHER_H
#define RS_KERNEL_GATHER_H

#include <stddef.h>
#include <stdint.h>

struct rs_gather_ops {
	void (*dots)(float *s, const float *x, const uint32_t *i,
	    const float *y, const uint32_t *j, size_t n, size_t stride);
	void (*sum)(float *g, const float *x, const uint32_t *i,
	    const float *w, size_t n, size_t stride);
};

void rs_gather_dots(float *s, const float *x, const uint32_t *i,
    const float *y, const uint32_t *j, size_t n, size_t stride);
void rs_gather_sum(float *g, const float *x, const uint32_t *i,
    const float *w, size_t n, size_t stride);

#endif
