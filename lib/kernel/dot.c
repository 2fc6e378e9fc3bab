/* dot: inner product and scaled addition of rows of factors. */
#include "kernel/cpu.h"
#include "kernel/dot.h"

RS_PATHS(struct rs_dot_ops, rs_dot_ops)

float
rs_dot(const float *a, const float *b, size_t n)
{
	return RS_PICK(rs_dot_ops)->dot(a, b, n);
}

void
rs_axpy(float *y, float a, const float *x, size_t n)
{
	RS_PICK(rs_dot_ops)->axpy(y, a, x, n);
}
