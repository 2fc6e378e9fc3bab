/* adagrad: sixteen coordinates of all rows at a time. */
#include "kernel/adagrad.h"
#include "kernel/cpu.h"
#include "kernel/vec.h"

static void
move(float *x, float *sum, v16 g, v16 rate)
{
	const v16 before = v16_load(sum);

	v16_store(x, v16_sub(v16_load(x), v16_div(v16_mul(rate, g),
	    v16_sqrt(before))));
	v16_store(sum, v16_fma(g, g, before));
}

static void
step(const struct rs_adagrad *a)
{
	const v16 rate = v16_set(a->rate);

	for (size_t i = 0; i < a->n; i += LANES) {
		const v16 x = v16_load(a->p + i);
		v16 g = v16_mul(v16_set(a->p_lambda), x);

		for (size_t k = 0; k < a->m; k++) {
			const size_t at = a->item[k] * a->n + i;
			const v16 slope = v16_set(a->slope[k]);
			const v16 y = v16_load(a->q + at);

			g = v16_fma(slope, y, g);
			move(a->q + at, a->q_sum + at, v16_fma(slope, x,
			    v16_mul(v16_set(a->lambda[k]), y)), rate);
		}
		move(a->p + i, a->p_sum + i, g, rate);
	}
}

extern const struct rs_adagrad_ops RS_PATH(rs_adagrad_ops);
const struct rs_adagrad_ops RS_PATH(rs_adagrad_ops) = { step };
