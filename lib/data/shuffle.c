/* shuffle: an order of 0..n-1 that looks random and is computed, not stored. */
#include <math.h>
#include <string.h>

#include "base/draw.h"
#include "data/shuffle.h"

void
rs_shuffle_init(struct rs_shuffle *o, uint64_t n,
    const uint64_t key[RS_SHUFFLE_TURNS])
{
	o->n = n;
	o->a = (uint64_t)sqrt((double)n);
	if (o->a == 0)
		o->a = 1;
	o->b = n / o->a + 1;
	memcpy(o->key, key, sizeof(o->key));
}

void
rs_shuffle_by(struct rs_shuffle *o, uint64_t n, uint64_t draw)
{
	uint64_t key[RS_SHUFFLE_TURNS];

	for (int i = 0; i < RS_SHUFFLE_TURNS; i++)
		key[i] = rs_draw_at(draw, (uint64_t)i);
	rs_shuffle_init(o, n, key);
}

/* Somewhere in 0..n-1 that depends on x; n below 2^32. */
static uint64_t
turn(uint64_t x, uint64_t key, uint64_t n)
{
	x = (x + key) * 0x9e3779b97f4a7c15;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93;
	return (x >> 32) * n >> 32;
}

uint64_t
rs_shuffle_at(const struct rs_shuffle *o, uint64_t x)
{
	do {
		uint64_t l = x / o->b, r = x % o->b;

		for (int i = 0; i < RS_SHUFFLE_TURNS; i += 2) {
			l += turn(r, o->key[i], o->a);
			if (l >= o->a)
				l -= o->a;
			r += turn(l, o->key[i + 1], o->b);
			if (r >= o->b)
				r -= o->b;
		}
		x = l * o->b + r;
	} while (x >= o->n);
	return x;
}

uint64_t
rs_shuffle_of(const struct rs_shuffle *o, uint64_t x)
{
	do {
		uint64_t l = x / o->b, r = x % o->b, t;

		for (int i = RS_SHUFFLE_TURNS - 2; i >= 0; i -= 2) {
			t = turn(l, o->key[i + 1], o->b);
			r = r >= t ? r - t : r + o->b - t;
			t = turn(r, o->key[i], o->a);
			l = l >= t ? l - t : l + o->a - t;
		}
		x = l * o->b + r;
	} while (x >= o->n);
	return x;
}
