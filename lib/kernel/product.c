/* product: cutting tall products into tasks that fit the caches. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/product.h"

RS_PATHS(struct rs_product_ops, rs_product_ops)

enum {
	DEPTH = 256,		/* rows summed in float: error ~ 16 ulp */
	TILE = 256,		/* columns of a block of a Gram matrix */
	BLOCK = 84,		/* rows rotated at once: 14 x 6 */
	STEP = 256,		/* k at once: 16 columns of it stay in L1 */
};

struct gram {
	const struct rs_product_ops *ops;
	const float *y;
	size_t rows, d, stride;
	size_t shards, shard_rows;
	size_t blocks;		/* of columns */
	double *part;		/* (shards, stride, stride) */
	float *scratch;		/* per thread: two (DEPTH, TILE), one (TILE, TILE) */
};

static size_t
min(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Shards give the threads something to share where d is too small for the
 * blocks to; their partial sums must stay small beside the factors. */
static size_t
most_shards(size_t d)
{
	return d <= TILE ? 16 : d <= 1024 ? 4 : 1;
}

/* to (w, DEPTH) = y[rows, from..from+w)' */
static void
transpose(float *restrict to, const float *restrict y, size_t stride,
    size_t rows, size_t w)
{
	for (size_t r = 0; r < rows; r += 16)
		for (size_t i = 0; i < w; i++)
			for (size_t s = r; s < min(r + 16, rows); s++)
				to[i * DEPTH + s] = y[s * stride + i];
}

/* to (w / 16, rows, 16) = y */
static void
pack(float *restrict to, const float *restrict y, size_t stride, size_t rows,
    size_t w)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t i = 0; i < w; i += RS_LANES)
			memcpy(to + (i * rows + r * RS_LANES),
			    y + r * stride + i, RS_LANES * sizeof(*to));
}

/* One shard of rows, one block (i0, j0), i0 <= j0: of a diagonal block only
 * the upper panels are computed. */
static void
gram_task(void *arg, size_t task, int thread)
{
	const struct gram *g = arg;
	const size_t pairs = g->blocks * (g->blocks + 1) / 2;
	const size_t shard = task / pairs;
	size_t pair = task % pairs, bi = 0;
	float *a = g->scratch + (size_t)thread * 3 * DEPTH * TILE;
	float *b = a + DEPTH * TILE, *c = b + DEPTH * TILE;
	const size_t end = min(g->rows, (shard + 1) * g->shard_rows);

	for (; pair >= g->blocks - bi; bi++)
		pair -= g->blocks - bi;
	const size_t i0 = bi * TILE, j0 = (bi + pair) * TILE;
	const size_t wi = min(TILE, g->stride - i0);
	const size_t wj = min(TILE, g->stride - j0);
	double *part = g->part + shard * g->stride * g->stride;

	for (size_t r = shard * g->shard_rows; r < end; r += DEPTH) {
		const size_t rows = min(DEPTH, end - r);
		const float *y = g->y + r * g->stride;

		transpose(a, y + i0, g->stride, rows, wi);
		pack(b, y + j0, g->stride, rows, wj);
		for (size_t j = 0; j < wj; j += RS_LANES) {
			const size_t m = i0 == j0 ? j + RS_LANES : wi;

			g->ops->panel(c, RS_LANES, a, DEPTH, b + j * rows, m,
			    rows, NULL, 0);
			g->ops->widen(part + i0 * g->stride + j0 + j,
			    g->stride, c, m);
		}
	}
}

size_t
rs_gram_scratch(size_t d, int threads)
{
	const size_t stride = rs_stride(d);

	return most_shards(d) * stride * stride * sizeof(double) +
	    (size_t)threads * 3 * DEPTH * TILE * sizeof(float);
}

void
rs_gram(struct rs_pool *pool, const float *y, size_t rows, size_t d,
    double *gram)
{
	const size_t stride = rs_stride(d), square = rs_size(stride, stride);
	const size_t runs = (rows + DEPTH - 1) / DEPTH;
	struct gram g = { RS_PICK(rs_product_ops), y, rows, d, stride,
	    .blocks = (stride + TILE - 1) / TILE };

	g.shards = min(most_shards(d), runs > 0 ? runs : 1);
	g.shard_rows = (runs + g.shards - 1) / g.shards * DEPTH;
	g.part = rs_aligned(rs_size(square * g.shards, sizeof(*g.part)));
	g.scratch = rs_aligned(rs_size((size_t)rs_pool_threads(pool),
	    3 * DEPTH * TILE * sizeof(*g.scratch)));
	rs_pool_run(pool, g.shards * (g.blocks * (g.blocks + 1) / 2),
	    gram_task, &g);
	for (size_t i = 0; i < d; i++)
		for (size_t j = i; j < d; j++) {
			double sum = 0;

			for (size_t s = 0; s < g.shards; s++)
				sum += g.part[s * square + i * stride + j];
			gram[i * d + j] = gram[j * d + i] = sum;
		}
	free(g.scratch);
	free(g.part);
}

struct rotate {
	const struct rs_product_ops *ops;
	float *y;
	size_t rows, stride;
	float *turn;		/* (stride / 16, stride, 16) */
	float *scratch;		/* per thread (BLOCK, stride) */
};

static void
rotate_task(void *arg, size_t task, int thread)
{
	const struct rotate *t = arg;
	const size_t first = task * BLOCK, n = t->stride;
	const size_t rows = min(BLOCK, t->rows - first);
	float *y = t->y + first * n;
	float *old = t->scratch + (size_t)thread * BLOCK * n;

	memcpy(old, y, rows * n * sizeof(*y));
	for (size_t k = 0; k < n; k += STEP)
		for (size_t j = 0; j < n; j += RS_LANES)
			t->ops->panel(y + j, n, old + k, n,
			    t->turn + j * n + k * RS_LANES, rows,
			    min(STEP, n - k), k > 0 ? y + j : NULL, n);
}

size_t
rs_rotate_scratch(size_t d, int threads)
{
	const size_t stride = rs_stride(d);

	return (stride + (size_t)threads * BLOCK) * stride * sizeof(float);
}

void
rs_rotate(struct rs_pool *pool, float *y, size_t rows, size_t d,
    const double *turn, size_t stride)
{
	const size_t n = rs_stride(d);
	struct rotate t = { RS_PICK(rs_product_ops), y, rows, n, NULL, NULL };

	t.turn = rs_aligned(rs_size(n * n, sizeof(*t.turn)));
	t.scratch = rs_aligned(rs_size((size_t)rs_pool_threads(pool) * BLOCK,
	    n * sizeof(*t.scratch)));
	for (size_t j = 0; j < d; j++)
		for (size_t k = 0; k < d; k++)
			t.turn[j / RS_LANES * RS_LANES * n + k * RS_LANES +
			    j % RS_LANES] = (float)turn[j * stride + k];
	rs_pool_run(pool, (rows + BLOCK - 1) / BLOCK, rotate_task, &t);
	free(t.scratch);
	free(t.turn);
}
