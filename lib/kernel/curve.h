/*
 * curve: exp, sigmoid and softplus of a register of floats.
 *
 *	g = vf_sigmoid(vf_sub(vf_zero(), x));
 *
 * Only IEEE operations and fused multiply-adds written out, so every path
 * gives the same bits.  Errors are within 2 units in the last place (tests/
 * unit/activation.c measures them).  A NaN stays a NaN.  Only for
 * lib/kernel/isa.
 */
#ifndef RS_KERNEL_CURVE_H
#define RS_KERNEL_CURVE_H

#include "kernel/vec.h"

/*
 * e^x = 2^n e^r with n = round(x / ln 2), |r| <= ln(2) / 2.  x is held within
 * +-87, where 2^n stays a normal number.  Adding 1.5 * 2^23 rounds to a whole
 * number that stands in the low bits of the sum; 127 more make it the
 * exponent of 2^n.  ln 2 is taken off in two parts, the first of few bits so
 * that n times it is exact (Cody and Waite, 1980).  The polynomial is the
 * Taylor series to r^7, whose remainder at ln(2) / 2 is below 6e-9.
 */
static inline vf
vf_exp(vf x)
{
	const vf magic = vf_set(0x1.8p23f + 127);

	x = vf_min(vf_set(87), vf_max(vf_set(-87), x));
	const vf at = vf_fma(x, vf_set(0x1.715476p+0f), magic);
	const vf n = vf_sub(at, magic);
	vf r = vf_fma(n, vf_set(-0x1.63p-1f), x);
	r = vf_fma(n, vf_set(0x1.bd0106p-13f), r);
	vf p = vf_set(1.0f / 5040);
	p = vf_fma(p, r, vf_set(1.0f / 720));
	p = vf_fma(p, r, vf_set(1.0f / 120));
	p = vf_fma(p, r, vf_set(1.0f / 24));
	p = vf_fma(p, r, vf_set(1.0f / 6));
	p = vf_fma(p, r, vf_set(0.5f));
	p = vf_fma(p, r, vf_set(1));
	p = vf_fma(p, r, vf_set(1));
	return vf_mul(p, vf_bits(at));
}

/* 1 / (1 + e^-x) */
static inline vf
vf_sigmoid(vf x)
{
	const vf one = vf_set(1);

	return vf_div(one, vf_add(one, vf_exp(vf_sub(vf_zero(), x))));
}

/*
 * ln(1 + e^x) = max(x, 0) + ln(1 + y), y = e^-|x| in (0, 1].
 * ln(1 + y) = 2 artanh z, z = y / (2 + y) <= 1/3, by its series to z^15,
 * whose remainder is below 1e-9.
 */
static inline vf
vf_softplus(vf x)
{
	const vf minus = vf_sub(vf_zero(), x);
	const vf y = vf_exp(vf_min(minus, x));
	const vf z = vf_div(y, vf_add(vf_set(2), y));
	const vf s = vf_mul(z, z);
	vf p = vf_set(2.0f / 15);

	p = vf_fma(p, s, vf_set(2.0f / 13));
	p = vf_fma(p, s, vf_set(2.0f / 11));
	p = vf_fma(p, s, vf_set(2.0f / 9));
	p = vf_fma(p, s, vf_set(2.0f / 7));
	p = vf_fma(p, s, vf_set(2.0f / 5));
	p = vf_fma(p, s, vf_set(2.0f / 3));
	p = vf_fma(p, s, vf_set(2));
	return vf_fma(p, z, vf_max(vf_zero(), x));
}

#endif
