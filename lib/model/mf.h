/*
 * mf: what its two ways of learning ask of its parameters.
 *
 *	l = rs_mf_loss(f->values, items);
 *
 * Plain functions of the settled values.  Any thread.
 */
#ifndef RS_MODEL_MF_H
#define RS_MODEL_MF_H

#include "model/algorithm.h"
#include "model/loss.h"

struct rs_loss rs_mf_loss(const struct rs_values *v, uint64_t items);

/*
 * The r-th item, from 0, that is not among n ascending ones: r and as many
 * more as there are of them before it.  own[k] - k others stand before own[k],
 * so those with own[k] - k <= r do.
 */
static inline uint32_t
rs_mf_other(const uint32_t *own, size_t n, uint64_t r)
{
	size_t low = 0, high = n;

	while (low < high) {
		const size_t mid = low + (high - low) / 2;

		if (own[mid] - mid <= r)
			low = mid + 1;
		else
			high = mid;
	}
	return (uint32_t)(r + low);
}

#endif
