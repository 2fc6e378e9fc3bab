/* dense: the products of a fully connected layer, over a shard of samples. */
#include <string.h>

#include "kernel/cpu.h"
#include "kernel/dense.h"
#include "kernel/dot.h"
#include "kernel/product.h"

RS_PATHS(struct rs_dense_ops, rs_dense_ops)
RS_PATHS(struct rs_product_ops, rs_product_ops)

/* What is taken of x at once for a gradient: 24 KiB, for the nearest cache. */
enum { DEPTH = 128, WIDTH = 48 };

/* Of derivatives at most one in SPARSE is not 0 where they are listed, and
 * there are neither more outputs than MOST nor fewer, and samples, than what
 * makes room for lists and a slab of x: */
enum { SPARSE = 4, LEAST = 128, MOST = 4096, FEWEST = 8 };

enum { LIST = 8192, ROWS = 256, SLAB = RS_DENSE_GATHER * RS_LANES };

void
rs_dense_forward(float *y, size_t ldy, const float *x, size_t ldx,
    const float *w, const float *b, const struct rs_dense_shape *s, size_t n)
{
	const struct rs_product_ops *ops = RS_PICK(rs_product_ops);

	for (size_t j = 0; j < s->out; j += RS_LANES)
		ops->panel(y + j, ldy, x, ldx, w + j * s->in, n, s->in, b + j,
		    0);
}

void
rs_dense_turn(float *turned, const float *w, const struct rs_dense_shape *s)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);

	for (size_t i = 0; i < s->in; i += RS_LANES)
		for (size_t j = 0; j < s->out; j += RS_LANES)
			ops->turn(turned + i * s->out + j * RS_LANES,
			    w + j * s->in + i * RS_LANES, RS_LANES);
}

/* Whether few of dy are not 0; count (out) of each column. */
static bool
sparse(uint32_t *restrict count, const float *restrict dy, size_t ldy,
    size_t out, size_t n)
{
	size_t sum = 0;

	if (out < LEAST || out > MOST || n < FEWEST)
		return false;
	memset(count, 0, out * sizeof(*count));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < out; j++)
			count[j] += dy[i * ldy + j] != 0;
	for (size_t j = 0; j < out; j++)
		sum += count[j];
	return sum <= n * out / SPARSE;
}

/* Rows of dx, as many as there is room to list. */
static size_t
back_some(float *dx, size_t lddx, const float *dy, size_t lddy,
    const float *turned, const struct rs_dense_shape *s, size_t n)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);
	uint32_t start[ROWS + 1], at[LIST];
	float value[LIST];
	struct rs_dense_sums sums = { NULL, RS_LANES, RS_LANES * s->out,
		start, at, value, 0 };

	start[0] = 0;
	for (size_t r = 0; r < n && r < ROWS && start[r] + s->out <= LIST;
	    r++) {
		start[r + 1] = start[r] + (uint32_t)ops->nonzero(at +
		    start[r], value + start[r], dy + r * lddy, s->out);
		sums.rows = r + 1;
	}
	for (size_t i = 0; i < s->in; i += SLAB) {
		const size_t w = s->in - i < SLAB ? s->in - i : SLAB;

		sums.a = turned + i * s->out;
		ops->gather(dx + i, lddx, &sums, w / RS_LANES);
	}
	return sums.rows;
}

void
rs_dense_back(float *dx, size_t lddx, const float *dy, size_t lddy,
    const float *turned, const struct rs_dense_shape *s, size_t n)
{
	const struct rs_product_ops *ops = RS_PICK(rs_product_ops);
	uint32_t count[MOST];

	if (sparse(count, dy, lddy, s->out, n)) {
		for (size_t r = 0; r < n; )
			r += back_some(dx + r * lddx, lddx, dy + r * lddy,
			    lddy, turned, s, n - r);
		return;
	}
	for (size_t i = 0; i < s->in; i += RS_LANES)
		ops->panel(dx + i, lddx, dy, lddy, turned + i * s->out, n,
		    s->out, NULL, 0);
}

