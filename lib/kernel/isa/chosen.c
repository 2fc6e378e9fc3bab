/* chosen: inner products of samples with those outputs that are wanted. */
#include "kernel/chosen.h"
#include "kernel/cpu.h"
#include "kernel/vec.h"

/* Outputs at once, whose sums are half the registers; and folded together. */
enum { TILE = 4, GROUP = 8 };

static inline __attribute__((always_inline)) void
tile(int m, v16 *restrict to, const struct rs_chosen *c,
    const float *restrict x, const uint32_t *restrict at)
{
	const float *w[TILE];
	v16 sum[TILE];

	for (int j = 0; j < m; j++) {
		w[j] = c->rows + at[j] * c->in;
		sum[j] = v16_zero();
	}
	for (size_t i = 0; i < c->in; i += LANES) {
		const v16 part = v16_load(x + i);

		for (int j = 0; j < m; j++)
			sum[j] = v16_fma(part, v16_load(w[j] + i), sum[j]);
	}
	for (int j = 0; j < m; j++)
		to[j] = sum[j];
}

static void
rest(size_t m, v16 *restrict to, const struct rs_chosen *c,
    const float *restrict x, const uint32_t *restrict at)
{
	if (m >= TILE) {
		tile(TILE, to, c, x, at);
		m -= TILE;
		to += TILE;
		at += TILE;
	}
	switch (m) {
	case 3:
		tile(3, to, c, x, at);
		break;
	case 2:
		tile(2, to, c, x, at);
		break;
	case 1:
		tile(1, to, c, x, at);
		break;
	}
}

/* At most GROUP sums become outputs.  No branch on their sign, which nobody
 * foresees. */
static inline void
settle(const struct rs_chosen *c, float *restrict y,
    const uint32_t *restrict at, const v16 *restrict sum, size_t n)
{
	float s[LANES] = { 0 };

	v16_sum8(s, sum);
	for (size_t j = 0; j < GROUP; j++)
		s[j] += c->b[at[j]];
	v16_store(s, v16_mul(v16_max(v16_zero(), v16_load(s)),
	    v16_set(c->scale)));
	for (size_t j = 0; j < n; j++)
		y[at[j]] = s[j];
}

static void
row(const struct rs_chosen *c, float *y, const float *x, const uint32_t *at,
    size_t n)
{
	v16 sum[GROUP];

	for (int j = 0; j < GROUP; j++)
		sum[j] = v16_zero();
	for (; n >= GROUP; n -= GROUP, at += GROUP) {
		tile(TILE, sum, c, x, at);
		tile(TILE, sum + TILE, c, x, at + TILE);
		settle(c, y, at, sum, GROUP);
	}
	if (n > 0) {
		rest(n, sum, c, x, at);
		settle(c, y, at, sum, n);
	}
}

static void
some(const struct rs_chosen *c, size_t many)
{
	uint32_t at[RS_CHOSEN_MOST + GROUP] = { 0 };

	for (size_t i = 0; i < c->n; i++) {
		const uint8_t *want = c->want + i * c->apart;
		size_t n = 0;

		for (size_t j = 0; j < many; j++) {
			at[n] = (uint32_t)j;
			n += want[j] != 0;
		}
		row(c, c->y + i * c->ldy, c->x + i * c->ldx, at, n);
	}
}

extern const struct rs_chosen_ops RS_PATH(rs_chosen_ops);
const struct rs_chosen_ops RS_PATH(rs_chosen_ops) = { some };
