/*
 * activation: sigmoid, softplus and exp over arrays of floats.
 *
 *	rs_sigmoid(score, score, n);
 *
 * y may be x.  The same bits on every CPU path and for any cut of the array;
 * a NaN stays a NaN.  Any thread.
 */
#ifndef RS_KERNEL_ACTIVATION_H
#define RS_KERNEL_ACTIVATION_H

#include <stddef.h>

struct rs_activation_ops {
	void (*sigmoid)(float *y, const float *x, size_t n);
	void (*softplus)(float *y, const float *x, size_t n);
	void (*exp)(float *y, const float *x, size_t n);
};

void rs_sigmoid(float *y, const float *x, size_t n);	/* 1 / (1 + e^-x) */
void rs_softplus(float *y, const float *x, size_t n);	/* ln(1 + e^x) */
void rs_expf(float *y, const float *x, size_t n);	/* e^x, |x| <= 87 */

#endif
