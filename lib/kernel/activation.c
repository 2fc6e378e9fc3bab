/* activation: sigmoid, softplus and exp over arrays of floats. */
#include "kernel/activation.h"
#include "kernel/cpu.h"

RS_PATHS(struct rs_activation_ops, rs_activation_ops)

void
rs_sigmoid(float *y, const float *x, size_t n)
{
	RS_PICK(rs_activation_ops)->sigmoid(y, x, n);
}

void
rs_softplus(float *y, const float *x, size_t n)
{
	RS_PICK(rs_activation_ops)->softplus(y, x, n);
}

void
rs_expf(float *y, const float *x, size_t n)
{
	RS_PICK(rs_activation_ops)->exp(y, x, n);
}
