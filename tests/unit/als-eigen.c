/* eigen, product: the dense parts of ALS against their definitions. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernel/dot.h"
#include "kernel/eigen.h"
#include "kernel/product.h"
#include "test.h"

enum kind { RANDOM, GRAM, RANK_ONE, ZERO, ONE, DIAGONAL, GRADED,
	REMAINS, KINDS };

static double
draw(size_t i, size_t j)
{
	return rs_normal(rs_draw2(3, RS_DRAW_SYNTH, i, j));
}

static double
element(enum kind kind, size_t n, size_t i, size_t j)
{
	double sum = 0;

	switch (kind) {
	case RANDOM:
		return draw(i < j ? i : j, i < j ? j : i);
	case GRAM:	/* of rank n / 2 */
		for (size_t k = 0; k < n / 2; k++)
			sum += draw(k, i) * draw(k, j);
		return sum;
	case RANK_ONE:
		return 1e-30 * draw(0, i) * draw(0, j);
	case ONE:
		return i == j;
	case DIAGONAL:
		return i == j ? (double)i * 1e200 : 0;
	case GRADED:
		return draw(i < j ? i : j, i < j ? j : i) *
		    pow(10, -(double)(i + j) * 12 / (double)n);
	case REMAINS:	/* one direction, and what its rounding left of others */
		return draw(0, i) * draw(0, j) *
		    pow(10, -100.0 * ((i > 0) + (j > 0)) / (1 + (i == j)));
	default:
		return 0;
	}
}

/* Rows of v orthonormal and a = v' diag(value) v. */
static void
check(struct rs_pool *pool, enum kind kind, size_t n)
{
	double *a = rs_alloc(n * n * sizeof(*a));
	double *v = rs_alloc(n * n * sizeof(*v));
	double *value = rs_alloc(n * sizeof(*value));
	double most = 0, turned = 0, off = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			a[i * n + j] = v[i * n + j] = element(kind, n, i, j);
			most = fmax(most, fabs(a[i * n + j]));
		}
	rs_eigen(pool, n, v, value);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double dot = 0, back = 0;

			for (size_t k = 0; k < n; k++) {
				dot += v[i * n + k] * v[j * n + k];
				back += v[k * n + i] * value[k] * v[k * n + j];
			}
			/* fmax would pass a NaN over. */
			turned = isnan(dot + back) ? INFINITY :
			    fmax(turned, fabs(dot - (i == j)));
			off = fmax(off, fabs(back - a[i * n + j]));
		}
	ok(turned < 1e-13 * (double)(n + 10), "kind %d, n %zu: vectors %g",
	    (int)kind, n, turned);
	ok(off <= 1e-14 * (double)(n + 10) * most, "kind %d, n %zu: %g of %g",
	    (int)kind, n, off, most);
	free(a);
	free(v);
	free(value);
}

static void
test_eigenvectors_diagonalize(struct rs_pool *pool)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 8, 9, 16, 33, 64, 100,
	    150 };

	for (int kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
			check(pool, (enum kind)kind, sizes[i]);
}

static void
test_products_are_products(struct rs_pool *pool)
{
	static const size_t ds[] = { 1, 16, 30, 64, 300, 530 };
	static const size_t rows[] = { 0, 1, 83, 85, 256, 1000 };

	for (size_t a = 0; a < sizeof(ds) / sizeof(*ds); a++)
		for (size_t b = 0; b < sizeof(rows) / sizeof(*rows); b++) {
			const size_t d = ds[a], n = rows[b];
			const size_t stride = rs_stride(d);
			float *y = rs_aligned(n * stride * sizeof(*y));
			float *old = rs_aligned(n * stride * sizeof(*y));
			double *g = rs_alloc(d * d * sizeof(*g)), off = 0;

			for (size_t i = 0; i < n; i++)
				for (size_t j = 0; j < d; j++)
					y[i * stride + j] = old[i * stride +
					    j] = (float)draw(i, j);
			rs_gram(pool, y, n, d, g);
			/* some elements of each are enough */
			for (size_t t = 0; t < 200; t++) {
				const size_t i = t * 7 % d, j = t * 11 % d;
				double sum = 0;

				for (size_t r = 0; r < n; r++)
					sum += (double)y[r * stride + i] *
					    (double)y[r * stride + j];
				off = fmax(off, fabs(sum - g[i * d + j]));
			}
			ok(off < 1e-5 * sqrt((double)n + 1),
			    "gram of %zu x %zu: off by %g", n, d, off);
			rs_rotate(pool, y, n, d, g, d);
			off = 0;
			for (size_t t = 0; n > 0 && t < 200; t++) {
				const size_t r = t * 7 % n, j = t * 11 % d;
				double sum = 0, size = 1;

				for (size_t k = 0; k < d; k++) {
					const double x = (double)old[r *
					    stride + k] * g[j * d + k];

					sum += x;
					size += fabs(x);
				}
				off = fmax(off, fabs(sum - (double)y[r *
				    stride + j]) / size);
			}
			for (size_t r = 0; r < n; r++)
				for (size_t k = d; k < stride; k++)
					ok(y[r * stride + k] == 0, "padding");
			ok(off < 2e-6, "turn of %zu x %zu: off by %g", n, d,
			    off);
			free(g);
			free(old);
			free(y);
		}
}

int
main(void)
{
	struct rs_pool *pool = rs_pool_new(2);

	test_eigenvectors_diagonalize(pool);
	test_products_are_products(pool);
	rs_pool_free(pool);
	return test_end();
}
