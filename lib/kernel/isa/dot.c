/* dot: the sums over one row of factors. */
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/vec.h"

static float
dot(const float *restrict a, const float *restrict b, size_t n)
{
	v16 sum = v16_zero();

	for (size_t i = 0; i < n; i += LANES)
		sum = v16_fma(v16_load(a + i), v16_load(b + i), sum);
	return v16_sum(sum);
}

static void
axpy(float *restrict y, float a, const float *restrict x, size_t n)
{
	const v16 k = v16_set(a);

	for (size_t i = 0; i < n; i += LANES)
		v16_store(y + i, v16_fma(k, v16_load(x + i), v16_load(y + i)));
}

extern const struct rs_dot_ops RS_PATH(rs_dot_ops);
const struct rs_dot_ops RS_PATH(rs_dot_ops) = { dot, axpy };
