/* dense: sixteen outputs' weights gathered from a shard of samples. */
#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/dense.h"
#include "kernel/vec.h"

/* As in product.c. */
#if VF_LANES == 16
enum { TILE = 14 };
#elif VF_LANES == 8
enum { TILE = 6 };
#else
enum { TILE = 2 };
#endif

static inline __attribute__((always_inline)) void
tile(int m, float *restrict c, const float *restrict a, size_t lda,
    const float *restrict b, size_t k, bool more)
{
	v16 sum[TILE];

	for (int i = 0; i < m; i++)
		sum[i] = more ? v16_load(c + (size_t)i * LANES) : v16_zero();
	for (size_t n = 0; n < k; n++) {
		const v16 row = v16_load(b + n * LANES);

		for (int i = 0; i < m; i++)
			sum[i] = v16_fma(v16_set(a[n * lda + (size_t)i]), row,
			    sum[i]);
	}
	for (int i = 0; i < m; i++)
		v16_store(c + (size_t)i * LANES, sum[i]);
}

/* m columns, at most TILE: how many is known to each copy of tile. */
static inline void
columns(size_t m, float *restrict c, const float *restrict a, size_t lda,
    const float *restrict b, size_t k, bool more)
{
	switch (m) {
#define COLUMNS(n) \
	case n: \
		tile((n) < TILE ? (n) : TILE, c, a, lda, b, k, more); \
		break;
	COLUMNS(1) COLUMNS(2) COLUMNS(3) COLUMNS(4) COLUMNS(5) COLUMNS(6)
	COLUMNS(7) COLUMNS(8) COLUMNS(9) COLUMNS(10) COLUMNS(11) COLUMNS(12)
	COLUMNS(13) COLUMNS(14)
	default:
		break;
	}
}

static void
across(float *restrict c, const float *restrict a, size_t lda,
    const float *restrict b, size_t m, size_t k, bool more)
{
	size_t n;

	for (size_t i = 0; i < m; i += n) {	/* cut as in product.c */
		n = m - i >= 2 * TILE || m - i == TILE ? TILE :
		    m - i > TILE ? (m - i) / 2 : m - i;
		columns(n, c + i * LANES, a + i, lda, b, k, more);
	}
}

extern const struct rs_dense_ops RS_PATH(rs_dense_ops);
const struct rs_dense_ops RS_PATH(rs_dense_ops) = { across };
