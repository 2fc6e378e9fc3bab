/*
 * sort: any number of small records in order, within a memory budget.
 *
 *	struct rs_sort *s = rs_sort_new(2, 1, 256 << 20);
 *	rs_sort_put(s, (uint64_t[]){ user, row });
 *	rs_sort_rewind(s);
 *	for (const uint64_t *r; (r = rs_sort_next(s)) != NULL; )
 *		use(r[0], r[1]);
 *	rs_sort_free(s);
 *
 * A record is up to four u64 words, of which the first keys are compared in
 * turn.  The sort is stable: records with equal keys come out as they went
 * in.  What comes out does not depend on the budget; beyond it sorted runs are
 * spilled (data/spill.h) and merged.  One thread a sort.
 */
#ifndef RS_DATA_SORT_H
#define RS_DATA_SORT_H

#include <stddef.h>
#include <stdint.h>

struct rs_sort;

struct rs_sort *rs_sort_new(unsigned words, unsigned keys,
    size_t memory);					/* yours */
void rs_sort_put(struct rs_sort *s, const uint64_t *record);
uint64_t rs_sort_count(const struct rs_sort *s);

/* Go to the first record; no more may be put.  As often as you like. */
void rs_sort_rewind(struct rs_sort *s);

/* Borrowed until the next call; NULL at the end. */
const uint64_t *rs_sort_next(struct rs_sort *s);
void rs_sort_free(struct rs_sort *s);			/* NULL is nothing */

/* A signed key as a word of the same order. */
static inline uint64_t
rs_sort_signed(int64_t v)
{
	return (uint64_t)v ^ (uint64_t)1 << 63;
}

/* In memory: n records at p, with as much room at aux.  Stable. */
void rs_sort_words(uint64_t *p, uint64_t *aux, size_t n, unsigned words,
    unsigned keys);

#endif
