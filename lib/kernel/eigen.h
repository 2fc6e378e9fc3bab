/*
 * eigen: all eigenvalues and eigenvectors of a symmetric matrix.
 *
 *	rs_eigen(pool, n, a, value);
 *
 * a (n, n), contiguous, symmetric and finite, becomes the eigenvectors, one a
 * row; value[i] (n) belongs to row i.  Orthonormal to a few ulp, in no
 * particular order.  Householder reduction to tridiagonal form, then the
 * implicit QL method; the rotations of QL are written down and applied
 * afterwards to sixteen columns at a time, which is where the n^3 is and what
 * the threads share.  Same bits on every CPU path and for any threads.
 */
#ifndef RS_KERNEL_EIGEN_H
#define RS_KERNEL_EIGEN_H

#include <stddef.h>

#include "base/pool.h"

enum { RS_EIGEN_STRIP = 16 };

struct rs_turn {
	double c, s;
};

struct rs_eigen_ops {
	double (*dot)(const double *a, const double *b, size_t n);
	/* y += a x */
	void (*axpy)(double *y, double a, const double *x, size_t n);
	/* For two rows a, b at once: a -= va w + wa v, b alike, then
	 * y += ua a + ub b. */
	void (*update)(double *a, double *b, const double k[6],
	    const double *v, const double *w, double *y, size_t n);
	/* Strip s (rows, 16) -= beta v (v's). */
	void (*reflect)(double *s, const double *v, double beta, size_t rows);
	/* Rows i + 1 and i, for i = last .. first downwards, with one
	 * rotation each: (i + 1, i) := (c (i+1) + s i, c i - s (i+1)). */
	void (*turn)(double *s, const struct rs_turn *t, size_t first,
	    size_t last);
};

void rs_eigen(struct rs_pool *pool, size_t n, double *a, double *value);

/* Bytes that a call allocates at most. */
size_t rs_eigen_scratch(size_t n, int threads);

#endif
