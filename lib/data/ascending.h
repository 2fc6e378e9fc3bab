/*
 * ascending: lists of indices in ascending order, and looking things up in them.
 *
 *	rs_ascending_sort(list, n);
 *	if (rs_ascending_holds(rs_csr_items(m, u), rs_csr_count(m, u), item))
 *		...
 */
#ifndef RS_DATA_ASCENDING_H
#define RS_DATA_ASCENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

static inline int
rs_ascending_compare(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static inline void
rs_ascending_sort(uint32_t *list, size_t n)
{
	if (n > 1)
		qsort(list, n, sizeof(*list), rs_ascending_compare);
}

/* The first place whose index is not below the limit. */
static inline size_t
rs_ascending_place(const uint32_t *list, size_t n, uint64_t limit)
{
	size_t low = 0;

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (list[mid] < limit)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

static inline bool
rs_ascending_holds(const uint32_t *list, size_t n, uint32_t index)
{
	const size_t at = rs_ascending_place(list, n, index);

	return at < n && list[at] == index;
}

#endif
