/* dense: what the products of a layer are made of, sixteen columns wide. */
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

/* Bit l: lane l is not 0. */
static inline unsigned
unequal(vf a)
{
#if VF_LANES == 16
	return _mm512_cmp_ps_mask(a, vf_zero(), _CMP_NEQ_UQ);
#elif VF_LANES == 8
	return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, vf_zero(),
	    _CMP_NEQ_UQ));
#else
	unsigned mask = 0;

	for (int l = 0; l < VF_LANES; l++)
		mask |= (unsigned)(a[l] < 0 || a[l] > 0 || a[l] != a[l]) << l;
	return mask;
#endif
}

/* Sixty-four at a time, as each end of a run of bits is a guess. */
static size_t
nonzero(uint32_t *restrict at, float *restrict value,
    const float *restrict row, size_t n)
{
	size_t found = 0;

	for (size_t j = 0; j < n; j += 64) {
		uint64_t mask = 0;

		for (size_t l = 0; l < 64 && j + l < n; l += VF_LANES)
			mask |= (uint64_t)unequal(vf_load(row + j + l)) << l;
		for (; mask != 0; mask &= mask - 1, found++) {
			const size_t k = j + (size_t)__builtin_ctzll(mask);

			at[found] = (uint32_t)k;
			value[found] = row[k];
		}
	}
	return found;
}

static inline __attribute__((always_inline)) void
gather_lanes(int lanes, float *restrict c, size_t ldc,
    const struct rs_dense_sums *s)
{
	for (size_t r = 0; r < s->rows; r++, c += ldc) {
		v16 sum[RS_DENSE_GATHER];

		for (int l = 0; l < lanes; l++)
			sum[l] = v16_zero();
		for (size_t k = s->start[r]; k < s->start[r + 1]; k++) {
			const float *row = s->a + s->at[k] * s->down;
			const v16 by = v16_set(s->value[k]);

			for (int l = 0; l < lanes; l++)
				sum[l] = v16_fma(by, v16_load(row +
				    (size_t)l * s->apart), sum[l]);
		}
		for (int l = 0; l < lanes; l++)
			v16_store(c + l * LANES, sum[l]);
	}
}

static void
gather(float *restrict c, size_t ldc, const struct rs_dense_sums *s,
    size_t lanes)
{
	switch (lanes) {
	case 1:
		gather_lanes(1, c, ldc, s);
		break;
	case 2:
		gather_lanes(2, c, ldc, s);
		break;
	case 3:
		gather_lanes(3, c, ldc, s);
		break;
	default:
		gather_lanes(RS_DENSE_GATHER, c, ldc, s);
	}
}

#if VF_LANES >= 8
/* Rows of eight: by pairs, by fours, by halves. */
static inline void
turn8(float *restrict to, const float *restrict from, size_t ld)
{
	__m256 a[8], b[8];

	for (size_t i = 0; i < 8; i++)
		a[i] = _mm256_loadu_ps(from + i * ld);
	for (int i = 0; i < 8; i += 2) {
		b[i] = _mm256_unpacklo_ps(a[i], a[i + 1]);
		b[i + 1] = _mm256_unpackhi_ps(a[i], a[i + 1]);
	}
	for (int i = 0; i < 8; i += 4)
		for (int h = 0; h < 2; h++) {
			a[i + 2 * h] = _mm256_shuffle_ps(b[i + h],
			    b[i + 2 + h], 0x44);
			a[i + 2 * h + 1] = _mm256_shuffle_ps(b[i + h],
			    b[i + 2 + h], 0xee);
		}
	for (size_t i = 0; i < 4; i++) {
		_mm256_storeu_ps(to + i * LANES,
		    _mm256_permute2f128_ps(a[i], a[i + 4], 0x20));
		_mm256_storeu_ps(to + (i + 4) * LANES,
		    _mm256_permute2f128_ps(a[i], a[i + 4], 0x31));
	}
}

static void
turn(float *restrict to, const float *restrict from, size_t ld)
{
	turn8(to, from, ld);
	turn8(to + 8, from + 8 * ld, ld);
	turn8(to + 8 * LANES, from + 8, ld);
	turn8(to + 8 * LANES + 8, from + 8 * ld + 8, ld);
}
#else
static void
turn(float *restrict to, const float *restrict from, size_t ld)
{
	for (size_t i = 0; i < LANES; i++)
		for (size_t j = 0; j < LANES; j++)
			to[j * LANES + i] = from[i * ld + j];
}
#endif

extern const struct rs_dense_ops RS_PATH(rs_dense_ops);
const struct rs_dense_ops RS_PATH(rs_dense_ops) = { across, turn, nonzero,
	gather };
