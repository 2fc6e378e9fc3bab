/*
 * draw: randomness as a function of (seed, purpose, epoch, index).
 *
 *	item = rs_below(items, rs_draw(seed, RS_DRAW_NEGATIVE, row));
 *	if (rs_unit(rs_draw2(seed, RS_DRAW_SHUFFLE, epoch, n)) < p)
 *
 * Nothing draws "the next" number: there is no generator and no state, so
 * neither the order of the work nor the number of threads can change a draw.
 * A draw is XXH3-64 of (purpose, epoch, index) under the seed.  Any thread.
 */
#ifndef RS_BASE_DRAW_H
#define RS_BASE_DRAW_H

#include <stdbool.h>

#include "base/hash.h"

/* What a draw is for.  The numbers are part of every result: never reuse or
 * renumber one, add at the end. */
enum rs_purpose {
	RS_DRAW_ROW = 1,	/* which rows are held out */
	RS_DRAW_PAIR = 2,	/* which pairs are held out */
	RS_DRAW_NEGATIVE = 3,	/* which items are negatives */
	RS_DRAW_USER_FACTORS = 4,	/* initial factors */
	RS_DRAW_ITEM_FACTORS = 5,
	RS_DRAW_BOOTSTRAP = 6,	/* which users a replicate counts */
	RS_DRAW_SHUFFLE = 7,	/* sample order of an epoch */
	RS_DRAW_SYNTH = 8,	/* rs-synth; sub-purposes in the epoch slot */
	RS_DRAW_RANDOM_BASELINE = 9,	/* rs-eval's random row */
	RS_DRAW_USER_BLOCK = 10,	/* which block a user is in, an epoch */
	RS_DRAW_ITEM_BLOCK = 11,
	RS_DRAW_ORDER = 12,	/* which sample comes first */
	RS_DRAW_SAMPLE = 13,	/* negatives of an epoch */
	RS_DRAW_FOLD = 14,	/* negatives of someone new */
	RS_DRAW_DROPOUT = 15,
	RS_DRAW_LAYER = 16,	/* initial weights of dense layers */
	RS_DRAW_TRIAL = 17,	/* values of a search; which one in the epoch slot */
	RS_DRAW_SWAP = 18,	/* whose two values a randomization test swaps */
};

static inline uint64_t
rs_draw2(uint64_t seed, enum rs_purpose purpose, uint64_t epoch, uint64_t n)
{
	const uint64_t key[3] = { (uint64_t)purpose, epoch, n };

	return XXH3_64bits_withSeed(key, sizeof(key), seed);
}

static inline uint64_t
rs_draw(uint64_t seed, enum rs_purpose purpose, uint64_t n)
{
	return rs_draw2(seed, purpose, 0, n);
}

/* The n-th draw under a key, which is a draw itself: where one sample takes
 * nanoseconds, hashing for each draw is too slow.  Steele, Lea and Flood
 * (2014), Fast splittable pseudorandom number generators: SplitMix64, entered
 * at its n-th state. */
static inline uint64_t
rs_draw_at(uint64_t key, uint64_t n)
{
	uint64_t z = key + (n + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Uniform in 0..n-1 from a draw; its bias is below n / 2^64. */
static inline uint64_t
rs_below(uint64_t n, uint64_t draw)
{
	return (uint64_t)((unsigned __int128)draw * n >> 64);
}

/* Uniform in [0, 1), a multiple of 2^-53. */
static inline double
rs_unit(uint64_t draw)
{
	return (double)(draw >> 11) * 0x1p-53;
}

/* True with chance p. */
static inline bool
rs_chance(double p, uint64_t seed, enum rs_purpose purpose, uint64_t n)
{
	return rs_unit(rs_draw(seed, purpose, n)) < p;
}

/* Standard normal by inversion: Wichura (1988), Algorithm AS 241, PPND16. */
double rs_normal(uint64_t draw);

#endif
