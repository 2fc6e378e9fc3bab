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
 * samples follow.
 *
 * B depends on the data alone.  Memory: see rs_strata_memory.
 */
#ifndef RS_MODEL_STRATA_H
#define RS_MODEL_STRATA_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "data/csr.h"

/* One user's pairs within a cell. */
struct rs_strata_run {
	uint32_t user;
	uint32_t n;
};

struct rs_cell {
	const struct rs_strata_run *run;	/* (runs) in the epoch's order */
	size_t runs;
	const uint32_t *item;	/* the items of the runs, one run behind the
				 * other, in the epoch's order */
	const float *value;	/* theirs, or NULL: train has none */
	size_t n;		/* how many items that is */
	const uint32_t *all;	/* (n_all) every item of the block */
	size_t n_all;
	uint64_t key;		/* draws of this cell: rs_draw_at(key, ..) */
	uint32_t number;	/* 0 .. B * B - 1, the same for one cell of an
				 * epoch whatever the threads */
};

struct rs_strata_opts {
	const struct rs_csr *train;	/* borrowed */
	struct rs_pool *pool;
	uint64_t seed;
	unsigned blocks;	/* B; 0: as suits the data */
};

struct rs_strata;

struct rs_strata *rs_strata_new(const struct rs_strata_opts *o);	/* yours */
unsigned rs_strata_blocks(const struct rs_strata *s);
void rs_strata_epoch(struct rs_strata *s, uint64_t epoch,
    void (*work)(void *arg, const struct rs_cell *c, int thread), void *arg);
void rs_strata_free(struct rs_strata *s);

/* Bytes it allocates beyond train. */
uint64_t rs_strata_memory(uint64_t users, uint64_t items, uint64_t pairs,
    unsigned blocks, int valued);

#endif
