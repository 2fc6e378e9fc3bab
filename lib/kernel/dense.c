/* dense: the products of a fully connected layer, over a shard of samples. */
#include <string.h>

#include "kernel/cpu.h"
#include "kernel/dense.h"
#include "kernel/dot.h"
#include "kernel/product.h"

RS_PATHS(struct rs_dense_ops, rs_dense_ops)
RS_PATHS(struct rs_product_ops, rs_product_ops)

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

void
rs_dense_gradient(float *dw, float *db, const float *x, size_t ldx,
    const float *dy, size_t lddy, const struct rs_dense_shape *s, size_t n,
    float *room)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);

	memset(db, 0, s->out * sizeof(*db));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < s->out; j++) {
			room[(j / RS_LANES * n + i) * RS_LANES +
			    j % RS_LANES] = dy[i * lddy + j];
			db[j] += dy[i * lddy + j];
		}
	for (size_t j = 0; j < s->out; j += RS_LANES)
		ops->across(dw + j * s->in, x, ldx, room + j * n, s->in, n);
}
