/* sgd: stochastic gradient steps on rows of factors. */
#include <assert.h>

#include "kernel/cpu.h"
#include "kernel/sgd.h"

RS_PATHS(struct rs_sgd_ops, rs_sgd_ops)

void
rs_sgd_scores(float *s, const float *p, const struct rs_sgd_rows *y,
    const uint32_t *item, size_t n)
{
	RS_PICK(rs_sgd_ops)->scores(s, p, y, item, n);
}

void
rs_sgd_pairs(float *p, const struct rs_sgd_rows *y,
    const struct rs_sgd_keep *keep, const uint32_t *i, const uint32_t *j,
    const float *a, size_t n)
{
	assert(n <= RS_SGD_GROUP);
	RS_PICK(rs_sgd_ops)->pairs(p, y, keep, i, j, a, n);
}

void
rs_sgd_points(float *p, float *user_bias, const struct rs_sgd_rows *y,
    const struct rs_sgd_keep *keep, const uint32_t *item, const float *a,
    const float *keep_item, size_t n)
{
	assert(n <= RS_SGD_GROUP);
	RS_PICK(rs_sgd_ops)->points(p, user_bias, y, keep, item, a, keep_item,
	    n);
}
