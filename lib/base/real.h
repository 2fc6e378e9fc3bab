/*
 * real: exp, log and pow with the same bits on every machine.
 *
 * libm's differ between systems in the last place, which would make models
 * differ; these are plain C in double with every fused multiply-add written
 * out.  Accurate to about 1 unit in the last place, not exactly rounded.
 * Edge cases follow C: log(0) = -inf, log(<0) = NaN, exp overflows to inf.
 */
#ifndef RS_BASE_REAL_H
#define RS_BASE_REAL_H

double rs_exp(double x);
double rs_log(double x);

/* x^y for x >= 0 (and 0^0 = 1); NaN for x < 0. */
double rs_pow(double x, double y);

#endif
