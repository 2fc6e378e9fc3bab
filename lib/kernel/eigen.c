/*
 * eigen: Householder reduction and implicit QL.
 *
 * The reduction.  Step k takes row k right of the diagonal, x, to a multiple
 * of the first unit vector by H = 1 - beta v v', and the matrix A below and
 * right of it to H A H = A - v w' - w v' with p = beta A v and
 * w = p - (beta/2)(p'v) v  (Golub and Van Loan, Matrix Computations, 8.3.1).
 * The update of A by one step's v and w and the product A v of the next step
 * read the same rows, so one pass does both: each row is updated and, while
 * it is in registers, added to the product.  Full symmetric storage makes
 * both run along rows, element by element, with no sum across lanes.
 * Row k itself is no longer needed afterwards and keeps v.
 *
 * The QL method (Wilkinson's shift; Golub and Van Loan, 8.3.3, upside down)
 * needs only the two diagonals, n^2 work.  Its plane rotations are written
 * down, and applied to the product of the reflections strip by strip: a strip
 * of sixteen columns stays in the cache for all of them.  Strips are
 * independent, so threads share them.
 */
#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/eigen.h"

RS_PATHS(struct rs_eigen_ops, rs_eigen_ops)

/* The square of what is left out of a reflection: beside the largest element,
 * 1, it is nothing, and the square of its beta would overflow. */
static const double NOTHING = 1e-150;

enum {
	STRIP = RS_EIGEN_STRIP,
	SWEEPS = 60,		/* for one eigenvalue; 2 are usual */
	HELD = 1 << 20,		/* rotations written down before they are
				 * applied: 16 MB */
};

/* Rotations of rows first..last + 1, from `at` in the list. */
struct sweep {
	size_t first, last, at;
};

struct eigen {
	const struct rs_eigen_ops *ops;
	struct rs_pool *pool;
	size_t n, stride;	/* n rounded up to 8 */
	double *a;		/* (n, stride): the matrix, then the v's */
	double *beta;		/* (n) of each reflection */
	double *diag, *off;	/* (n) of the tridiagonal matrix */
	double *z;		/* (n, n) the caller's: eigenvectors as rows */
	bool begun;		/* z holds something yet */
	struct rs_turn *turn;
	size_t turns, room;
	struct sweep *sweep;
	size_t sweeps, sweep_room;
	double *strip;		/* per thread (n, STRIP) */
};

static size_t
round8(size_t n)
{
	return (n + 7) / 8 * 8;
}

/* v and *beta that take x (from..n) to a multiple *left of the first unit
 * vector; v is 0 left of from. */
static void
reflection(const struct eigen *e, const double *x, size_t from, double *v,
    double *beta, double *left)
{
	const size_t lead = from & ~(size_t)7;
	double norm, rest;

	memset(v, 0, e->stride * sizeof(*v));
	memcpy(v + from, x + from, (e->n - from) * sizeof(*v));
	v[from] = 0;
	rest = e->ops->dot(v + lead, v + lead, e->stride - lead);
	v[from] = x[from];
	if (__builtin_fma(x[from], x[from], rest) < NOTHING || rest == 0) {
		*beta = 0;
		*left = x[from];
		return;
	}
	norm = sqrt(__builtin_fma(x[from], x[from], rest));
	*left = x[from] > 0 ? -norm : norm;
	v[from] = x[from] - *left;
	*beta = 2 / __builtin_fma(v[from], v[from], rest);
}

