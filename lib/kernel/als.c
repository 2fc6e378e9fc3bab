/*
 * als: the half steps of alternating least squares; als.h has the algebra.
 *
 * A half step with conjugate gradients is: Gram matrix of the fixed side, its
 * eigenvectors, both sides rotated, then every row solved by itself.  Rows
 * are handed to the threads in runs of fixed length, and nothing is summed
 * across rows there, so a row's result depends only on the data.
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "kernel/als.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/eigen.h"
#include "kernel/product.h"
#include "kernel/row.h"

RS_PATHS(struct rs_row_ops, rs_row_ops)

enum {
	RUN = 64,		/* rows a task */
	SHARDS = 32,		/* of the rows, for sums over all of them */
	TURNED = 2048,		/* rows turned at once that lie apart */
};

struct rs_als {
	struct rs_pool *pool;
	size_t d, stride;
	struct rs_als_goal goal;
	enum rs_als_solver solver;
	unsigned steps;
	const struct rs_row_ops *ops;
	double *gram;		/* (d, d), then its eigenvectors as rows */
	double *value;		/* (d) eigenvalues */
	float *diag;		/* (stride) a0 times them */
	float *mean;		/* (stride) what an observation adds to it */
	double *sums;		/* (SHARDS, stride + 1) */
	float *work;		/* per thread (RS_ROW_WORK, stride) */
	size_t room;		/* observations of a row there is room for */
	const float **at;	/* per thread (room) */
	double *exact;		/* per thread (stride + 5, stride) */
	float *apart;		/* (TURNED, stride) */

	/* What the rows of the side that was solved last are made of, see
	 * turn_fixed; the first share of a row that is not is NAN. */
	float *share;		/* per observation: z */
	size_t shares;		/* there is room for */
	const float *made;	/* factors of that side, or NULL */
	const float *of;	/* factors of the other */
	float ridge;		/* of all rows */
};

/* What the rows of one half step share. */
struct half {
	struct rs_als *als;
	const struct rs_als_side *solve, *fixed;
	float floor;
	atomic_size_t bad;
	double *part;		/* per run, for the loss */
	const float *turned;	/* (solve->rows, stride) Y M V', turn_fixed */
};

static size_t
exact_size(size_t stride)
{
	return (stride + 5) * stride;
}

struct rs_als *
rs_als_new(struct rs_pool *pool, size_t d, const struct rs_als_goal *goal,
    enum rs_als_solver solver, unsigned steps)
{
	struct rs_als *als = rs_zalloc(sizeof(*als));
	const size_t threads = (size_t)rs_pool_threads(pool);
	const size_t stride = rs_stride(d);

	assert(d > 0);
	*als = (struct rs_als){ pool, d, stride, *goal, solver,
	    steps > 0 ? steps : 1, RS_PICK(rs_row_ops),
	    .gram = rs_aligned(rs_size(rs_size(d, d), sizeof(double))),
	    .value = rs_aligned(rs_size(d, sizeof(double))),
	    .diag = rs_aligned(rs_size(stride, sizeof(float))),
	    .mean = rs_aligned(rs_size(stride, sizeof(float))),
	    .sums = rs_aligned(rs_size(SHARDS * (stride + 1),
		sizeof(double))),
	    .work = rs_aligned(rs_size(rs_size(threads * RS_ROW_WORK, stride),
		sizeof(float))),
	};
	if (solver == RS_ALS_CHOLESKY)
		als->exact = rs_aligned(rs_size(rs_size(threads,
		    exact_size(stride)), sizeof(double)));
	else
		als->apart = rs_aligned(rs_size(TURNED * stride,
		    sizeof(float)));
	return als;
}

void
rs_als_free(struct rs_als *als)
{
	if (als == NULL)
		return;
	free(als->share);
	free(als->apart);
	free(als->exact);
	free(als->at);
	free(als->work);
	free(als->sums);
	free(als->mean);
	free(als->diag);
	free(als->value);
	free(als->gram);
	free(als);
}

static size_t
most(size_t a, size_t b)
{
	return a > b ? a : b;
}

