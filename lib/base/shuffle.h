/*
 * shuffle: a random order of 0..n-1 that takes no memory.
 *
 *	struct rs_shuffle s = rs_shuffle_new(n, rs_draw(seed, purpose, epoch));
 *	for (i = 0; i < n; i++)
 *		visit(rs_shuffle_at(&s, i));
 *
 * rs_shuffle_at is a permutation of 0..n-1, whatever the key.  Any thread.
 */
#ifndef RS_BASE_SHUFFLE_H
#define RS_BASE_SHUFFLE_H

#include <stddef.h>

#include "base/draw.h"

enum { RS_SHUFFLE_ROUNDS = 4 };

struct rs_shuffle {
	uint64_t n, mask;
	unsigned half;
	uint64_t by[RS_SHUFFLE_ROUNDS], plus[RS_SHUFFLE_ROUNDS];
};

static inline struct rs_shuffle
rs_shuffle_new(uint64_t n, uint64_t key)
{
	struct rs_shuffle s = { .n = n };
	unsigned bits = 0;

	while (bits < 64 && n > 0 && (n - 1) >> bits != 0)
		bits++;
	s.mask = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	s.half = (bits + 1) / 2 + (bits == 0);
	for (unsigned r = 0; r < RS_SHUFFLE_ROUNDS; r++) {
		s.by[r] = rs_draw_at(key, 2 * r) | 1;
		s.plus[r] = rs_draw_at(key, 2 * r + 1);
	}
	return s;
}

/*
 * Over the numbers of as many bits as n - 1 has, adding, multiplying by an
 * odd number and folding the upper half onto the lower are each one to one,
 * so all of it is; what falls on n or beyond goes round again until it does
 * not (it must come back to where it began, below n), less than once on
 * average as 2^bits < 2 n.
 */
static inline uint64_t
rs_shuffle_at(const struct rs_shuffle *s, uint64_t i)
{
	do {
		for (unsigned r = 0; r < RS_SHUFFLE_ROUNDS; r++) {
			i = (i + s->plus[r]) * s->by[r] & s->mask;
			i ^= i >> s->half;
		}
	} while (i >= s->n);
	return i;
}

#endif
