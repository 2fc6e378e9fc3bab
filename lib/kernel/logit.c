/* logit: one row of a logistic factorization against many. */
#include "kernel/cpu.h"
#include "kernel/logit.h"

RS_PATHS(struct rs_logit_ops, rs_logit_ops)

void
rs_logit_slope(const struct rs_logit *l, const float *x, float b, float *g,
    float *gb)
{
	RS_PICK(rs_logit_ops)->slope(l, x, b, g, gb);
}

double
rs_logit_value(const struct rs_logit *l, const float *x, float b)
{
	return RS_PICK(rs_logit_ops)->value(l, x, b);
}

void
rs_logit_step(float *x, float *sum, const float *g, size_t n, float rate,
    float lambda)
{
	RS_PICK(rs_logit_ops)->step(x, sum, g, n, rate, lambda);
}
