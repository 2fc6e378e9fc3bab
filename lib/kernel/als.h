/*
 * als: alternating least squares for implicit feedback.
 *
 *	als = rs_als_new(pool, d, &goal, RS_ALS_CG, 2);
 *	for (epoch = 0; epoch < epochs; epoch++) {
 *		if (rs_als_half(als, &users, &items, &bad) != 0 ||
 *		    rs_als_half(als, &items, &users, &bad) != 0)
 *			...		(row bad is no longer finite)
 *		loss = rs_als_loss(als, &users, &items);
 *	}
 *
 * What is minimised, over the factors x_u and y_i with s_ui = x_u'y_i:
 *
 *	sum over observed (u, i) of  q s^2 - 2 b s + b
 *	+ a0 * sum over all (u, i) of s^2
 *	+ sum of lambda_u |x_u|^2  +  sum of lambda_i |y_i|^2
 *
 * where a0 = goal.unobserved, c = |alpha r| is the confidence of an observed
 * cell whose weight is r, and
 *
 *	q = c - a0 where goal.replace, else c;	b = c where r > 0, else 0.
 *
 * So q + a0 is the whole confidence of an observed cell and b its confidence
 * times its preference (1, or 0 where disliked).  Two published objectives
 * are cases of it:
 *
 *   - Hu, Koren and Volinsky (2008), Collaborative filtering for implicit
 *     feedback datasets, equation 3, with a0 = 1 and replace: the sum of
 *     c (p - s)^2 over all cells, c = 1 where nothing was observed.  The
 *     confidence is c = alpha r, as the Python package implicit has it; the
 *     paper's 1 + alpha r is the same with 1 + alpha r for weights.
 *   - iALS as Rendle, Krichene, Zhang and Koren (2022), Revisiting the
 *     performance of iALS on item recommendation benchmarks, write it: the
 *     sum of c (s - 1)^2 over the observed cells plus a0 s^2 over all;
 *     replace is false, and lambda_u grows with the number of observations,
 *     their frequency-scaled regularization: rs_als_ridge.
 *
 * With one side fixed every row is a least squares problem of its own,
 *
 *	(a0 Y'Y + sum q y y' + lambda_u 1) x_u = sum b y	(HKV, equation 4)
 *
 * RS_ALS_CHOLESKY solves it exactly, in double, d^3/6 multiplications a row.
 * RS_ALS_CG, the fast way, takes a few steps from the last epoch's x_u, in
 * the basis of the eigenvectors V of Y'Y = V L V'.  Both sides are rotated,
 * x V and y V: products x'y do not change, nor do the norms, so neither does
 * the objective; but now a row's matrix is
 *
 *	a0 L + lambda_u 1 + sum q y y',		L diagonal,
 *
 * a diagonal and one term an observation.  A product with it costs d for
 * each observation and d more, no d^2, and its diagonal is a good
 * preconditioner: L spans many orders of magnitude and the diagonal takes
 * that away.  Of the sum only the mean is taken into the preconditioner, the
 * row's sum of q times the average of y^2 over all observations: as good as
 * the exact diagonal wherever measured, and without its third of the work.
 * steps steps of preconditioned conjugate gradients follow.  A row without a
 * positive observation has b = 0 and gets the exact solution, 0.
 *
 * But where a row's n observations are few, n^2 <= 2 d, it is as cheap to solve
 * for what each of them adds, n unknowns instead of d (row.h): exactly, and
 * without a beginning, so that such rows need not be turned either.  Most of a
 * shop's customers are so.
 *
 * In consequence RS_ALS_CG turns the axes of *both* sides at each half step:
 * only products of factors mean anything, single coordinates do not.
 *
 * Results are the same bits for any number of threads and on every CPU path.
 * Everything in a side is the caller's, who changes neither side's factors as
 * long as the engine lives.  One call at a time for each engine and pool.
 */
#ifndef RS_KERNEL_ALS_H
#define RS_KERNEL_ALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/draw.h"
#include "base/pool.h"

/* Users, or items: their factors, and their observations as CSR. */
struct rs_als_side {
	size_t rows;
	const uint64_t *indptr;	/* (rows + 1) */
	const uint32_t *indices;	/* rows of the other side */
	const float *weight;	/* r of each observation; NULL: all 1 */
	const float *lambda;	/* (rows) ridge of each; NULL: ridge for all */
	float ridge;
	float *factors;		/* (rows, rs_stride(d)), zero padded, from
				 * rs_aligned or aligned to 64 bytes; N(0, (0.1
				 * / sqrt d)^2) is a good beginning where the
				 * unobserved weigh little, a tenth of it
				 * where they weigh 1 */
};

struct rs_als_goal {
	float alpha;		/* confidence is |alpha r| */
	float unobserved;	/* a0, the confidence of every cell */
	bool replace;		/* an observed cell's confidence stands in
				 * a0's stead (HKV), not on top (iALS) */
};

enum rs_als_solver { RS_ALS_CG, RS_ALS_CHOLESKY };

struct rs_als;

/* An engine: scratch for d factors.  steps (>= 1) is for RS_ALS_CG: with 2 an
 * epoch costs three quarters of one with 3 and leads as far but for a few
 * parts in ten thousand; one step is too few where rows are long. */
struct rs_als *rs_als_new(struct rs_pool *pool, size_t d,
    const struct rs_als_goal *goal, enum rs_als_solver solver,
    unsigned steps);	/* yours */
void rs_als_free(struct rs_als *als);

/* Bytes rs_als_new and the half steps allocate, for rs-fit --plan; beside
 * them 8 for each observation of the longest row, a thread. */
size_t rs_als_scratch(size_t d, enum rs_als_solver solver, int threads);

/* Is the other side so much smaller that half steps which solve rows keep what
 * they are made of?  With one ridge for all rows they then have one more float
 * an observation, and for a while a copy of the other side. */
bool rs_als_shares(size_t rows, size_t others);

/* lambda (n + a0 others)^nu for each row: n its observations, others the
 * rows of the other side. */
void rs_als_ridge(float *lambda, const uint64_t *indptr, size_t rows,
    size_t others, double ridge, double unobserved, double nu);

/* Solve every row of one side, the other being fixed.  0, or -1 where the
 * result is not finite: *bad is then the first such row of solve, or
 * solve->rows where it was the fixed side that is not finite. */
int rs_als_half(struct rs_als *als, const struct rs_als_side *solve,
    const struct rs_als_side *fixed, size_t *bad);

/* The objective at the present factors.  implicit's loss is this divided by
 * the sum of confidences plus the number of unobserved cells. */
double rs_als_loss(struct rs_als *als, const struct rs_als_side *users,
    const struct rs_als_side *items);

/* gram (d, d) = Y'Y, what rs_als_fold wants. */
void rs_als_gram(struct rs_pool *pool, const float *factors, size_t rows,
    size_t d, double *gram);

/* One new row x (rs_stride(d) floats) from its n observations, exactly:
 * factors and gram are the fixed side's.  weight may be NULL.  0, or -1
 * where the system is singular or not finite; x is then 0.  Allocates d^2
 * doubles for the time of the call.  Any thread. */
int rs_als_fold(const struct rs_als_goal *goal, size_t d, const double *gram,
    const float *factors, const uint32_t *indices, const float *weight,
    size_t n, float ridge, float *x);

#endif
