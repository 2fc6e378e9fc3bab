/*
 * row: one row's least squares problem of alternating least squares, the
 * bodies that each CPU path has its own build of.
 *
 * See als.h for the objective.  The system of a row x is
 *
 *	(diag + ridge + sum q y y') x = sum b y
 *
 * over its n observations.  Work space is the caller's, one per thread.
 *
 * Where the observations are few, d unknowns are too many: with
 * M = 1 / (diag + ridge), Y the rows y, Q and b their q and b,
 *
 *	x = M Y'z,	z = b - sqrt(Q) w,
 *	(1 + sqrt(Q) Y M Y' sqrt(Q)) w = sqrt(Q) Y M Y' b
 *
 * (the Woodbury identity), a system of n unknowns which needs no x to begin
 * with and is well conditioned: its eigenvalues are 1 or more, and as y^2 is
 * below diag / a0 in each direction, not more than 1 + max(q) n d / a0.
 */
#ifndef RS_KERNEL_ROW_H
#define RS_KERNEL_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rs_row {
	const float *y;		/* (.., stride) the fixed side */
	size_t stride;
	const uint32_t *indices;	/* (n) */
	const float *weight;	/* (n), or NULL: all 1 */
	size_t n;
	float alpha, less;	/* c = |alpha r|, q = c - less */
	const float *diag;	/* (stride), positive in the padding */
	const float *mean;	/* (stride) y^2 that an observation brings */
	float ridge;
	float floor;		/* least diagonal that is not noise */
	unsigned steps;
	size_t ahead;		/* indices that follow those of this row, to
				 * fetch their rows of y early */
	float *share;		/* (n) few() leaves z there, unless NULL */
	float *work;		/* (RS_ROW_WORK, stride) zeroed at first */
	const float **at;	/* (rs_row_room(n)) */
};

enum {
	RS_ROW_WORK = 5,	/* the last stays zero: rows that pad */
	RS_ROW_FEW = 16,	/* observations that few() takes at most */
};

/* n rounded up to whole groups of observations. */
static inline size_t
rs_row_room(size_t n)
{
	return (n + 7) / 8 * 8;
}

struct rs_row_ops {
	/* Improve x by conjugate gradients.  False: not finite. */
	bool (*cg)(const struct rs_row *row, float *x);
	/* x by its n <= RS_ROW_FEW observations, exactly; every q must be 0 or
	 * more, and the ridge above 0.  False: not finite. */
	bool (*few)(const struct rs_row *row, float *x);
	/* x = sum of z y */
	void (*combine)(const struct rs_row *row, const float *z, float *x);
	/* mean (stride, double) += weight of each row times its y^2; rows
	 * first .. first + n of y, weight (n). */
	void (*squares)(double *mean, const float *y, size_t stride,
	    const float *weight, size_t n);
	/* Sum of what is positive of q, over the observations. */
	float (*gross)(const struct rs_row *row);
	/* Sum of q s^2 - 2 b s + b over the observations. */
	double (*seen)(const struct rs_row *row, const float *x);
	/* a += sum of q y y', upper triangle (d, ld), and c += sum of b y;
	 * spare (4, ld), ld a multiple of 8. */
	void (*normal)(const struct rs_row *row, double *a, double *c,
	    double *spare, size_t ld);
	/* Solve a x = c, a symmetric of size d, its upper triangle given; c
	 * becomes x.  False: a is not positive definite. */
	bool (*solve)(double *a, double *c, size_t d, size_t ld);
};

#endif