size_t
rs_als_scratch(size_t d, enum rs_als_solver solver, int threads)
{
	const size_t stride = rs_stride(d);
	size_t n = d * d * sizeof(double);

	n += SHARDS * stride * sizeof(double);
	n += (size_t)threads * RS_ROW_WORK * stride * sizeof(float);
	if (solver == RS_ALS_CHOLESKY)
		return n + most((size_t)threads * exact_size(stride) *
		    sizeof(double), rs_gram_scratch(d, threads));
	n += TURNED * stride * sizeof(float);
	return n + most(rs_gram_scratch(d, threads),
	    most(rs_eigen_scratch(d, threads), rs_rotate_scratch(d, threads)));
}

bool
rs_als_shares(size_t rows, size_t others)
{
	return others <= rows / 4;
}

void
rs_als_ridge(float *lambda, const uint64_t *indptr, size_t rows,
    size_t others, double ridge, double unobserved, double nu)
{
	for (size_t r = 0; r < rows; r++)
		lambda[r] = (float)(ridge * rs_pow((double)(indptr[r + 1] -
		    indptr[r]) + unobserved * (double)others, nu));
}

void
rs_als_gram(struct rs_pool *pool, const float *factors, size_t rows,
    size_t d, double *gram)
{
	rs_gram(pool, factors, rows, d, gram);
}

static float
ridge_of(const struct rs_als_side *side, size_t r)
{
	return side->lambda != NULL ? side->lambda[r] : side->ridge;
}

static struct rs_row
row_of(const struct half *h, size_t r, int thread)
{
	const struct rs_als *als = h->als;
	const uint64_t at = h->solve->indptr[r];

	return (struct rs_row){
		.y = h->fixed->factors,
		.stride = als->stride,
		.indices = h->solve->indices + at,
		.weight = h->solve->weight != NULL ? h->solve->weight + at :
		    NULL,
		.n = (size_t)(h->solve->indptr[r + 1] - at),
		.alpha = als->goal.alpha,
		.less = als->goal.replace ? als->goal.unobserved : 0,
		.diag = als->diag,
		.mean = als->mean,
		.ridge = ridge_of(h->solve, r),
		.floor = h->floor,
		.steps = als->steps,
		.ahead = (size_t)(h->solve->indptr[h->solve->rows] -
		    h->solve->indptr[r + 1]),
		.share = h->solve->factors == als->made ? als->share + at :
		    NULL,
		.work = als->work + (size_t)thread * RS_ROW_WORK * als->stride,
		.at = als->at + (size_t)thread * als->room,
	};
}

/* Room for the longest row of a side. */
static void
make_room(struct rs_als *als, const struct rs_als_side *side)
{
	const size_t threads = (size_t)rs_pool_threads(als->pool);
	size_t room = als->room;

	for (size_t r = 0; r < side->rows; r++)
		room = most(room, rs_row_room((size_t)(side->indptr[r + 1] -
		    side->indptr[r])));
	if (als->at != NULL && room <= als->room)
		return;
	free(als->at);
	als->room = room;
	als->at = rs_alloc(rs_size(rs_size(threads, room),
	    sizeof(*als->at)) + 1);
}

static void
blame(struct half *h, size_t r)
{
	size_t was = atomic_load(&h->bad);

	while (r < was && !atomic_compare_exchange_weak(&h->bad, &was, r))
		;
}

/*
 * Is the row better solved by its observations than by its unknowns?  That
 * costs n^2 d / 2 instead of d^2 for turning x and some n d for improving it.
 * Nothing may be disliked more than what was not observed, and the ridge must
 * stand out of the rounding of y, which x is inversely proportional to where
 * nothing else holds it.
 */
static bool
is_few(const struct half *h, const struct rs_row *row)
{
	if (row->n > RS_ROW_FEW || row->n * row->n > 2 * row->stride ||
	    !(row->ridge > 1e3F * h->floor))
		return false;
	for (size_t i = 0; i < row->n; i++) {
		const float w = row->weight != NULL ? row->weight[i] : 1;

		if (!(__builtin_fabsf(row->alpha * w) >= row->less))
			return false;
	}
	return true;
}

static void
cg_task(void *arg, size_t task, int thread)
{
	struct half *h = arg;
	const size_t first = task * RUN;

	for (size_t r = first; r < first + RUN && r < h->solve->rows; r++) {
		const struct rs_row row = row_of(h, r, thread);
		float *x = h->solve->factors + r * h->als->stride;

		if (is_few(h, &row)) {
			if (!h->als->ops->few(&row, x))
				blame(h, r);
			continue;
		}
		if (row.share != NULL)
			row.share[0] = NAN;
		if (!h->als->ops->cg(&row, x))
			blame(h, r);
	}
}