/* Rows from..n of a: less v w' + w v'; y := (the new rows) u. */
static void
pass(const struct eigen *e, size_t from, const double *v, const double *w,
    const double *u, double *y)
{
	const size_t lead = from & ~(size_t)7, len = e->stride - lead;
	size_t i = from;

	memset(y, 0, e->stride * sizeof(*y));
	for (; i + 2 <= e->n; i += 2) {
		const double k[6] = { v[i], w[i], u[i],
		    v[i + 1], w[i + 1], u[i + 1] };

		e->ops->update(e->a + i * e->stride + lead,
		    e->a + (i + 1) * e->stride + lead, k, v + lead, w + lead,
		    y + lead, len);
	}
	if (i < e->n) {
		double *a = e->a + i * e->stride + lead;

		e->ops->axpy(a, -v[i], w + lead, len);
		e->ops->axpy(a, -w[i], v + lead, len);
		e->ops->axpy(y + lead, u[i], a, len);
	}
}

static void
tridiagonal(struct eigen *e)
{
	const size_t n = e->n, stride = e->stride;
	double *v = rs_aligned(5 * stride * sizeof(*v));
	double *w = v + stride, *u = w + stride, *y = u + stride, *x = y + stride;

	/* Entering step k, rows k.. await the update by v and w of step
	 * k - 1 (0 at first): row k gets it first, for it says what u is. */
	for (size_t k = 0; k < n; k++) {
		double *row = e->a + k * stride;
		const size_t from = k + 1, lead = from & ~(size_t)7;
		double half;

		e->ops->axpy(row, -v[k], w, stride);
		e->ops->axpy(row, -w[k], v, stride);
		e->diag[k] = row[k];
		e->off[k] = e->beta[k] = 0;
		if (from == n)
			break;
		memcpy(x, row, stride * sizeof(*x));
		reflection(e, x, from, u, &e->beta[k], &e->off[k]);
		pass(e, from, v, w, u, y);
		memcpy(row, u, stride * sizeof(*row));
		memset(y, 0, from * sizeof(*y));
		half = 0.5 * e->beta[k] * e->beta[k] *
		    e->ops->dot(y + lead, u + lead, stride - lead);
		for (size_t i = 0; i < stride; i++)
			w[i] = __builtin_fma(-half, u[i], e->beta[k] * y[i]);
		memcpy(v, u, stride * sizeof(*v));
	}
	free(v);
}

/* Columns STRIP * task onwards: the reflections, if z is still to begin, then
 * the rotations written down. */
static void
strip_task(void *arg, size_t task, int thread)
{
	const struct eigen *e = arg;
	const size_t n = e->n, c0 = task * STRIP;
	const size_t w = n - c0 < STRIP ? n - c0 : STRIP;
	double *s = e->strip + (size_t)thread * n * STRIP;

	memset(s, 0, n * STRIP * sizeof(*s));
	if (e->begun) {
		for (size_t i = 0; i < n; i++)
			memcpy(s + i * STRIP, e->z + i * n + c0,
			    w * sizeof(*s));
	} else {
		for (size_t c = 0; c < w; c++)
			s[(c0 + c) * STRIP + c] = 1;
		for (size_t k = 0; k + 1 < n; k++)
			if (e->beta[k] != 0)
				e->ops->reflect(s + (k + 1) * STRIP,
				    e->a + k * e->stride + k + 1, e->beta[k],
				    n - k - 1);
	}
	for (size_t i = 0; i < e->sweeps; i++)
		e->ops->turn(s, e->turn + e->sweep[i].at, e->sweep[i].first,
		    e->sweep[i].last);
	for (size_t i = 0; i < n; i++)
		memcpy(e->z + i * n + c0, s + i * STRIP, w * sizeof(*s));
}

static void
apply(struct eigen *e)
{
	rs_pool_run(e->pool, (e->n + STRIP - 1) / STRIP, strip_task, e);
	e->begun = true;
	e->turns = e->sweeps = 0;
}

