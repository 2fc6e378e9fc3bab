/* product: sixteen columns of a matrix product, a few rows at a time. */
#include "kernel/cpu.h"
#include "kernel/product.h"
#include "kernel/vec.h"

/* Rows of the register tile: their accumulators fill the register file but
 * for one row of b and a broadcast. */
#if VF_LANES == 16
enum { TILE = 14 };
#elif VF_LANES == 8
enum { TILE = 6 };
#else
enum { TILE = 2 };
#endif

static inline __attribute__((always_inline)) void
tile(int m, float *c, size_t ldc, const float *restrict a,
    size_t lda, const float *restrict b, size_t k, const float *from,
    size_t ldfrom)
{
	v16 sum[TILE];

	for (int i = 0; i < m; i++)
		sum[i] = from != NULL ? v16_load(from + (size_t)i * ldfrom) :
		    v16_zero();
	for (size_t n = 0; n < k; n++) {
		const v16 row = v16_load(b + n * LANES);

		for (int i = 0; i < m; i++)
			sum[i] = v16_fma(v16_set(a[(size_t)i * lda + n]), row,
			    sum[i]);
	}
	for (int i = 0; i < m; i++)
		v16_store(c + (size_t)i * ldc, sum[i]);
}

/* m rows, at most TILE: how many is known to each copy of tile. */
static inline void
rows(size_t m, float *c, size_t ldc, const float *restrict a, size_t lda,
    const float *restrict b, size_t k, const float *from, size_t ldfrom)
{
	switch (m) {
#define ROWS(n) \
	case n: \
		tile((n) < TILE ? (n) : TILE, c, ldc, a, lda, b, k, from, \
		    ldfrom); \
		break;
	ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7)
	ROWS(8) ROWS(9) ROWS(10) ROWS(11) ROWS(12) ROWS(13) ROWS(14)
	default:
		break;
	}
}

static void
panel(float *c, size_t ldc, const float *restrict a, size_t lda,
    const float *restrict b, size_t m, size_t k, const float *from,
    size_t ldfrom)
{
	size_t n;

	/* The last two tiles are alike: a small one waits for its own sums. */
	for (size_t i = 0; i < m; i += n) {
		n = m - i >= 2 * TILE || m - i == TILE ? TILE :
		    m - i > TILE ? (m - i) / 2 : m - i;
		rows(n, c + i * ldc, ldc, a + i * lda, lda, b, k,
		    from != NULL ? from + i * ldfrom : NULL, ldfrom);
	}
}

static void
widen(double *restrict sum, size_t ld, const float *restrict c, size_t m)
{
	for (size_t i = 0; i < m; i++, sum += ld, c += LANES)
		for (size_t j = 0; j < LANES; j += 8)
			v8d_store(sum + j, v8d_add(v8d_load(sum + j),
			    v8d_loadf(c + j)));
}

extern const struct rs_product_ops RS_PATH(rs_product_ops);
const struct rs_product_ops RS_PATH(rs_product_ops) = { panel, widen };
