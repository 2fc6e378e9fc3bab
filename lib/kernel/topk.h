/*
 * topk: scores of linear models, and the best k items of many users.
 *
 *	items = rs_topk_items_new(&(struct rs_topk_factors){
 *	    .row = item_factors, .n = 40981, .d = 64, .stride = 64 }, NULL, 0);
 *	struct rs_topk_ask ask = { .users = user_factors, .n = 29858,
 *	    .stride = 64, .k = 10, .skip = seen };
 *	if (rs_topk_run(items, &ask, hits, count, pool, &err) < 0) ...
 *	for (i = 0; i < count[u]; i++)
 *		... hits[u * 10 + i].item ...
 *
 * THE score of a linear model, here and everywhere, in float:
 *
 *	s = item_bias (or 0)
 *	s = fma(user[k], item[k], s)	for k = 0, 1, ... d - 1 in this order
 *	s = s + user_bias (or 0)
 *
 * One chain for each pair whatever the shape of the tiles, so every CPU path,
 * rs_topk_run and rs_topk_scores give the same bits.  The last addition also
 * turns -0 into 0.
 *
 * The product and the selection are one pass: no score matrix exists.  Items
 * are packed once into panels, those of large norm first; a tile of users by
 * items is formed in registers and compared with each user's k-th score so
 * far; only tiles with something to offer leave the registers, and users for
 * whom no item that is left can be good enough leave the pass (topk.c has the
 * proof that this changes nothing).  Lists are best first, equal scores
 * by the lower item, shorter than k where fewer items are left.  The result
 * depends on neither the threads nor how users are batched.
 *
 * Packed items are read-only and may be shared by threads.
 */
#ifndef RS_KERNEL_TOPK_H
#define RS_KERNEL_TOPK_H

#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "kernel/best.h"

/* Rows of factors, borrowed. */
struct rs_topk_factors {
	const float *row;	/* (n, d), a row each stride floats */
	size_t n, d, stride;
	const float *bias;	/* (n), or NULL */
};

/* The items to leave out for one user: ascending, no repeats. */
struct rs_topk_skip {
	const uint32_t *item;
	size_t n;
};

struct rs_topk_items;

/* Pack the items (fewer than 2^32 of them); with only, just those: ascending
 * and without repeats, borrowed as long as the items live.  yours */
struct rs_topk_items *rs_topk_items_new(const struct rs_topk_factors *f,
    const uint32_t *only, size_t n_only);

/* Pack all items in their own order, for rs_topk_tile.  yours */
struct rs_topk_items *rs_topk_items_in_order(const struct rs_topk_factors *f);
void rs_topk_items_free(struct rs_topk_items *items);

/* How many items can be recommended. */
size_t rs_topk_items_count(const struct rs_topk_items *items);

struct rs_topk_ask {
	const float *users;	/* rows of d floats, each stride floats */
	size_t stride;
	const float *bias;	/* a number a row of users, or NULL */
	const uint32_t *row;	/* (n) which row user i has; NULL: row i */
	size_t n;		/* users that ask */
	size_t k;		/* the longest list wanted */
	const uint32_t *want;	/* (n) each user's own length <= k, or NULL */
	const struct rs_topk_skip *skip;	/* (n), or NULL */
};

/* hits is (n, k) and count (n).  -1 where a score is not a number, saying
 * whose.  Finite factors and biases never come to that: a product inside a
 * fused multiply-add does not overflow, so a sum that became infinite stays
 * so. */
int rs_topk_run(const struct rs_topk_items *items,
    const struct rs_topk_ask *ask, struct rs_hit *hits, size_t *count,
    struct rs_pool *pool, struct rs_err *err);

/* The scores of one user (d floats and a bias) for n listed items, or for
 * items 0..n-1 where item is NULL. */
void rs_topk_scores(const float *user, float user_bias,
    const struct rs_topk_factors *f, const uint32_t *item, size_t n,
    float *score);

/* All scores of the users that ask (only users, stride, bias, row and n of ask
 * count) for the n items from first on, which were packed in order: (ask->n, n) score.  The same
 * bits; for those who count ranks.  Any thread. */
void rs_topk_tile(const struct rs_topk_items *items,
    const struct rs_topk_ask *ask, size_t first, size_t n, float *score);

/* What a CPU path brings along. */
struct rs_topk_ops {
	size_t rows, lanes;	/* of a tile: users, items */

	/*
	 * Form the tiles of one panel (d + 1 rows of lanes: biases, then
	 * factors) with each group of users (d rows of rows).  bar has a
	 * number a user, NaN while any sum is welcome; offer is called for
	 * a user with the set of lanes whose sum is not < bar, and may raise
	 * that user's bar.  The user's bias is not yet in the sums.
	 */
	void (*panel)(const float *panel, size_t d, const float *users,
	    size_t groups, const float *bar,
	    void (*offer)(void *arg, size_t user, uint64_t lanes,
	    const float *sum), void *arg);

	void (*scores)(const float *user, float user_bias,
	    const struct rs_topk_factors *f, const uint32_t *item, size_t n,
	    float *score);
};

#endif
