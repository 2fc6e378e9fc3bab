/*
 * strata: stochastic gradient descent on several threads, with the same bits
 * for any number of them.
 *
 * Who holds what
 *
 * A sample (user u, item i, negative j) reads and writes three rows.  Threads
 * that took samples as they come would race on rows, and locks would not
 * help: which of two samples comes first would still be chance.  So rows are
 * given away in blocks (Gemulla, Nijkamp, Haas, Sismanis, 2011, Large-scale
 * matrix factorization with distributed stochastic gradient descent).  At the
 * beginning of an epoch every user is drawn into one of B user blocks and
 * every item into one of B item blocks.  Cell (r, c) is the training pairs of
 * user block r with item block c; whoever works on it holds the rows of those
 * users and those items, the negatives too, as they are drawn from item block
 * c.  Stratum s is the B cells (r, (r + s) mod B): each user block and each
 * item block is in one of them, so they need no locks between each other.
 * Threads take the cells of a stratum from the pool's shared counter, largest
 * first to end together, and wait for each other before the next stratum,
 * when the blocks change hands: the pool's barrier orders all writes of one
 * stratum before all reads of the next.
 *
 * Why the bits do not depend on the threads
 *
 * What a cell does is a function of the rows it holds and of the cell.  Those
 * rows were last written in the stratum before, whole, and nobody else touches
 * them now; so by induction every row after every stratum is the same whichever
 * thread took which cell when, and for one thread as for sixteen.  B, the
 * blocks, the order of users in a block and of items in a run, and all draws
 * within a cell come from (seed, epoch) and the data alone.  Nothing is summed
 * over threads.
 *
 * What law the samples follow
 *
 * Positives: each pair of train is in one cell of the epoch, so it comes once
 * an epoch, exactly.  Users come in blocks, and in a block a user's pairs of
 * one cell come one behind the other; users of a block are shuffled each epoch
 * (the same order in all its cells) and so are the items of a run.
 *
 * Negatives: j is uniform (or in proportion to the items' weights) among those
 * items of i's block that u does not have.  Over the drawing of the blocks,
 * every one of the m items that u does not have is as likely as any other, by
 * symmetry: blocks are drawn for each item alike and independently.  To the
 * letter, a pair gets negative j with chance
 *
 *	1/B E[1 / (1 + Bin(m - 1, 1/B))] = (1 - (1 - 1/B)^m) / m
 *
 * and none at all with chance (1 - 1/B)^m, which is nothing but for a user who
 * has nearly everything.  So each single sample follows the law of plain
 * sequential sampling, and so does its expected gradient.  Two samples of one
 * user are not even correlated: their items share a block with chance 1/B, and
 * then agree on a negative with B times the chance.  What is different is that
 * three and more samples of an epoch are not independent: negatives for the
 * pairs of one run come from the same I/B items.  The next epoch draws other
 * blocks.  With weights the law holds in the mean of the ratio only: an
 * item's chance is E[w_j / sum of w in its block], off from w_j / sum w by a
 * part of order B times the variance of the weights in a block.  For the
 * hardest of n the n candidates are one block's.
 *
 * The blocks also do good: a cell's items stay in the cache.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/strata.h"

enum { RUN = 6 };	/* pairs that a run should have */

struct rs_strata {
	struct rs_strata_opts o;
	size_t b;

	/* Of this epoch. */
	uint64_t epoch;
	uint8_t *user_block, *item_block;	/* (U), (I) */
	uint32_t *user, *all;	/* (U), (I) by block */
	size_t *user_at, *all_at;	/* (B + 1) where a block begins */
	size_t *item_at, *run_at;	/* (B) where user block r begins in
					 * item and run */
	uint32_t *item;		/* (nnz) by cell */
	float *value;		/* (nnz), or NULL */
	struct rs_strata_run *run;	/* (runs at most) by cell */
	struct rs_cell *cell;	/* (B, B) */

	struct rs_strata_alias *alias;	/* (I) as all, or NULL */
	double *share;		/* (I) to build them */
	uint32_t *stack;	/* (I) */
	uint32_t *mark;		/* (I) */
};

/*
 * More blocks keep more of the items' rows in the cache and more threads busy,
 * but cut a user's pairs into runs too short to share anything: measured on
 * one thread, gowalla (27 pairs a user) is a quarter faster in 4 blocks than in
 * 8, ml-1m (166) alike in both.  Larger data get more, for the cache's sake; how
 * many is best there was not measured.  And a block should not hold so few users
 * or items that its samples are much alike.
 */
