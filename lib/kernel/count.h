/*
 * count: how many of many scores lie above one, and how many equal it.
 *
 *	rs_count(score, n, bar, &above, &equal);
 *
 * A score that is not a number is neither.  Any thread.
 */
#ifndef RS_KERNEL_COUNT_H
#define RS_KERNEL_COUNT_H

#include <stddef.h>
#include <stdint.h>

/* Adds to *above and *equal. */
void rs_count(const float *x, size_t n, float bar, uint64_t *above,
    uint64_t *equal);

/* How many are numbers. */
size_t rs_count_numbers(const float *x, size_t n);

/* What a CPU path brings along; n < 2^31. */
struct rs_count_ops {
	void (*count)(const float *x, size_t n, float bar, uint32_t *above,
	    uint32_t *equal);
	uint32_t (*numbers)(const float *x, size_t n);
};

#endif