/* to (out / 16, n, 16) = dy; db = its sums. */
static void
pack(float *restrict to, float *restrict db, const float *restrict dy,
    size_t ldy, size_t out, size_t n)
{
	for (size_t j = 0; j < out; j += RS_LANES, to += n * RS_LANES) {
		float sum[RS_LANES] = { 0 };

		for (size_t i = 0; i < n; i++) {
			const float *from = dy + i * ldy + j;

			memcpy(to + i * RS_LANES, from, sizeof(sum));
			for (size_t l = 0; l < RS_LANES; l++)
				sum[l] += from[l];
		}
		memcpy(db + j, sum, sizeof(sum));
	}
}

/* to (n, w) = columns of x, rows of which may all fall into the same few
 * places of a cache. */
static void
narrow(float *restrict to, const float *restrict x, size_t ldx, size_t w,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < w; j += RS_LANES)
			memcpy(to + i * w + j, x + i * ldx + j,
			    RS_LANES * sizeof(*to));
}

static void
gradient(float *dw, float *db, const float *x, size_t ldx, const float *dy,
    size_t lddy, const struct rs_dense_shape *s, size_t n, float *room)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);
	float some[DEPTH * WIDTH];

	pack(room, db, dy, lddy, s->out, n);
	if (n == 0)
		memset(dw, 0, s->in * s->out * sizeof(*dw));
	for (size_t i = 0; i < s->in; i += WIDTH) {
		const size_t w = s->in - i < WIDTH ? s->in - i : WIDTH;

		for (size_t r = 0; r < n; r += DEPTH) {
			const size_t k = n - r < DEPTH ? n - r : DEPTH;

			narrow(some, x + r * ldx + i, ldx, w, k);
			for (size_t j = 0; j < s->out; j += RS_LANES)
				ops->across(dw + j * s->in + i * RS_LANES,
				    some, w, room + j * n + r * RS_LANES, w,
				    k, r > 0);
		}
	}
}

/* The samples in which each output has a derivative, in their order, and the
 * derivatives.  end: their number, then where each output's list ends, the
 * first beginning at 0. */
static void
list_columns(uint32_t *restrict end, uint32_t *restrict sample,
    float *restrict what, float *restrict db, const float *dy, size_t lddy,
    size_t out, size_t n)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);
	uint32_t at[MOST], sum = 0;
	float value[MOST];

	for (size_t j = 0; j < out; j++) {
		const uint32_t here = end[j];

		end[j] = sum;
		sum += here;
		db[j] = 0;
	}
	for (size_t r = 0; r < n; r++) {
		const size_t found = ops->nonzero(at, value, dy + r * lddy,
		    out);

		for (size_t k = 0; k < found; k++) {
			const uint32_t place = end[at[k]]++;

			sample[place] = (uint32_t)r;
			what[place] = value[k];
			db[at[k]] += value[k];
		}
	}
}

/* By outputs, whose weights are then turned into panels. */
static void
sparse_gradient(float *dw, float *db, const float *x, size_t ldx,
    const float *dy, size_t lddy, const struct rs_dense_shape *s, size_t n,
    uint32_t *start, float *room)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);
	float *slab = room, *value = slab + n * SLAB;
	uint32_t *sample = (void *)(value + n * s->out / SPARSE);
	struct rs_dense_sums sums = { slab, SLAB, RS_LANES, NULL, sample,
		value, RS_LANES };
	float rows[RS_LANES * SLAB];

	start[0] = 0;
	list_columns(start + 1, sample, value, db, dy, lddy, s->out, n);
	for (size_t i = 0; i < s->in; i += SLAB) {
		const size_t w = s->in - i < SLAB ? s->in - i : SLAB;

		sums.down = w;
		narrow(slab, x + i, ldx, w, n);
		for (size_t j = 0; j < s->out; j += RS_LANES) {
			sums.start = start + j;
			ops->gather(rows, w, &sums, w / RS_LANES);
			for (size_t l = 0; l < w; l += RS_LANES)
				ops->turn(dw + j * s->in + (i + l) * RS_LANES,
				    rows + l, w);
		}
	}
}

void
rs_dense_gradient(float *dw, float *db, const float *x, size_t ldx,
    const float *dy, size_t lddy, const struct rs_dense_shape *s, size_t n,
    float *room)
{
	uint32_t start[1 + MOST];

	if (sparse(start + 1, dy, lddy, s->out, n))
		sparse_gradient(dw, db, x, ldx, dy, lddy, s, n, start, room);
	else
		gradient(dw, db, x, ldx, dy, lddy, s, n, room);
}
