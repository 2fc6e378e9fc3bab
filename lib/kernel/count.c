/* count: how many of many scores lie above one, and how many equal it. */
#include "kernel/count.h"
#include "kernel/cpu.h"

RS_PATHS(struct rs_count_ops, rs_count_ops)

enum { PIECE = 1 << 30 };	/* what the 32-bit lanes hold for sure */

void
rs_count(const float *x, size_t n, float bar, uint64_t *above,
    uint64_t *equal)
{
	const struct rs_count_ops *ops = RS_PICK(rs_count_ops);
	uint32_t a, e;

	for (size_t done = 0; done < n; done += PIECE) {
		ops->count(x + done, n - done < PIECE ? n - done : PIECE, bar,
		    &a, &e);
		*above += a;
		*equal += e;
	}
}

size_t
rs_count_numbers(const float *x, size_t n)
{
	const struct rs_count_ops *ops = RS_PICK(rs_count_ops);
	size_t count = 0;

	for (size_t done = 0; done < n; done += PIECE)
		count += ops->numbers(x + done, n - done < PIECE ?
		    n - done : PIECE);
	return count;
}
