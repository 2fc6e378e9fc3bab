/*
 * shuffle: an order of 0..n-1 that looks random and is computed, not stored.
 *
 *	rs_shuffle_init(&o, n, key);	(or rs_shuffle_by(&o, n, draw))
 *	x = rs_shuffle_at(&o, i);	(what stands at place i)
 *	i = rs_shuffle_of(&o, x);	(at what place x stands)
 *
 * A Feistel network over the grid a * b >= n; what falls outside is sent
 * round again, which keeps it one to one.  n is from 1 to 2^62; any thread.
 */
#ifndef RS_DATA_SHUFFLE_H
#define RS_DATA_SHUFFLE_H

#include <stdint.h>

enum { RS_SHUFFLE_TURNS = 6 };

struct rs_shuffle {
	uint64_t n, a, b, key[RS_SHUFFLE_TURNS];
};

void rs_shuffle_init(struct rs_shuffle *o, uint64_t n,
    const uint64_t key[RS_SHUFFLE_TURNS]);
void rs_shuffle_by(struct rs_shuffle *o, uint64_t n, uint64_t draw);
uint64_t rs_shuffle_at(const struct rs_shuffle *o, uint64_t x);
uint64_t rs_shuffle_of(const struct rs_shuffle *o, uint64_t x);

#endif