/* x of one row, exactly; work is (stride + 5, stride). */
static bool
solve_exactly(const struct rs_row_ops *ops, const struct rs_row *row,
    const double *gram, double unobserved, size_t d, double *work, float *x)
{
	const size_t ld = row->stride;
	double *a = work, *c = a + ld * ld, *spare = c + ld;
	bool fine = true;

	memset(x, 0, ld * sizeof(*x));
	memset(work, 0, (ld + 1) * ld * sizeof(*work));
	for (size_t i = 0; i < d; i++) {
		for (size_t j = i; j < d; j++)
			a[i * ld + j] = unobserved * gram[i * d + j];
		a[i * ld + i] += (double)row->ridge;
	}
	ops->normal(row, a, c, spare, ld);
	for (size_t i = 0; i < d; i++)
		if (c[i] != 0)
			fine = false;
	if (fine)	/* nothing wanted, or only zeros: 0 solves it */
		return true;
	if (!ops->solve(a, c, d, ld))
		return false;
	for (size_t i = 0; i < d; i++)
		if (!isfinite((float)c[i]))
			return false;
	for (size_t i = 0; i < d; i++)
		x[i] = (float)c[i];
	return true;
}

static void
exact_task(void *arg, size_t task, int thread)
{
	struct half *h = arg;
	const struct rs_als *als = h->als;
	const size_t first = task * RUN;

	for (size_t r = first; r < first + RUN && r < h->solve->rows; r++) {
		const struct rs_row row = row_of(h, r, thread);

		if (!solve_exactly(als->ops, &row, als->gram,
		    (double)als->goal.unobserved, als->d, als->exact +
		    (size_t)thread * exact_size(als->stride),
		    h->solve->factors + r * als->stride))
			blame(h, r);
	}
}

/* One shard of the fixed side: the sum of q y^2 over all its observations,
 * and of q, as far as q is positive. */
static void
mean_task(void *arg, size_t task, int thread)
{
	const struct half *h = arg;
	const struct half across = { .als = h->als, .solve = h->fixed,
	    .fixed = h->solve };
	const size_t stride = h->als->stride, rows = h->fixed->rows;
	const size_t end = rows * (task + 1) / SHARDS;
	double *sum = h->als->sums + task * (stride + 1);
	float weight[RUN];

	memset(sum, 0, (stride + 1) * sizeof(*sum));
	for (size_t r = rows * task / SHARDS; r < end; r += RUN) {
		const size_t n = end - r < RUN ? end - r : RUN;

		for (size_t i = 0; i < n; i++) {
			const struct rs_row row = row_of(&across, r + i,
			    thread);

			weight[i] = h->als->ops->gross(&row);
			sum[stride] += (double)weight[i];
		}
		h->als->ops->squares(sum, h->fixed->factors + r * stride,
		    stride, weight, n);
	}
}

/* What one observation adds to the diagonal on average. */
static void
mean_term(struct half *h)
{
	const struct rs_als *als = h->als;
	double weight = 0;

	rs_pool_run(als->pool, SHARDS, mean_task, h);
	for (size_t s = 0; s < SHARDS; s++)
		weight += als->sums[s * (als->stride + 1) + als->stride];
	for (size_t i = 0; i < als->stride; i++) {
		double sum = 0;

		for (size_t s = 0; s < SHARDS; s++)
			sum += als->sums[s * (als->stride + 1) + i];
		als->mean[i] = weight > 0 ? (float)(sum / weight) : 0;
	}
}

/* Of the side to be solved: is it to be improved, not solved anew? */
static bool
is_improved(const struct half *h, size_t r)
{
	const struct rs_row row = row_of(h, r, 0);

	return !is_few(h, &row);
}

/* Of the fixed side: is it not made of shares? */
static bool
is_unshared(const struct half *h, size_t r)
{
	const uint64_t at = h->fixed->indptr[r];

	return h->fixed->indptr[r + 1] > at && isnan(h->als->share[at]);
}

/* Turn the rows of a side that are of a kind: TURNED at a time, since they lie
 * apart. */
