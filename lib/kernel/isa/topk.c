/*
 * topk: tiles of users by items, in registers.
 *
 * A panel is the factors of COLS * VF_LANES items, k-major, behind one row of
 * their biases; a group is the factors of ROWS users, k-major.  Each step of
 * k loads COLS vectors of items and one number of each user, and does ROWS *
 * COLS fused multiply-adds, so that arithmetic, not loading, is the limit:
 * 6 x 2 of 8 lanes fill the sixteen registers of AVX2 (12 sums, 2 of items, 1
 * of users), 8 x 3 of 16 lanes leave four of AVX-512's 32.
 */
#include "kernel/cpu.h"
#include "kernel/topk.h"
#include "kernel/vec.h"

#if defined(__AVX512F__)
enum { ROWS = 8, COLS = 3 };

typedef __mmask16 mask;
static inline mask
reaches(vf a, vf bar)
{
	return _mm512_cmp_ps_mask(a, bar, _CMP_NLT_UQ);
}
static inline mask mask_or(mask a, mask b) { return (mask)(a | b); }
static inline uint64_t mask_bits(mask a) { return a; }

#elif defined(__AVX2__)
enum { ROWS = 6, COLS = 2 };

typedef __m256 mask;
static inline mask
reaches(vf a, vf bar)
{
	return _mm256_cmp_ps(a, bar, _CMP_NLT_UQ);
}
static inline mask mask_or(mask a, mask b) { return _mm256_or_ps(a, b); }
static inline uint64_t
mask_bits(mask a)
{
	return (uint64_t)(unsigned)_mm256_movemask_ps(a);
}

#else
enum { ROWS = 6, COLS = 4 };

typedef uint64_t mask;
static inline mask
reaches(vf a, vf bar)
{
	mask m = 0;

	for (int l = 0; l < VF_LANES; l++)
		m |= (mask)!(a[l] < bar[l]) << l;
	return m;
}
static inline mask mask_or(mask a, mask b) { return a | b; }
static inline uint64_t mask_bits(mask a) { return a; }
#endif

enum { WIDTH = COLS * VF_LANES };

struct tile {
	vf sum[ROWS][COLS];
};

static inline __attribute__((always_inline)) bool
any_reaches(const struct tile *t, const float *bar)
{
	mask any = reaches(t->sum[0][0], vf_set(bar[0]));

#pragma GCC unroll 8
	for (int r = 0; r < ROWS; r++) {
		const vf least = vf_set(bar[r]);
#pragma GCC unroll 8
		for (int c = 0; c < COLS; c++)
			any = mask_or(any, reaches(t->sum[r][c], least));
	}
	return mask_bits(any) != 0;
}

/* The lanes of a row that was stored. */
static inline uint64_t
lanes_that_reach(const float *sum, float bar)
{
	uint64_t lanes = 0;

	for (int c = 0; c < COLS; c++)
		lanes |= mask_bits(reaches(vf_load(sum + c * VF_LANES),
		    vf_set(bar))) << (c * VF_LANES);
	return lanes;
}

/* One step of k. */
static inline __attribute__((always_inline)) void
step(struct tile *t, const float *panel, const float *users)
{
	vf item[COLS];

#pragma GCC unroll 8
	for (int c = 0; c < COLS; c++)
		item[c] = vf_load(panel + c * VF_LANES);
#pragma GCC unroll 8
	for (int r = 0; r < ROWS; r++) {
		const vf u = vf_set(users[r]);
#pragma GCC unroll 8
		for (int c = 0; c < COLS; c++)
			t->sum[r][c] = vf_fma(u, item[c], t->sum[r][c]);
	}
}

static inline __attribute__((always_inline)) struct tile
multiply(const float *panel, size_t d, const float *users)
{
	struct tile t;

#pragma GCC unroll 8
	for (int c = 0; c < COLS; c++) {
		const vf bias = vf_load(panel + c * VF_LANES);
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++)
			t.sum[r][c] = bias;
	}
	for (size_t k = 0; k < d; k++) {
		step(&t, panel + WIDTH, users);
		panel += WIDTH;
		users += ROWS;
	}
	return t;
}

static void
panel(const float *items, size_t d, const float *users, size_t groups,
    const float *bar,
    void (*offer)(void *, size_t, uint64_t, const float *), void *arg)
{
	float sum[ROWS][WIDTH];

	for (size_t g = 0; g < groups; g++, bar += ROWS) {
		struct tile t = multiply(items, d, users + g * d * ROWS);

		if (!any_reaches(&t, bar))
			continue;
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 8
			for (int c = 0; c < COLS; c++)
				vf_store(sum[r] + c * VF_LANES, t.sum[r][c]);
		for (size_t r = 0; r < ROWS; r++) {
			const uint64_t lanes = lanes_that_reach(sum[r],
			    bar[r]);

			if (lanes != 0)
				offer(arg, g * ROWS + r, lanes, sum[r]);
		}
	}
}

/* Eight chains at once, for one waits on its own latency. */
enum { CHAINS = 8 };

static void
scores(const float *user, float user_bias, const struct rs_topk_factors *f,
    const uint32_t *item, size_t n, float *score)
{
	for (size_t i = 0; i < n; i += CHAINS) {
		const size_t m = n - i < CHAINS ? n - i : CHAINS;
		const float *row[CHAINS];
		float sum[CHAINS];

		for (size_t c = 0; c < CHAINS; c++) {
			const size_t at = i + (c < m ? c : 0);
			const size_t id = item != NULL ? item[at] : at;

			row[c] = f->row + id * f->stride;
			sum[c] = f->bias != NULL ? f->bias[id] : 0;
		}
		for (size_t k = 0; k < f->d; k++)
			for (size_t c = 0; c < CHAINS; c++)
				sum[c] = __builtin_fmaf(user[k], row[c][k],
				    sum[c]);
		for (size_t c = 0; c < m; c++)
			score[i + c] = sum[c] + user_bias;
	}
}

extern const struct rs_topk_ops RS_PATH(rs_topk_ops);
const struct rs_topk_ops RS_PATH(rs_topk_ops) = {
	ROWS, WIDTH, panel, scores
};
