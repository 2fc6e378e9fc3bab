/*
 * group: products with rows that lie anywhere, eight rows at once.
 *
 *	group_dots(s, at, n, x, d);	(s[j] = at[j]'x)
 *	group_add(r, at, w, n, d);	(r += sum of w[j] at[j])
 *
 * at has whole groups: from n to the next multiple of GROUP there are rows
 * too, with w = 0.  Each product has sixteen lanes of its own and one fold,
 * and each element of r takes in the rows in their order, so nothing here
 * depends on how the rows are grouped.  Only for lib/kernel/isa.
 */
#ifndef RS_KERNEL_GROUP_H
#define RS_KERNEL_GROUP_H

#include "kernel/vec.h"

enum { GROUP = 8 };

static inline __attribute__((always_inline)) void
group_dot4(v16 sum[4], const float *const *y, const float *x, size_t d)
{
	for (int j = 0; j < 4; j++)
		sum[j] = v16_zero();
	for (size_t i = 0; i < d; i += LANES) {
		const v16 xi = v16_load(x + i);

		for (int j = 0; j < 4; j++)
			sum[j] = v16_fma(v16_load(y[j] + i), xi, sum[j]);
	}
}

/* s = the products of n rows with x; beyond n to a whole group, 0. */
static inline void
group_dots(float *restrict s, const float *const *y, size_t n,
    const float *restrict x, size_t d)
{
	v16 sum[GROUP];

	for (size_t i = 0; i < n; i += GROUP) {
		group_dot4(sum, y + i, x, d);
		if (n - i > 4)
			group_dot4(sum + 4, y + i + 4, x, d);
		else
			for (int j = 4; j < GROUP; j++)
				sum[j] = v16_zero();
		v16_sum8(s + i, sum);
	}
}

/* r += sum of w y */
static inline __attribute__((always_inline)) void
group_take(float *restrict r, const float *const *y, const float *w, int n,
    size_t d)
{
	v16 k[GROUP];

	for (int j = 0; j < n; j++)
		k[j] = v16_set(w[j]);
	for (size_t i = 0; i < d; i += LANES) {
		v16 ri = v16_load(r + i);

		for (int j = 0; j < n; j++)
			ri = v16_fma(k[j], v16_load(y[j] + i), ri);
		v16_store(r + i, ri);
	}
}

/* r += sum of w y over n rows. */
static inline void
group_add(float *restrict r, const float *const *y, const float *restrict w,
    size_t n, size_t d)
{
	for (size_t i = 0; i < n; i += GROUP)
		if (n - i > 4)
			group_take(r, y + i, w + i, GROUP, d);
		else
			group_take(r, y + i, w + i, 4, d);
}

#endif