static void
turn_some(const struct half *h, const struct rs_als_side *side,
    bool (*kind)(const struct half *h, size_t r))
{
	const struct rs_als *als = h->als;
	const size_t stride = als->stride, size = stride * sizeof(float);
	size_t row[TURNED];

	for (size_t r = 0, n; r < side->rows; ) {
		for (n = 0; n < TURNED && r < side->rows; r++)
			if (kind(h, r))
				row[n++] = r;
		for (size_t i = 0; i < n; i++)
			memcpy(als->apart + i * stride, side->factors +
			    row[i] * stride, size);
		rs_rotate(als->pool, als->apart, n, als->d, als->gram, als->d);
		for (size_t i = 0; i < n; i++)
			memcpy(side->factors + row[i] * stride, als->apart +
			    i * stride, size);
	}
}

/* Whether all rows of a side have the same ridge, which is then *ridge. */
static bool
is_flat(const struct rs_als_side *side, float *ridge)
{
	*ridge = side->ridge;
	if (side->lambda == NULL)
		return true;
	*ridge = side->rows > 0 ? side->lambda[0] : 0;
	for (size_t r = 1; r < side->rows; r++)
		if (side->lambda[r] != *ridge)
			return false;
	return true;
}

/* Room for the shares of the side to be solved, if they are to be kept. */
static void
keep_shares(struct half *h)
{
	struct rs_als *als = h->als;
	const size_t n = (size_t)h->solve->indptr[h->solve->rows];

	als->made = NULL;
	if (n == 0 || !rs_als_shares(h->solve->rows, h->fixed->rows) ||
	    !is_flat(h->solve, &als->ridge))
		return;
	if (n > als->shares) {
		free(als->share);
		als->shares = n;
		als->share = rs_alloc(rs_size(n, sizeof(*als->share)));
	}
	als->made = h->solve->factors;
	als->of = h->fixed->factors;
}

/* Turn the rows of the side to be solved whose x is where they begin; where
 * they are most of them, all at once is quicker. */
static void
turn_solved(struct half *h)
{
	const struct rs_als_side *side = h->solve;
	size_t improved = 0;

	for (size_t r = 0; r < side->rows; r++)
		improved += is_improved(h, r);
	if (improved <= side->rows / 2) {
		keep_shares(h);
		turn_some(h, side, is_improved);
		return;
	}
	h->als->made = NULL;
	rs_rotate(h->als->pool, side->factors, side->rows, h->als->d,
	    h->als->gram, h->als->d);
}

static void
combine_task(void *arg, size_t task, int thread)
{
	const struct half *h = arg;
	const struct rs_als *als = h->als;
	const struct half across = { .als = h->als, .solve = h->fixed,
	    .fixed = h->solve };
	const size_t first = task * RUN;

	for (size_t r = first; r < first + RUN && r < h->fixed->rows; r++) {
		struct rs_row row = row_of(&across, r, thread);

		if (is_unshared(h, r))
			continue;
		row.y = h->turned;
		als->ops->combine(&row, als->share + h->fixed->indptr[r],
		    h->fixed->factors + r * als->stride);
	}
}

/*
 * Turn the fixed side.  Most of its rows may be solutions x = M Y'z of the half
 * step before, for few observations z, where M was the same for all of them,
 * and Y, the side which is now to be solved, is as it was.  Then
 * V x = (Y M V')'z takes as many additions as there are observations, and
 * turning Y M, which has fewer rows, in place of d^2 a row.
 */
static void
turn_fixed(struct half *h)
{
	const struct rs_als *als = h->als;
	const size_t stride = als->stride, rows = h->solve->rows;
	float *y;

	if (als->made != h->fixed->factors || als->of != h->solve->factors) {
		rs_rotate(als->pool, h->fixed->factors, h->fixed->rows, als->d,
		    als->gram, als->d);
		return;
	}
	y = rs_aligned(rs_size(rs_size(rows, stride), sizeof(*y)));
	for (size_t i = 0; i < rows * stride; i++)
		y[i] = h->solve->factors[i] * (1 / (als->diag[i % stride] +
		    als->ridge));
	rs_rotate(als->pool, y, rows, als->d, als->gram, als->d);
	h->turned = y;
	rs_pool_run(als->pool, (h->fixed->rows + RUN - 1) / RUN, combine_task,
	    h);
	free(y);
	turn_some(h, h->fixed, is_unshared);
}

/* Into the eigenbasis of the Gram matrix: rotate both sides, set the diagonal.
 * An eigenvalue below 0 is rounding. */
