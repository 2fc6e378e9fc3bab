/* eigen: the loops over doubles.  Lengths are multiples of 8. */
#include "kernel/cpu.h"
#include "kernel/eigen.h"
#include "kernel/vec.h"

static double
dot(const double *restrict a, const double *restrict b, size_t n)
{
	v8d sum = v8d_set(0);

	for (size_t i = 0; i < n; i += 8)
		sum = v8d_fma(v8d_load(a + i), v8d_load(b + i), sum);
	return v8d_sum(sum);
}

static void
axpy(double *restrict y, double a, const double *restrict x, size_t n)
{
	const v8d k = v8d_set(a);

	for (size_t i = 0; i < n; i += 8)
		v8d_store(y + i, v8d_fma(k, v8d_load(x + i), v8d_load(y + i)));
}

static void
update(double *restrict a, double *restrict b, const double k[6],
    const double *restrict v, const double *restrict w, double *restrict y,
    size_t n)
{
	const v8d va = v8d_set(k[0]), wa = v8d_set(k[1]), ua = v8d_set(k[2]);
	const v8d vb = v8d_set(k[3]), wb = v8d_set(k[4]), ub = v8d_set(k[5]);

	for (size_t i = 0; i < n; i += 8) {
		const v8d vi = v8d_load(v + i), wi = v8d_load(w + i);
		v8d yi = v8d_load(y + i);
		const v8d ai = v8d_fnma(wa, vi, v8d_fnma(va, wi,
		    v8d_load(a + i)));
		const v8d bi = v8d_fnma(wb, vi, v8d_fnma(vb, wi,
		    v8d_load(b + i)));

		v8d_store(a + i, ai);
		v8d_store(b + i, bi);
		yi = v8d_fma(ub, bi, v8d_fma(ua, ai, yi));
		v8d_store(y + i, yi);
	}
}

typedef struct {
	v8d h[2];
} strip;

static inline strip
row_load(const double *p)
{
	return (strip){ { v8d_load(p), v8d_load(p + 8) } };
}

static inline void
row_store(double *p, strip a)
{
	v8d_store(p, a.h[0]);
	v8d_store(p + 8, a.h[1]);
}

static inline strip
row_fma(double k, strip a, strip b)
{
	const v8d kk = v8d_set(k);

	return (strip){ { v8d_fma(kk, a.h[0], b.h[0]),
	    v8d_fma(kk, a.h[1], b.h[1]) } };
}

static inline strip
row_scale(double k, strip a)
{
	const v8d kk = v8d_set(k);

	return (strip){ { v8d_mul(kk, a.h[0]), v8d_mul(kk, a.h[1]) } };
}

/* Even and odd rows are summed apart: twice the sums in flight. */
static void
reflect(double *restrict s, const double *restrict v, double beta, size_t rows)
{
	strip even = { { v8d_set(0), v8d_set(0) } }, odd = even, all;
	size_t r = 0;

	for (; r + 2 <= rows; r += 2) {
		even = row_fma(v[r], row_load(s + r * RS_EIGEN_STRIP), even);
		odd = row_fma(v[r + 1], row_load(s + (r + 1) * RS_EIGEN_STRIP),
		    odd);
	}
	if (r < rows)
		even = row_fma(v[r], row_load(s + r * RS_EIGEN_STRIP), even);
	all = row_scale(-beta, row_fma(1, odd, even));
	for (r = 0; r < rows; r++)
		row_store(s + r * RS_EIGEN_STRIP, row_fma(v[r], all,
		    row_load(s + r * RS_EIGEN_STRIP)));
}

static void
turn(double *restrict s, const struct rs_turn *restrict t, size_t first,
    size_t last)
{
	strip high = row_load(s + (last + 1) * RS_EIGEN_STRIP);

	for (size_t i = last + 1; i-- > first; t++) {
		const strip low = row_load(s + i * RS_EIGEN_STRIP);

		row_store(s + (i + 1) * RS_EIGEN_STRIP,
		    row_fma(t->s, low, row_scale(t->c, high)));
		high = row_fma(-t->s, high, row_scale(t->c, low));
	}
	row_store(s + first * RS_EIGEN_STRIP, high);
}

extern const struct rs_eigen_ops RS_PATH(rs_eigen_ops);
const struct rs_eigen_ops RS_PATH(rs_eigen_ops) = {
	dot, axpy, update, reflect, turn
};
