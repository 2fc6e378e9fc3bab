/* real: exp, log and pow with the same bits on every machine. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/real.h"

/* ln 2 in two parts: the first has 21 trailing zero bits, so that k times it
 * is exact for every exponent k. */
static const double LN2_HI = 0x1.62e42fee00000p-1;
static const double LN2_LO = 0x1.a39ef35793c76p-33;

static double
scale(double x, int k)
{
	const uint64_t bits = (uint64_t)(k + 1023) << 52;
	double p;

	memcpy(&p, &bits, sizeof(p));
	return x * p;
}

double
rs_exp(double x)
{
	/* 1/k!, highest first; |r| <= ln2/2 leaves a tail below 2^-57. */
	static const double c[] = {
		1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800,
		1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
		1.0 / 720, 1.0 / 120, 1.0 / 24, 1.0 / 6, 1.0 / 2,
	};
	double k, r, p;

	if (x != x)
		return x;
	if (x > 709.782712893384)
		return (double)INFINITY;
	if (x < -745.2)
		return 0;
	k = floor(__builtin_fma(x, 1.4426950408889634, 0.5));
	r = __builtin_fma(-k, LN2_HI, x);
	r = __builtin_fma(-k, LN2_LO, r);
	p = c[0];
	for (int i = 1; i < (int)(sizeof(c) / sizeof(c[0])); i++)
		p = __builtin_fma(p, r, c[i]);
	p = __builtin_fma(p * r, r, r) + 1;
	/* In two steps, so that neither factor leaves the normal range. */
	if (k > 1000)
		return scale(scale(p, 1000), (int)k - 1000);
	if (k < -1000)
		return scale(scale(p, -1000), (int)k + 1000);
	return scale(p, (int)k);
}

double
rs_log(double x)
{
	/* 2/(2k+1), highest first: log m = s * sum s^(2k) 2/(2k+1) with
	 * s = (m-1)/(m+1), |s| <= 0.1716, so the tail is below 2^-60. */
	static const double c[] = {
		2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
		2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3,
	};
	uint64_t bits;
	int e = 0;
	double m, s, s2, p, f;

	if (x != x || x == (double)INFINITY)
		return x;
	if (x < 0)
		return (double)NAN;
	if (x == 0)
		return -(double)INFINITY;
	if (x < 0x1p-1022) {
		x *= 0x1p54;
		e = -54;
	}
	memcpy(&bits, &x, sizeof(bits));
	/* m in [sqrt(1/2), sqrt(2)) */
	bits -= 0x3fe6a09e667f3bcd;
	e += (int)((int64_t)bits >> 52);
	bits = (bits & 0xfffffffffffff) + 0x3fe6a09e667f3bcd;
	memcpy(&m, &bits, sizeof(m));

	f = m - 1;	/* exact */
	s = f / (m + 1);
	s2 = s * s;
	p = c[0];
	for (int i = 1; i < (int)(sizeof(c) / sizeof(c[0])); i++)
		p = __builtin_fma(p, s2, c[i]);
	/* 2s = f - s f exactly in the reals; this form keeps f whole. */
	p = __builtin_fma(p * s2, s, -s * f);
	return __builtin_fma(e, LN2_HI, f + __builtin_fma(e, LN2_LO, p));
}

double
rs_pow(double x, double y)
{
	if (y == 0 || x == 1)
		return 1;
	if (x != x || y != y || x < 0)
		return (double)NAN;
	if (x == 0)
		return y > 0 ? 0 : (double)INFINITY;
	if (y == 1)
		return x;
	if (y == 2)
		return x * x;
	if (y == 0.5)
		return sqrt(x);
	return rs_exp(y * rs_log(x));
}
