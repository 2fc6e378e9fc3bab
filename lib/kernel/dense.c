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

void
rs_dense_forward(float *y, size_t ldy, const float *x, size_t ldx,
    const float *w, const float *b, const struct rs_dense_shape *s, size_t n)
{
	const struct rs_product_ops *ops = RS_PICK(rs_product_ops);

	for (size_t j = 0; j < s->out; j += RS_LANES) {
		for (size_t i = 0; i < n; i++)
			memcpy(y + i * ldy + j, b + j,
			    RS_LANES * sizeof(*y));
		ops->panel(y + j, ldy, x, ldx, w + j * s->in, n, s->in, true);
	}
}

void
rs_dense_turn(float *turned, const float *w, const struct rs_dense_shape *s)
{
	for (size_t i = 0; i < s->in; i++)
		for (size_t j = 0; j < s->out; j++)
			turned[i / RS_LANES * RS_LANES * s->out +
			    j * RS_LANES + i % RS_LANES] =
			    w[j / RS_LANES * RS_LANES * s->in +
			    i * RS_LANES + j % RS_LANES];
}

void
rs_dense_back(float *dx, size_t lddx, const float *dy, size_t lddy,
    const float *turned, const struct rs_dense_shape *s, size_t n)
{
	const struct rs_product_ops *ops = RS_PICK(rs_product_ops);

	for (size_t i = 0; i < s->in; i += RS_LANES)
		ops->panel(dx + i, lddx, dy, lddy, turned + i * s->out, n,
		    s->out, false);
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

void
rs_dense_gradient(float *dw, float *db, const float *x, size_t ldx,
    const float *dy, size_t lddy, const struct rs_dense_shape *s, size_t n,
    float *room)
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