/* One implicit QL sweep on the block first..last; the rotations are noted. */
static void
sweep(struct eigen *e, size_t first, size_t last)
{
	double *d = e->diag, *f = e->off;
	double g = (d[first + 1] - d[first]) / (2 * f[first]);
	double r = sqrt(__builtin_fma(g, g, 1)), s = 1, c = 1, p = 0;
	size_t i = last;

	rs_grow(&e->sweep, &e->sweep_room, e->sweeps + 1, sizeof(*e->sweep));
	rs_grow(&e->turn, &e->room, e->turns + last - first, sizeof(*e->turn));
	e->sweep[e->sweeps].at = e->turns;
	/* d[last] - shift */
	g = d[last] - d[first] + f[first] / (g + (g < 0 ? -r : r));
	while (i-- > first) {
		const double h = s * f[i], b = c * f[i];

		r = sqrt(__builtin_fma(h, h, g * g));
		f[i + 1] = r;
		if (r == 0) {	/* the block falls apart here */
			d[i + 1] -= p;
			f[last] = 0;
			break;
		}
		s = h / r;
		c = g / r;
		g = d[i + 1] - p;
		r = __builtin_fma(d[i] - g, s, 2 * c * b);
		p = s * r;
		d[i + 1] = g + p;
		g = __builtin_fma(c, r, -b);
		e->turn[e->turns++] = (struct rs_turn){ c, s };
	}
	if (i == (size_t)-1 || i < first) {
		i = first - 1;
		d[first] -= p;
		f[first] = g;
		f[last] = 0;
	}
	e->sweep[e->sweeps].first = i + 1;
	e->sweep[e->sweeps].last = last - 1;
	if (i + 1 < last)
		e->sweeps++;
	if (e->turns > HELD)
		apply(e);
}

/* Is off[i] nothing beside its neighbours on the diagonal?  The 1e-8 (the
 * largest element being 1) spares hopeless precision in a null space. */
static bool
split(const struct eigen *e, size_t i)
{
	const double sum = fabs(e->diag[i]) + fabs(e->diag[i + 1]) + 1e-8;

	return fabs(e->off[i]) <= DBL_EPSILON * sum;
}

static void
ql(struct eigen *e)
{
	for (size_t l = 0; l < e->n; l++)
		for (int tries = 0; tries < SWEEPS; tries++) {
			size_t m = l;

			while (m + 1 < e->n && !split(e, m))
				m++;
			if (m == l)
				break;
			sweep(e, l, m);
		}
}

/* The matrix into the work space, scaled to largest element 1 so that no
 * square over- or underflows.  Returns the scale, 0 for the zero matrix. */
static double
take(struct eigen *e, const double *a)
{
	double most = 0;

	for (size_t i = 0; i < e->n * e->n; i++) {
		assert(isfinite(a[i]));
		if (fabs(a[i]) > most)
			most = fabs(a[i]);
	}
	if (most > 0)
		for (size_t i = 0; i < e->n; i++)
			for (size_t j = 0; j < e->n; j++)
				e->a[i * e->stride + j] = a[i * e->n + j] / most;
	return most;
}

size_t
rs_eigen_scratch(size_t n, int threads)
{
	return sizeof(double) * (n * round8(n) + 8 * round8(n) +
	    (size_t)threads * n * STRIP) +
	    sizeof(struct rs_turn) * 2 * (n * n < HELD ? n * n : HELD);
}

void
rs_eigen(struct rs_pool *pool, size_t n, double *a, double *value)
{
	struct eigen e = { RS_PICK(rs_eigen_ops), pool, n, round8(n),
	    .z = a };
	double scale;

	e.a = rs_aligned(rs_size(rs_size(n, e.stride), sizeof(*e.a)));
	e.beta = rs_zalloc(rs_size(n, 3 * sizeof(*e.beta)));
	e.diag = e.beta + n;
	e.off = e.diag + n;
	e.strip = rs_aligned(rs_size((size_t)rs_pool_threads(pool) * STRIP,
	    n * sizeof(*e.strip)));
	scale = take(&e, a);
	tridiagonal(&e);
	ql(&e);
	apply(&e);
	for (size_t i = 0; i < n; i++)
		value[i] = e.diag[i] * scale;
	free(e.strip);
	free(e.beta);
	free(e.turn);
	free(e.sweep);
	free(e.a);
}
