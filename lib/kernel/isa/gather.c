/* gather: products and sums of rows that lie anywhere. */
#include "kernel/cpu.h"
#include "kernel/gather.h"
#include "kernel/vec.h"

enum { AT_ONCE = 8 };		/* products that are folded together */

static inline v16
product(const float *x, const float *y, size_t stride)
{
	v16 sum = v16_zero();

	for (size_t k = 0; k < stride; k += LANES)
		sum = v16_fma(v16_load(x + k), v16_load(y + k), sum);
	return sum;
}

static void
dots(float *s, const float *x, const uint32_t *i, const float *y,
    const uint32_t *j, size_t n, size_t stride)
{
	v16 sum[AT_ONCE];
	size_t k = 0;

	for (; k + AT_ONCE <= n; k += AT_ONCE) {
		for (size_t r = 0; r < AT_ONCE; r++)
			sum[r] = product(x + i[k + r] * stride,
			    y + j[k + r] * stride, stride);
		v16_sum8(s + k, sum);
	}
	for (; k < n; k++)
		s[k] = v16_sum(product(x + i[k] * stride, y + j[k] * stride,
		    stride));
}

static void
sum(float *g, const float *x, const uint32_t *i, const float *w, size_t n,
    size_t stride)
{
	size_t at = 0;

	for (; at + 2 * LANES <= stride; at += 2 * LANES) {
		v16 a = v16_zero(), b = v16_zero();

		for (size_t k = 0; k < n; k++) {
			const float *row = x + i[k] * stride + at;
			const v16 by = v16_set(w[k]);

			a = v16_fma(by, v16_load(row), a);
			b = v16_fma(by, v16_load(row + LANES), b);
		}
		v16_store(g + at, a);
		v16_store(g + at + LANES, b);
	}
	for (; at < stride; at += LANES) {
		v16 a = v16_zero();

		for (size_t k = 0; k < n; k++)
			a = v16_fma(v16_set(w[k]),
			    v16_load(x + i[k] * stride + at), a);
		v16_store(g + at, a);
	}
}

extern const struct rs_gather_ops RS_PATH(rs_gather_ops);
const struct rs_gather_ops RS_PATH(rs_gather_ops) = { dots, sum };
