/* dense: sixteen outputs' weights gathered from a shard of samples. */
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
    const float *restrict b, size_t k)
{
	v16 sum[TILE];

	for (int i = 0; i < m; i++)
		sum[i] = v16_zero();
	for (size_t n = 0; n < k; n++) {
		const v16 row = v16_load(b + n * LANES);

		for (int i = 0; i < m; i++)
			sum[i] = v16_fma(v16_set(a[n * lda + (size_t)i]), row,
			    sum[i]);
	}
	for (int i = 0; i < m; i++)
		v16_store(c + (size_t)i * LANES, sum[i]);
}

static void
across(float *restrict c, const float *restrict a, size_t lda,
    const float *restrict b, size_t m, size_t k)
{
	size_t i = 0;

	for (; i + TILE <= m; i += TILE)
		tile(TILE, c + i * LANES, a + i, lda, b, k);
	for (; i + 2 <= m; i += 2)
		tile(2, c + i * LANES, a + i, lda, b, k);
	if (i < m)
		tile(1, c + i * LANES, a + i, lda, b, k);
}

extern const struct rs_dense_ops RS_PATH(rs_dense_ops);
const struct rs_dense_ops RS_PATH(rs_dense_ops) = { across };
