/*
 * intern: the distinct strings of a column in the block that is being filled,
 * in the order in which they first appear.  Only for lib/io.
 *
 *	rs_intern_init(&t);
 *	rs_intern_put(&t, code, v, index, from, n);
 *	... code[i], below t.entries; t.off, t.bytes, t.hash ...
 *	rs_intern_clear(&t);		(for the next block)
 *	rs_intern_free(&t);
 *
 * At most RS_BLOCK_ROWS strings between two calls of clear.  What comes of
 * them does not depend on the entries and codes in which they came, and
 * strings that an enemy chose to collide cost no more than a second hash of
 * each.
 */
#ifndef RS_IO_INTERN_H
#define RS_IO_INTERN_H

#include "base/buf.h"
#include "io/stream.h"

struct rs_intern {
	struct rs_buf bytes;
	uint32_t *off;		/* entries + 1 */
	uint64_t *hash;		/* entries */
	uint32_t entries;

	/* 1 << slot_bits of them, a third of them free at least.  The table is
	 * only as large as the block needs, so that it stays in the cache. */
	struct rs_intern_slot *slot;
	unsigned slot_bits;
	uint64_t seed;		/* of the hash that says where; 0: none */
	uint32_t *map;		/* entries of the input: ours, or none yet */
	size_t map_room;
};

void rs_intern_init(struct rs_intern *t);
void rs_intern_clear(struct rs_intern *t);

/* Append n strings of v, rows index[0..n-1] or from.. where index is NULL. */
void rs_intern_put(struct rs_intern *t, uint32_t *code,
    const struct rs_vec *v, const uint32_t *index, size_t from, size_t n);
void rs_intern_free(struct rs_intern *t);

#endif
