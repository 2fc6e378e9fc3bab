/*
 * parts: a split in the making, for split.c, which gathers the rows, and for
 * drawn.c, peruser.c and overlap.c, which say what part each is in.  Only for
 * lib/data.
 *
 * All rows lie in the spool; what a choice needs of them, in one of the three
 * sorts: the mode and the unit say in which, and the others are NULL.  A row
 * is in train until somebody sets its part.
 */
#ifndef RS_DATA_PARTS_H
#define RS_DATA_PARTS_H

#include "data/bitset.h"
#include "data/sort.h"
#include "data/split.h"
#include "data/spool.h"

struct rs_split {
	struct rs_split_opts o;
	int user, item, time;	/* columns, -1: none */
	struct rs_spool *spool;
	uint64_t n;		/* rows */
	uint8_t *part;		/* two bits a row */
	size_t part_room;

	struct rs_sort *pairs;	/* (user << 32 | item, time, row) */
	struct rs_sort *users;	/* (user, draw or time or 0, row) */
	struct rs_sort *times;	/* (time, row) of rows before o.after */

	uint8_t out[RS_BLOCK_ROWS];	/* parts of the block in hand */
	struct rs_bitset seen[RS_PARTS][2];
	struct rs_split_report report;
};

static inline enum rs_part
rs_part_of(const struct rs_split *s, uint64_t row)
{
	return (enum rs_part)(s->part[row / 4] >> row % 4 * 2 & 3);
}

static inline void
rs_part_set(struct rs_split *s, uint64_t row, enum rs_part p)
{
	const unsigned at = (unsigned)(row % 4 * 2);

	s->part[row / 4] = (uint8_t)((s->part[row / 4] & ~(3u << at)) |
	    (unsigned)p << at);
}

/* User and item as one number, which is how pairs are ordered. */
static inline uint64_t
rs_pair_at(const struct rs_split *s, const struct rs_block *b, size_t i)
{
	return (uint64_t)b->col[s->user].u32[i] << 32 |
	    b->col[s->item].u32[i];
}

/* RANDOM and FOLD: the units whose draws have the ranks wanted.  -1 with a
 * sentence where nothing would be left for train. */
int rs_split_drawn(struct rs_split *s, struct rs_err *e);

/* PER_USER and LATEST: of each user's units.  -1 with a sentence that names
 * the first who is short, where that is an error. */
int rs_split_per_user(struct rs_split *s, struct rs_err *e);

/* Once every row has its part: report the pairs that are in more than one,
 * and drop their rows where that is wanted. */
void rs_split_overlap(struct rs_split *s);

#endif
