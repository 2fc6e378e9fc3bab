/*
 * bitset: a set of u32, in memory where they lie only.
 *
 *	struct rs_bitset s = { 0 };
 *	rs_bitset_add(&s, 7);
 *	for (uint64_t i = 0; rs_bitset_next(&s, &i); i++)
 *		use((uint32_t)i);
 *	rs_bitset_free(&s);
 *
 * 65,536 neighbours share a page of 8 KiB, made when the first of them
 * comes.  Zeroed is empty.
 */
#ifndef RS_DATA_BITSET_H
#define RS_DATA_BITSET_H

#include <stdbool.h>
#include <stdint.h>

enum { RS_BITSET_PAGE = 65536, RS_BITSET_WORDS = RS_BITSET_PAGE / 64 };

struct rs_bitset {
	uint64_t **page;	/* (65536), NULL where nothing lies */
};

void rs_bitset_make(struct rs_bitset *s, uint32_t v);	/* v's page */

static inline void
rs_bitset_add(struct rs_bitset *s, uint32_t v)
{
	if (s->page == NULL || s->page[v >> 16] == NULL)
		rs_bitset_make(s, v);
	s->page[v >> 16][(v & 0xffff) / 64] |= (uint64_t)1 << (v & 63);
}

static inline bool
rs_bitset_has(const struct rs_bitset *s, uint32_t v)
{
	return s->page != NULL && s->page[v >> 16] != NULL &&
	    (s->page[v >> 16][(v & 0xffff) / 64] >> (v & 63) & 1) != 0;
}

/* Move *i to the least member that is not below it; false: there is none. */
bool rs_bitset_next(const struct rs_bitset *s, uint64_t *i);
void rs_bitset_free(struct rs_bitset *s);

#endif
