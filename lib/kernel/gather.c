/* gather: products and sums of rows that lie anywhere. */
#include "kernel/cpu.h"
#include "kernel/gather.h"

RS_PATHS(struct rs_gather_ops, rs_gather_ops)

void
rs_gather_dots(float *s, const float *x, const uint32_t *i, const float *y,
    const uint32_t *j, size_t n, size_t stride)
{
	RS_PICK(rs_gather_ops)->dots(s, x, i, y, j, n, stride);
}

void
rs_gather_sum(float *g, const float *x, const uint32_t *i, const float *w,
    size_t n, size_t stride)
{
	RS_PICK(rs_gather_ops)->sum(g, x, i, w, n, stride);
}