unsigned
rs_strata_suit(uint64_t users, uint64_t items, uint64_t pairs)
{
	enum { LEAST = 64 };
	const uint64_t few = users < items ? users : items;
	const uint64_t runs = users > 0 ? pairs / users / RUN : 0;
	uint64_t b = pairs < 4000000 ? 8 : pairs < 16000000 ? 16 : 32;

	if (b > runs)
		b = runs < 4 ? 4 : runs;
	return few / LEAST < 1 ? 1 : few / LEAST < b ?
	    (unsigned)(few / LEAST) : (unsigned)b;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
runs_at_most(const struct rs_csr *m, size_t b)
{
	size_t n = 0;

	for (size_t u = 0; u < m->users; u++)
		n += least(rs_csr_count(m, u), b);
	return n;
}

struct rs_strata *
rs_strata_new(const struct rs_strata_opts *o)
{
	struct rs_strata *s = rs_zalloc(sizeof(*s));
	const struct rs_csr *m = o->train;

	assert(o->blocks <= RS_STRATA_MAX);
	s->o = *o;
	s->b = o->blocks > 0 ? o->blocks :
	    rs_strata_suit(m->users, m->items, m->nnz);
	s->user_block = rs_alloc(m->users + 1);
	s->item_block = rs_alloc(m->items + 1);
	s->user = rs_alloc(rs_size(m->users + 1, sizeof(*s->user)));
	s->all = rs_alloc(rs_size(m->items + 1, sizeof(*s->all)));
	s->user_at = rs_alloc(rs_size(s->b + 1, sizeof(*s->user_at)));
	s->all_at = rs_alloc(rs_size(s->b + 1, sizeof(*s->all_at)));
	s->item_at = rs_alloc(rs_size(s->b, sizeof(*s->item_at)));
	s->run_at = rs_alloc(rs_size(s->b, sizeof(*s->run_at)));
	s->item = rs_alloc(rs_size(m->nnz + 1, sizeof(*s->item)));
	if (m->weight != NULL)
		s->value = rs_alloc(rs_size(m->nnz + 1, sizeof(*s->value)));
	s->run = rs_alloc(rs_size(runs_at_most(m, s->b) + 1,
	    sizeof(*s->run)));
	s->cell = rs_zalloc(rs_size(s->b * s->b, sizeof(*s->cell)));
	s->mark = rs_zalloc(rs_size(m->items + 1, sizeof(*s->mark)));
	if (o->weight != NULL) {
		s->alias = rs_alloc(rs_size(m->items + 1, sizeof(*s->alias)));
		s->share = rs_alloc(rs_size(m->items + 1, sizeof(*s->share)));
		s->stack = rs_alloc(rs_size(m->items + 1, sizeof(*s->stack)));
	}
	return s;
}

unsigned
rs_strata_blocks(const struct rs_strata *s)
{
	return (unsigned)s->b;
}

void
rs_strata_free(struct rs_strata *s)
{
	if (s == NULL)
		return;
	free(s->user_block);
	free(s->item_block);
	free(s->user);
	free(s->all);
	free(s->user_at);
	free(s->all_at);
	free(s->item_at);
	free(s->run_at);
	free(s->item);
	free(s->value);
	free(s->run);
	free(s->cell);
	free(s->alias);
	free(s->share);
	free(s->stack);
	free(s->mark);
	free(s);
}

/* At most so many runs.  Where B suits the data it is at most 4 or pairs /
 * users / RUN, so that runs are at most 4 users + pairs / RUN. */
static uint64_t
runs_at_worst(uint64_t users, uint64_t pairs, unsigned blocks)
{
	if (blocks == 0)
		return 4 * users + pairs / RUN;
	return pairs / blocks < users ? pairs : users * blocks;
}

uint64_t
rs_strata_memory(uint64_t users, uint64_t items, uint64_t pairs,
    unsigned blocks, bool valued, bool weighted)
{
	const uint64_t b = blocks > 0 ? blocks :
	    rs_strata_suit(users, items, pairs);

	return pairs * (valued ? 8 : 4) + users * 5 + items * (9 + (weighted ?
	    sizeof(struct rs_strata_alias) + sizeof(double) +
	    sizeof(uint32_t) : 0)) + b * b * sizeof(struct rs_cell) +
	    runs_at_worst(users, pairs, blocks) *
	    sizeof(struct rs_strata_run);
}

/* Draw n things into b blocks: block (n), the things by block in list (n),
 * block k at at[k] .. at[k + 1]. */
static void
draw_blocks(uint64_t key, size_t n, size_t b, uint8_t *block, uint32_t *list,
    size_t *at)
{
	size_t next[RS_STRATA_MAX];

	memset(at, 0, (b + 1) * sizeof(*at));
	for (size_t i = 0; i < n; i++) {
		block[i] = (uint8_t)rs_below(b, rs_draw_at(key, i));
		at[block[i] + 1]++;
	}
	for (size_t k = 0; k < b; k++) {
		at[k + 1] += at[k];
		next[k] = at[k];
	}
	for (size_t i = 0; i < n; i++)
		list[next[block[i]]++] = (uint32_t)i;
}

/* Where each user block's pairs and runs begin. */
static void
place_blocks(struct rs_strata *s)
{
	const struct rs_csr *m = s->o.train;
	size_t items = 0, runs = 0;

	for (size_t r = 0; r < s->b; r++) {
		s->item_at[r] = items;
		s->run_at[r] = runs;
		for (size_t k = s->user_at[r]; k < s->user_at[r + 1]; k++) {
			const size_t n = rs_csr_count(m, s->user[k]);

			items += n;
			runs += least(n, s->b);
		}
	}
}

/* Fisher and Yates; draws first .. first + n - 1 of a key. */
static void
shuffle(uint32_t *x, size_t n, uint64_t key, uint64_t first)
{
	for (size_t k = n; k > 1; k--) {
		const size_t j = rs_below(k, rs_draw_at(key, first + k - 1));
		const uint32_t t = x[k - 1];

		x[k - 1] = x[j];
		x[j] = t;
	}
}

static void
shuffle_values(float *x, size_t n, uint64_t key, uint64_t first)
{
	for (size_t k = n; k > 1; k--) {
		const size_t j = rs_below(k, rs_draw_at(key, first + k - 1));
		const float t = x[k - 1];

		x[k - 1] = x[j];
		x[j] = t;
	}
}

/* Set the bounds of the cells of user block r. */
static void
bound_cells(struct rs_strata *s, size_t r)
{
	const struct rs_csr *m = s->o.train;
	struct rs_cell *cell = s->cell + r * s->b;
	size_t items[RS_STRATA_MAX] = { 0 }, runs[RS_STRATA_MAX] = { 0 };
	size_t item = s->item_at[r], run = s->run_at[r];

	for (size_t k = s->user_at[r]; k < s->user_at[r + 1]; k++) {
		const uint32_t *x = rs_csr_items(m, s->user[k]);
		const size_t n = rs_csr_count(m, s->user[k]);
		uint32_t had[RS_STRATA_MAX];

		memset(had, 0, s->b * sizeof(*had));
		for (size_t i = 0; i < n; i++)
			had[s->item_block[x[i]]]++;
		for (size_t c = 0; c < s->b; c++) {
			items[c] += had[c];
			runs[c] += had[c] > 0;
		}
	}
	for (size_t c = 0; c < s->b; c++) {
		cell[c] = (struct rs_cell){
			.run = s->run + run,
			.runs = runs[c],
			.item = s->item + item,
			.value = s->value != NULL ? s->value + item : NULL,
			.n = items[c],
			.all = s->all + s->all_at[c],
			.n_all = s->all_at[c + 1] - s->all_at[c],
			.alias = s->alias != NULL ? s->alias + s->all_at[c] :
			    NULL,
			.mark = s->mark,
			.key = rs_draw2(s->o.seed, RS_DRAW_SAMPLE, s->epoch,
			    r * s->b + c),
			.number = (uint32_t)(r * s->b + c),
		};
		item += items[c];
		run += runs[c];
	}
}

/* Deal the pairs of one user block to its cells. */
static void
deal_task(void *arg, size_t r, int thread)
{
	struct rs_strata *s = arg;
	const struct rs_csr *m = s->o.train;
	const size_t from = s->user_at[r], users = s->user_at[r + 1] - from;
	const uint64_t key = rs_draw2(s->o.seed, RS_DRAW_ORDER, s->epoch, r);
	size_t at[RS_STRATA_MAX], run[RS_STRATA_MAX];

	(void)thread;
	shuffle(s->user + from, users, key, 0);
	bound_cells(s, r);
	for (size_t c = 0; c < s->b; c++) {
		at[c] = (size_t)(s->cell[r * s->b + c].item - s->item);
		run[c] = (size_t)(s->cell[r * s->b + c].run - s->run);
	}
	for (size_t k = from; k < from + users; k++) {
		const uint64_t start = m->start[s->user[k]];
		const size_t n = rs_csr_count(m, s->user[k]);
		size_t was[RS_STRATA_MAX];

		memcpy(was, at, s->b * sizeof(*was));
		for (size_t i = start; i < start + n; i++) {
			const size_t to = at[s->item_block[m->item[i]]]++;

			s->item[to] = m->item[i];
			if (s->value != NULL)
				s->value[to] = m->weight[i];
		}
		for (size_t c = 0; c < s->b; c++) {
			const size_t had = at[c] - was[c];
			const uint64_t draw = users + was[c] - s->item_at[r];

			if (had == 0)
				continue;
			s->run[run[c]++] = (struct rs_strata_run){ s->user[k],
			    (uint32_t)had };
			shuffle(s->item + was[c], had, key, draw);
			if (s->value != NULL)
				shuffle_values(s->value + was[c], had, key,
				    draw);
		}
	}
}

/* The alias table of one item block: Vose (1991), A linear algorithm for
 * generating random numbers with a given distribution.  A block of no weight
 * is uniform. */
static void
alias_task(void *arg, size_t c, int thread)
{
	struct rs_strata *s = arg;
	const size_t from = s->all_at[c], n = s->all_at[c + 1] - from;
	const uint32_t *all = s->all + from;
	struct rs_strata_alias *alias = s->alias + from;
	uint32_t *stack = s->stack + from;
	double *share = s->share + from, sum = 0;
	size_t small = 0, large = n;

	(void)thread;
	for (size_t k = 0; k < n; k++)
		sum += s->o.weight[all[k]];
	for (size_t k = 0; k < n; k++) {
		share[k] = sum > 0 ? s->o.weight[all[k]] * (double)n / sum : 1;
		alias[k] = (struct rs_strata_alias){ UINT32_MAX, all[k] };
		if (share[k] < 1)
			stack[small++] = (uint32_t)k;
		else
			stack[--large] = (uint32_t)k;
	}
	while (small > 0 && large < n) {
		const uint32_t k = stack[--small], other = stack[large];

		alias[k].keep = (uint32_t)(share[k] * 0x1p32);
		alias[k].other = all[other];
		share[other] -= 1 - share[k];
		if (share[other] < 1) {
			large++;
			stack[small++] = other;
		}
	}
}

/* The cells of one stratum, largest first: which comes first changes nothing
 * but how long the last thread is waited for. */
struct stratum {
	struct rs_strata *s;
	const struct rs_cell *cell[RS_STRATA_MAX];
	void (*work)(void *arg, const struct rs_cell *c, int thread);
	void *arg;
};

static void
gather(struct stratum *t, size_t stratum)
{
	const size_t b = t->s->b;

	for (size_t r = 0; r < b; r++) {
		const struct rs_cell *c = t->s->cell + r * b +
		    (r + stratum) % b;
		size_t k = r;

		for (; k > 0 && t->cell[k - 1]->n < c->n; k--)
			t->cell[k] = t->cell[k - 1];
		t->cell[k] = c;
	}
}

static void
cell_task(void *arg, size_t task, int thread)
{
	const struct stratum *t = arg;

	t->work(t->arg, t->cell[task], thread);
}

void
rs_strata_epoch(struct rs_strata *s, uint64_t epoch,
    void (*work)(void *arg, const struct rs_cell *c, int thread), void *arg)
{
	const struct rs_csr *m = s->o.train;
	struct stratum t = { .s = s, .work = work, .arg = arg };

	s->epoch = epoch;
	draw_blocks(rs_draw2(s->o.seed, RS_DRAW_USER_BLOCK, epoch, 0),
	    m->users, s->b, s->user_block, s->user, s->user_at);
	draw_blocks(rs_draw2(s->o.seed, RS_DRAW_ITEM_BLOCK, epoch, 0),
	    m->items, s->b, s->item_block, s->all, s->all_at);
	place_blocks(s);
	if (s->alias != NULL)
		rs_pool_run(s->o.pool, s->b, alias_task, s);
	rs_pool_run(s->o.pool, s->b, deal_task, s);
	for (size_t stratum = 0; stratum < s->b; stratum++) {
		gather(&t, stratum);
		rs_pool_run(s->o.pool, s->b, cell_task, &t);
	}
}