static void
turn_axes(struct half *h)
{
	const struct rs_als *als = h->als;
	const size_t d = als->d;
	float top = 0;

	rs_eigen(als->pool, d, als->gram, als->value);
	turn_fixed(h);
	for (size_t i = 0; i < d; i++) {
		als->diag[i] = als->value[i] > 0 ?
		    (float)((double)als->goal.unobserved * als->value[i]) : 0;
		if (als->diag[i] > top)
			top = als->diag[i];
	}
	for (size_t i = d; i < als->stride; i++)
		als->diag[i] = 1;
	h->floor = 1e-10F * top + FLT_MIN;
	turn_solved(h);
	mean_term(h);
}

int
rs_als_half(struct rs_als *als, const struct rs_als_side *solve,
    const struct rs_als_side *fixed, size_t *bad)
{
	const size_t runs = (solve->rows + RUN - 1) / RUN;
	struct half h = { .als = als, .solve = solve, .fixed = fixed };

	atomic_init(&h.bad, SIZE_MAX);
	make_room(als, solve);
	rs_gram(als->pool, fixed->factors, fixed->rows, als->d, als->gram);
	for (size_t i = 0; i < als->d * als->d; i++)
		if (!isfinite(als->gram[i])) {
			*bad = solve->rows;
			return -1;
		}
	if (als->solver == RS_ALS_CHOLESKY) {
		rs_pool_run(als->pool, runs, exact_task, &h);
	} else {
		turn_axes(&h);
		rs_pool_run(als->pool, runs, cg_task, &h);
	}
	*bad = atomic_load(&h.bad);
	return *bad == SIZE_MAX ? 0 : -1;
}

static void
loss_task(void *arg, size_t task, int thread)
{
	const struct half *h = arg;
	const size_t first = task * RUN;
	double sum = 0;

	for (size_t r = first; r < first + RUN && r < h->solve->rows; r++) {
		const struct rs_row row = row_of(h, r, thread);

		sum += h->als->ops->seen(&row, h->solve->factors +
		    r * h->als->stride);
	}
	h->part[task] = sum;
}

/* Sum of lambda |x|^2. */
static double
ridges(const struct rs_als_side *side, size_t stride)
{
	double sum = 0;

	for (size_t r = 0; r < side->rows; r++) {
		const float *x = side->factors + r * stride;

		sum += (double)ridge_of(side, r) * (double)rs_dot(x, x, stride);
	}
	return sum;
}

/* The sum over all cells is that of the product of the Gram matrices:
 * tr(X Y'Y X') = tr(X'X Y'Y). */
double
rs_als_loss(struct rs_als *als, const struct rs_als_side *users,
    const struct rs_als_side *items)
{
	const size_t runs = (users->rows + RUN - 1) / RUN, dd = als->d * als->d;
	struct half h = { .als = als, .solve = users, .fixed = items,
	    .part = rs_zalloc(rs_size(runs, sizeof(double))) };
	double *other = rs_aligned(rs_size(dd, sizeof(*other)));
	double seen = 0, all = 0;

	make_room(als, users);
	rs_pool_run(als->pool, runs, loss_task, &h);
	for (size_t i = 0; i < runs; i++)
		seen += h.part[i];
	rs_gram(als->pool, users->factors, users->rows, als->d, als->gram);
	rs_gram(als->pool, items->factors, items->rows, als->d, other);
	for (size_t i = 0; i < dd; i++)
		all += als->gram[i] * other[i];
	free(other);
	free(h.part);
	return seen + (double)als->goal.unobserved * all +
	    ridges(users, als->stride) + ridges(items, als->stride);
}

int
rs_als_fold(const struct rs_als_goal *goal, size_t d, const double *gram,
    const float *factors, const uint32_t *indices, const float *weight,
    size_t n, float ridge, float *x)
{
	const size_t stride = rs_stride(d);
	double *work = rs_aligned(rs_size(exact_size(stride), sizeof(*work)));
	float *zero = rs_aligned(rs_size(RS_ROW_WORK * stride, sizeof(*zero)));
	const float **at = rs_alloc(rs_size(rs_row_room(n), sizeof(*at)));
	const struct rs_row row = {
		.y = factors, .stride = stride, .indices = indices,
		.weight = weight, .n = n, .alpha = goal->alpha,
		.less = goal->replace ? goal->unobserved : 0, .ridge = ridge,
		.work = zero, .at = at,
	};
	const bool fine = solve_exactly(RS_PICK(rs_row_ops), &row, gram,
	    (double)goal->unobserved, d, work, x);

	free(at);
	free(zero);
	free(work);
	return fine ? 0 : -1;
}
