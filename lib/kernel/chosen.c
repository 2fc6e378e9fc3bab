/* chosen: a dense layer of which few outputs are wanted. */
#include "kernel/chosen.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"

RS_PATHS(struct rs_chosen_ops, rs_chosen_ops)
RS_PATHS(struct rs_dense_ops, rs_dense_ops)

/* Floats of the weights that stay in the nearest cache while the samples go
 * by. */
enum { NEAR = 8192 };

void
rs_chosen_rows(float *rows, const float *w, const struct rs_dense_shape *s)
{
	const struct rs_dense_ops *ops = RS_PICK(rs_dense_ops);
	float tile[RS_LANES * RS_LANES] __attribute__((aligned(64)));

	for (size_t j = 0; j < s->out; j += RS_LANES)
		for (size_t i = 0; i < s->in; i += RS_LANES) {
			ops->turn(tile, w + j * s->in + i * RS_LANES,
			    RS_LANES);
			for (size_t k = 0; k < RS_LANES; k++)
				for (size_t l = 0; l < RS_LANES; l++)
					rows[(j + k) * s->in + i + l] =
					    tile[k * RS_LANES + l];
		}
}

void
rs_chosen_forward(float *y, size_t ldy, const float *x, size_t ldx,
    const float *rows, const float *b, const uint8_t *want, float scale,
    const struct rs_dense_shape *s, size_t n)
{
	const struct rs_chosen_ops *ops = RS_PICK(rs_chosen_ops);
	size_t block = NEAR / s->in;

	block = block < 8 ? 8 : block > RS_CHOSEN_MOST ? RS_CHOSEN_MOST :
	    block;
	for (size_t j = 0; j < s->out; j += block) {
		const struct rs_chosen c = { y + j, x, rows + j * s->in,
			b + j, want + j, ldy, ldx, s->out, s->in, n, scale };

		ops->some(&c, s->out - j < block ? s->out - j : block);
	}
}
