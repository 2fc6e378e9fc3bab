/*
 * strata: stochastic gradient descent on several threads, with the same bits
 * for any number of them.
 *
 *	s = rs_strata_new(&(struct rs_strata_opts){ .train = &train, .pool =
 *	    pool, .seed = 1 });
 *	for (epoch = 0; epoch < epochs; epoch++)
 *		rs_strata_epoch(s, epoch, learn_cell, &job);
 *	rs_strata_free(s);
 *
 * Each epoch, users and items are drawn anew into B blocks each, which cuts
 * the training pairs into B x B cells.  An epoch is B strata: stratum s is
 * the cells (r, (r + s) mod B), no two of which share a user or an item, so
 * they may run at once; between two strata all threads wait.  work is called
 * once for each cell and may read and write the rows of the cell's users and
 * items, and nothing else that is shared.  What it does must be a function of
 * the cell, never of the thread (which is for scratch space only).
 *
 * Within a cell the pairs come in runs, one for each user who has any there.
 * Negatives for a user are drawn from the items of the cell's block; as a run
 * has all the user's pairs with that block, it is also all one needs to know
 * to tell a true negative from a pair of train.  strata.c says what law the
 * samples follow.  A cell's work is like this:
 *
 *	const uint32_t *item = c->item;
 *	for (size_t r = 0; r < c->runs; item += c->run[r++].n) {
 *		rs_cell_mark(c, c->run[r].user, item, c->run[r].n);
 *		...
 *		j = rs_cell_pick(c, rs_draw_at(c->key, n++));
 *		if (!rs_cell_has(c, c->run[r].user, j))
 *			... j is a negative of the user
 *	}
 *
 * Where a block holds no negative for a user no draw finds one, so tries are
 * counted and have an end.
 *
 * B depends on the data alone.  Memory: see rs_strata_memory.
 */
#ifndef RS_MODEL_STRATA_H
#define RS_MODEL_STRATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/draw.h"
#include "base/pool.h"
#include "data/csr.h"

enum { RS_STRATA_MAX = 256 };	/* blocks */

/* One user's pairs within a cell. */
struct rs_strata_run {
	uint32_t user;
	uint32_t n;
};

/* One column of Walker's alias table: the item itself below keep, else
 * other. */
struct rs_strata_alias {
	uint32_t keep, other;
};

struct rs_cell {
	const struct rs_strata_run *run;	/* (runs) in the epoch's order */
	size_t runs;
	const uint32_t *item;	/* (n) the items of the runs, one run behind
				 * the other, in the epoch's order */
	const float *value;	/* theirs, or NULL: train has none */
	size_t n;
	const uint32_t *all;	/* (n_all) every item of the block */
	size_t n_all;
	const struct rs_strata_alias *alias;	/* (n_all), or NULL: uniform */
	uint32_t *mark;		/* (I) the user last marked there, plus 1 */
	uint64_t key;		/* draws of this cell: rs_draw_at(key, ..) */
	uint32_t number;	/* 0 .. B * B - 1, the same for one cell of an
				 * epoch whatever the threads */
};

struct rs_strata_opts {
	const struct rs_csr *train;	/* borrowed */
	struct rs_pool *pool;
	uint64_t seed;
	unsigned blocks;	/* B; 0: as suits the data */
	const double *weight;	/* (I) an item is picked in proportion to it;
				 * none negative or NaN.  NULL: all alike.
				 * Borrowed until rs_strata_free */
};

struct rs_strata;

struct rs_strata *rs_strata_new(const struct rs_strata_opts *o);	/* yours */
unsigned rs_strata_blocks(const struct rs_strata *s);
void rs_strata_epoch(struct rs_strata *s, uint64_t epoch,
    void (*work)(void *arg, const struct rs_cell *c, int thread), void *arg);
void rs_strata_free(struct rs_strata *s);

/* B for data of this size. */
unsigned rs_strata_suit(uint64_t users, uint64_t items, uint64_t pairs);

/* Bytes it allocates beyond train, at most; blocks as in the options. */
uint64_t rs_strata_memory(uint64_t users, uint64_t items, uint64_t pairs,
    unsigned blocks, bool valued, bool weighted);

/* An item of the block: all alike, or by their weights. */
static inline uint32_t
rs_cell_pick(const struct rs_cell *c, uint64_t draw)
{
	const size_t k = (size_t)((draw >> 32) * (uint64_t)c->n_all >> 32);

	if (c->alias != NULL && (uint32_t)draw >= c->alias[k].keep)
		return c->alias[k].other;
	return c->all[k];
}

/*
 * Mark what a run has, then ask.  A mark is never taken away: items of a cell
 * are the cell's alone while it runs, and a mark left by another cell or epoch
 * still tells the truth, for the pair is in train.
 */
static inline void
rs_cell_mark(const struct rs_cell *c, uint32_t user, const uint32_t *item,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		c->mark[item[i]] = user + 1;
}

/* Whether item, of this cell's block, is a pair of the user whose run was
 * marked last. */
static inline bool
rs_cell_has(const struct rs_cell *c, uint32_t user, uint32_t item)
{
	return c->mark[item] == user + 1;
}

#endif
