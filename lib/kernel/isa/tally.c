/*
 * tally: sums of the values of those who were drawn.
 *
 * A piece of each drawing's sums stays in registers while all rows pass.  Who
 * is in none of the drawings adds 0, which is quicker than to ask.
 */
#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/tally.h"
#include "kernel/vec.h"

enum {
	AT_ONCE = RS_TALLY_AT_ONCE,
	REGISTERS = VD_LANES == RS_TALLY_LANES ? 1 : 2,
	PIECE = REGISTERS * VD_LANES,
};

static inline void
add_row(const struct rs_tally *t, size_t i, size_t from, bool weighted,
    vd sum[AT_ONCE][REGISTERS])
{
	const uint32_t who = t->who[i];
	const double each = weighted ? t->weight[who] : 1;
	vd value[REGISTERS];

	for (int k = 0; k < REGISTERS; k++)
		value[k] = vd_load(t->value + i * t->wide + from +
		    (size_t)k * VD_LANES);
	for (size_t r = 0; r < AT_ONCE; r++) {
		const vd w = vd_set(each * t->times[r * t->stride + who]);

		for (int k = 0; k < REGISTERS; k++)
			sum[r][k] = vd_add(sum[r][k], vd_mul(w, value[k]));
	}
}

static inline void
tally_piece(const struct rs_tally *t, size_t from, bool weighted, double *out)
{
	vd sum[AT_ONCE][REGISTERS];

	for (size_t r = 0; r < AT_ONCE; r++)
		for (int k = 0; k < REGISTERS; k++)
			sum[r][k] = vd_set(0);
	for (size_t i = 0; i < t->n; i++)
		add_row(t, i, from, weighted, sum);
	for (size_t r = 0; r < AT_ONCE; r++)
		for (int k = 0; k < REGISTERS; k++)
			vd_store(out + r * t->wide + from +
			    (size_t)k * VD_LANES, sum[r][k]);
}

static void
tally(const struct rs_tally *t, double *sum)
{
	for (size_t from = 0; from < t->wide; from += PIECE) {
		if (t->weight != NULL)
			tally_piece(t, from, true, sum);
		else
			tally_piece(t, from, false, sum);
	}
}

extern const struct rs_tally_ops RS_PATH(rs_tally_ops);
const struct rs_tally_ops RS_PATH(rs_tally_ops) = { tally };
