/*
 * index: users and items as dense indices instead of strings.
 *
 *	struct rs_index *x = rs_index_new(rs_reader_head(in));
 *	x->side[RS_ITEM].dict = ...		(an old dictionary, or new)
 *	while (...) {
 *		rs_index_add(x, b);		(or rs_index_match)
 *		rs_writer_put(w, &x->block);
 *	}
 *
 * or, where it takes all rows to say which are kept and what is their index:
 *
 *		rs_index_add(x, b), rs_index_hold(x);
 *	rs_index_thin(x, least, rounds);
 *	rs_index_rank(x, RS_INDEX_FREQUENCY);
 *	while (rs_index_next(x))
 *		rs_writer_put_kept(w, &x->block, x->keep);
 *
 * head is that of the rows that come out; the columns user and item are u32
 * in it, the others as they were.  rs_index_add counts each row in the
 * dictionaries; with thinning, they count the rows that are kept and hold no
 * other ids.  One thread an index.
 */
#ifndef RS_DATA_INDEX_H
#define RS_DATA_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/dict.h"
#include "io/stream.h"

enum { RS_USER, RS_ITEM, RS_SIDES };

enum rs_index_order { RS_INDEX_FIRST, RS_INDEX_SORTED, RS_INDEX_FREQUENCY };

struct rs_index_side {
	const char *name;	/* "user", "item" */
	int column;		/* -1: the rows have none */
	struct rs_dict *dict;	/* the index's own; NULL where no column */
	uint64_t unknown;	/* rows dropped: not in the dictionary */
	uint64_t below;		/* rows dropped: fewer than the minimum */
	uint32_t *index;	/* (RS_BLOCK_ROWS) of the block in hand */
	uint8_t *dead;		/* (size) ids below the minimum */
	uint32_t *order;	/* (ids) old index of each new one */
	uint32_t *renumber;	/* (size) new index of each old one */
	uint32_t ids;
};

struct rs_index {
	struct rs_head *head;
	struct rs_index_side side[RS_SIDES];
	struct rs_block block;	/* the rows in hand, indexed */
	uint8_t *keep;		/* (RS_BLOCK_ROWS) whether each is kept */
	struct rs_spool *spool;
	struct rs_err err;
};

struct rs_index *rs_index_new(const struct rs_head *head);	/* yours */
void rs_index_free(struct rs_index *x);

/* Index the rows of b, adding what is new; -1: a dictionary is full. */
int rs_index_add(struct rs_index *x, const struct rs_block *b);

/* Index the rows of b by what is known.  Returns how many are kept; the
 * others are counted as unknown. */
size_t rs_index_match(struct rs_index *x, const struct rs_block *b);

/* Hold the rows in hand back, all in this much memory and the rest in a
 * file. */
void rs_index_hold(struct rs_index *x, size_t memory);

/* Leave away users and items with fewer than least[side] of the rows that
 * are left, looking that many times, or (rounds 0) until all that are left
 * have enough. */
void rs_index_thin(struct rs_index *x, const uint64_t *least,
    uint64_t rounds);

/* Put the dictionaries into order and go to the first row held. */
void rs_index_rank(struct rs_index *x, enum rs_index_order order);
bool rs_index_next(struct rs_index *x);

/* Which claim of the input about the order of its rows still holds: for a
 * fresh dictionary in that order, or (fresh false) any other. */
void rs_index_claim(struct rs_index *x, bool fresh, enum rs_index_order order);

#endif
