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

static inline unsigned
not_below(vf a, vf bar)
{
	return _mm512_cmp_ps_mask(a, bar, _CMP_NLE_UQ);
}

#elif defined(__AVX2__)
enum { ROWS = 6, COLS = 2 };

static inline unsigned
not_below(vf a, vf bar)
{
	return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(a, bar,
	    _CMP_NLE_UQ));
}

#else
enum { ROWS = 6, COLS = 4 };

static inline unsigned
not_below(vf a, vf bar)
{
	unsigned mask = 0;

	for (unsigned l = 0; l < VF_LANES; l++)
		mask |= (unsigned)!(a[l] <= bar[l]) << l;
	return mask;
}
#endif

enum { WIDTH = COLS * VF_LANES };

struct tile {
	vf sum[ROWS][COLS];
};

static inline __attribute__((always_inline)) struct tile
multiply(const float *panel, size_t d, const float *users)
{
	struct tile t;
	vf item[COLS];

#pragma GCC unroll 8
	for (int c = 0; c < COLS; c++) {
		item[c] = vf_load(panel + c * VF_LANES);
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++)
			t.sum[r][c] = item[c];
	}
	for (size_t k = 0; k < d; k++) {
		panel += WIDTH;
#pragma GCC unroll 8
		for (int c = 0; c < COLS; c++)
			item[c] = vf_load(panel + c * VF_LANES);
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++) {
			const vf u = vf_set(users[r]);
#pragma GCC unroll 8
			for (int c = 0; c < COLS; c++)
				t.sum[r][c] = vf_fma(u, item[c], t.sum[r][c]);
		}
		users += ROWS;
	}
	return t;
}

static void
panel(const float *items, size_t d, const float *users, size_t groups,
    const float *user_bias, const float *bar,
    void (*offer)(void *, size_t, uint64_t, const float *), void *arg)
{
	float score[ROWS][WIDTH];
	uint64_t lanes[ROWS], any;

	for (size_t g = 0; g < groups; g++) {
		struct tile t = multiply(items, d, users + g * d * ROWS);

		any = 0;
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++) {
			const vf b = vf_set(user_bias[g * ROWS + (size_t)r]);
			const vf least = vf_set(bar[g * ROWS + (size_t)r]);

			lanes[r] = 0;
#pragma GCC unroll 8
			for (int c = 0; c < COLS; c++) {
				t.sum[r][c] = vf_add(t.sum[r][c], b);
				lanes[r] |= (uint64_t)not_below(t.sum[r][c],
				    least) << (c * VF_LANES);
			}
			any |= lanes[r];
		}
		if (any == 0)
			continue;
#pragma GCC unroll 8
		for (int r = 0; r < ROWS; r++)
#pragma GCC unroll 8
			for (int c = 0; c < COLS; c++)
				vf_store(score[r] + c * VF_LANES, t.sum[r][c]);
		for (size_t r = 0; r < ROWS; r++)
			if (lanes[r] != 0)
				offer(arg, g * ROWS + r, lanes[r], score[r]);
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
