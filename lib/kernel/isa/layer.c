/* layer: what a net's layers do element by element. */
#include "base/draw.h"
#include "kernel/cpu.h"
#include "kernel/layer.h"
#include "kernel/vec.h"

static void
relu(float *y, size_t ld, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, y += ld)
		for (size_t k = 0; k < width; k += LANES)
			v16_store(y + k, v16_max(v16_zero(), v16_load(y + k)));
}

static void
relu_back(float *g, size_t ldg, const float *y, size_t ldy, size_t n,
    size_t width)
{
	for (size_t i = 0; i < n; i++, g += ldg, y += ldy)
		for (size_t k = 0; k < width; k++) {
			const float slope = g[k];

			g[k] = y[k] > 0 ? slope : 0;
		}
}

static void
add(float *y, size_t ldy, const float *x, size_t ldx, const float *b,
    size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, y += ldy, x += ldx)
		for (size_t k = 0; k < width; k += LANES)
			v16_store(y + k, v16_add(v16_load(x + k),
			    v16_load(b + k)));
}

static void
add_back(float *b, const float *g, size_t ldg, size_t n, size_t width)
{
	for (size_t k = 0; k < width; k += LANES) {
		v16 sum = v16_zero();

		for (size_t i = 0; i < n; i++)
			sum = v16_add(sum, v16_load(g + i * ldg + k));
		v16_store(b + k, sum);
	}
}

static void
product(float *y, size_t ldy, const float *a, size_t lda, const float *b,
    size_t ldb, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, y += ldy, a += lda, b += ldb)
		for (size_t k = 0; k < width; k += LANES)
			v16_store(y + k, v16_mul(v16_load(a + k),
			    v16_load(b + k)));
}

static void
sum(float *y, size_t ldy, const float *x, size_t ldx, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, x += ldx) {
		v16 lanes = v16_zero();

		for (size_t k = 0; k < width; k += LANES)
			lanes = v16_add(lanes, v16_load(x + k));
		y[i * ldy] = v16_sum(lanes);
	}
}

/* Multiplied, as a branch for each would be wrong as often as p says. */
static void
thin(float *restrict y, size_t ld, const uint8_t *restrict keep, float scale,
    size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++, y += ld, keep += width)
		for (size_t k = 0; k < width; k++)
			y[k] *= scale * (float)keep[k];
}

static void
both(uint8_t *restrict want, const uint8_t *restrict a,
    const uint8_t *restrict b, size_t n, size_t width)
{
	for (size_t k = 0; k < n * width; k++)
		want[k] = a[k] & b[k];
}

static void
alive(uint8_t *restrict want, const float *restrict y, size_t ld, size_t n,
    size_t width)
{
	for (size_t i = 0; i < n; i++, y += ld, want += width)
		for (size_t k = 0; k < width; k++)
			want[k] &= y[k] != 0;
}

/* Draws of a row at once, so that the compiler makes lanes of them too. */
enum { DRAWS = 64 };

static void
choose_some(uint8_t *restrict keep, uint64_t key, uint64_t first,
    uint16_t chance, size_t draws)
{
	uint64_t draw[DRAWS] = { 0 };	/* for cppcheck, who sees draws 0 */
	uint16_t part[4 * DRAWS];	/* little-endian, as all our machines */

	for (size_t l = 0; l < draws; l++)
		draw[l] = rs_draw_at(key, first + l);
	memcpy(part, draw, draws * sizeof(*draw));
	for (size_t k = 0; k < 4 * draws; k++)
		keep[k] = part[k] >= chance;
}

static void
choose(uint8_t *restrict keep, const uint64_t *restrict key, uint64_t first,
    uint32_t chance, size_t n, size_t width)
{
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < width / 4; at += DRAWS) {
			const size_t draws = width / 4 - at < DRAWS ?
			    width / 4 - at : DRAWS;

			choose_some(keep, key[i], first + at,
			    (uint16_t)chance, draws);
			keep += 4 * draws;
		}
}

extern const struct rs_layer_ops RS_PATH(rs_layer_ops);
const struct rs_layer_ops RS_PATH(rs_layer_ops) = {
	.relu = relu,
	.relu_back = relu_back,
	.add = add,
	.add_back = add_back,
	.product = product,
	.sum = sum,
	.thin = thin,
	.both = both,
	.alive = alive,
	.choose = choose,
};
