/*
 * topk: scores of linear models, and the best k items of many users.
 *
 * A task is a block of users: their factors are packed into groups that stay
 * in the second cache while the panels of items go by, one panel staying in
 * the first.  All of a user's state belongs to the one task that has the user.
 * Items go by in ascending order, so of equal scores the first to come is the
 * one to keep, and a score equal to the bar can be passed over.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/topk.h"

RS_PATHS(struct rs_topk_ops, rs_topk_ops)

enum {
	BLOCK = 240,		/* users a task: whole groups of 6 and of 8 */
	BLOCK_LEAST = 24,
	BLOCK_BYTES = 256 << 10,	/* of packed users: half a second cache */
};

struct rs_topk_items {
	const struct rs_topk_ops *ops;
	size_t n, d, panels;
	const uint32_t *only;	/* (n) item of each slot, or NULL */
	float *packed;		/* (panels, d + 1, lanes) */
};

/* A task's users. */
struct block {
	float *users;		/* (groups, d, rows) */
	float *bias;		/* (size) */
	float *bar;		/* (size) what a sum without the bias must
				 * pass to be looked at */
	struct rs_best *best;
	bool *broken;		/* a score is not a number */
	struct rs_topk_skip *skip;	/* what of it is still ahead */
	size_t slot;		/* the first of the panel going by */
	const struct run *run;
	size_t first;		/* its first user */
};

struct run {
	const struct rs_topk_items *items;
	const struct rs_topk_ask *ask;
	struct rs_hit *hits;
	size_t *count;
	size_t size;		/* users a block */
	struct block *block;	/* one a thread */
};

/* A count that cannot be: a score of this user is not a number. */
#define NOT_A_NUMBER SIZE_MAX

static size_t
item_of(const struct rs_topk_items *items, size_t slot)
{
	return items->only != NULL ? items->only[slot] : slot;
}

/* Lanes past the last item hold zeros behind a bias of 0; offer knows them by
 * their slot. */
static void
pack_panel(const struct rs_topk_items *items, size_t p,
    const struct rs_topk_factors *f)
{
	const size_t lanes = items->ops->lanes;
	float *to = items->packed + p * (items->d + 1) * lanes;

	for (size_t l = 0; l < lanes && p * lanes + l < items->n; l++) {
		const size_t id = item_of(items, p * lanes + l);
		const float *row = f->row + id * f->stride;

		to[l] = f->bias != NULL ? f->bias[id] : 0;
		for (size_t k = 0; k < f->d; k++)
			to[(k + 1) * lanes + l] = row[k];
	}
}

struct rs_topk_items *
rs_topk_items_new(const struct rs_topk_factors *f, const uint32_t *only,
    size_t n_only)
{
	struct rs_topk_items *items = rs_zalloc(sizeof(*items));

	assert(f->n <= UINT32_MAX && f->stride >= f->d);
	items->ops = RS_PICK(rs_topk_ops);
	items->n = only != NULL ? n_only : f->n;
	items->d = f->d;
	items->only = only;
	items->panels = (items->n + items->ops->lanes - 1) / items->ops->lanes;
	items->packed = rs_aligned(rs_size(rs_size(items->panels, items->d + 1),
	    items->ops->lanes * sizeof(float)));
	for (size_t p = 0; p < items->panels; p++)
		pack_panel(items, p, f);
	return items;
}

void
rs_topk_items_free(struct rs_topk_items *items)
{
	if (items == NULL)
		return;
	free(items->packed);
	free(items);
}

size_t
rs_topk_items_count(const struct rs_topk_items *items)
{
	return items->n;
}

/* Is the item to be left out?  Items come in ascending order, so what lies
 * behind the last one asked for is dropped from the list. */
static bool
skipped(struct rs_topk_skip *s, uint32_t item)
{
	size_t step = 1, low = 0, high;

	if (s->n == 0 || s->item[0] > item)
		return false;
	while (step < s->n && s->item[step] < item) {
		low = step;
		step *= 2;
	}
	high = step < s->n ? step : s->n;
	while (low < high) {	/* the first that is not below the item */
		const size_t mid = low + (high - low) / 2;

		if (s->item[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	s->item += low;
	s->n -= low;
	return s->n > 0 && s->item[0] == item;
}

/*
 * A score enters only if it passes the worst of a full list: sum + bias >
 * worst.  As rounding never turns an order round, that needs sum > worst -
 * bias without rounding, and the float below the rounded difference is not
 * above it.  So no sum that enters is passed over, and the list itself refuses
 * the few others.
 */
static void
set_bar(struct block *b, size_t user)
{
	const struct rs_best *best = &b->best[user];

	if (best->k == 0)
		b->bar[user] = INFINITY;
	else if (!rs_best_full(best))
		b->bar[user] = NAN;	/* everything is welcome */
	else if (b->bias[user] == 0)
		b->bar[user] = rs_best_bar(best);
	else
		b->bar[user] = nextafterf(rs_best_bar(best) - b->bias[user],
		    -INFINITY);
}

static void
offer(void *arg, size_t user, uint64_t lanes, const float *sum)
{
	struct block *b = arg;
	const struct rs_topk_items *items = b->run->items;

	for (; lanes != 0; lanes &= lanes - 1) {
		const size_t l = (size_t)__builtin_ctzll(lanes);
		float score;
		uint32_t item;

		if (b->slot + l >= items->n)
			break;
		item = (uint32_t)item_of(items, b->slot + l);
		score = sum[l] + b->bias[user];
		if (score != score) {
			if (!skipped(&b->skip[user], item))
				b->broken[user] = true;
		} else if (rs_best_passes(&b->best[user], item, score) &&
		    !skipped(&b->skip[user], item))
			rs_best_add(&b->best[user], item, score);
	}
	set_bar(b, user);
}

static size_t
row_of(const struct rs_topk_ask *ask, size_t user)
{
	return ask->row != NULL ? ask->row[user] : user;
}

/* Fill the block with n users from first on; the rest of the last group are
 * zeros that want nothing. */
static void
load_users(struct block *b, size_t n)
{
	const struct rs_topk_ask *ask = b->run->ask;
	const struct rs_topk_items *items = b->run->items;
	const size_t rows = items->ops->rows, d = items->d;
	struct rs_hit *room;

	for (size_t i = 0; i < b->run->size; i++) {
		float *to = b->users + i / rows * rows * d + i % rows;
		const size_t user = b->first + i;
		const float *from;
		size_t k;

		b->bias[i] = 0;
		b->broken[i] = false;
		b->skip[i].n = 0;
		if (i >= n) {
			for (size_t j = 0; j < d; j++)
				to[j * rows] = 0;
			rs_best_init(&b->best[i], NULL, 0);
			set_bar(b, i);
			continue;
		}
		from = ask->users + row_of(ask, user) * ask->stride;
		for (size_t j = 0; j < d; j++)
			to[j * rows] = from[j];
		if (ask->bias != NULL)
			b->bias[i] = ask->bias[row_of(ask, user)];
		if (ask->skip != NULL)
			b->skip[i] = ask->skip[user];
		k = ask->want != NULL ? ask->want[user] : ask->k;
		assert(k <= ask->k);
		room = ask->k > 0 ? b->run->hits + user * ask->k : NULL;
		rs_best_init(&b->best[i], room, k);
		set_bar(b, i);
	}
}

static void
run_block(void *arg, size_t task, int thread)
{
	const struct run *run = arg;
	const struct rs_topk_items *items = run->items;
	const size_t lanes = items->ops->lanes, rows = items->ops->rows;
	struct block *b = &run->block[thread];
	size_t n;

	b->first = task * run->size;
	n = run->ask->n - b->first < run->size ? run->ask->n - b->first :
	    run->size;
	load_users(b, n);
	for (size_t p = 0; p < items->panels; p++) {
		b->slot = p * lanes;
		items->ops->panel(items->packed + p * (items->d + 1) * lanes,
		    items->d, b->users, (n + rows - 1) / rows, b->bar, offer,
		    b);
	}
	for (size_t i = 0; i < n; i++) {
		const size_t count = rs_best_take(&b->best[i]);

		run->count[b->first + i] = b->broken[i] ? NOT_A_NUMBER : count;
	}
}

/* Whole groups of users that fit the cache, and not so many that few users
 * leave threads without work. */
static size_t
block_size(const struct rs_topk_items *items, size_t n)
{
	size_t size = BLOCK_BYTES / ((items->d + 1) * sizeof(float));

	if (size > BLOCK)
		size = BLOCK;
	if (size > n / 8)
		size = n / 8;
	size = size / BLOCK_LEAST * BLOCK_LEAST;
	return size > BLOCK_LEAST ? size : BLOCK_LEAST;
}

static void
block_new(struct block *b, const struct run *run)
{
	const size_t size = run->size;

	b->run = run;
	b->users = rs_aligned(rs_size(rs_size(size, run->items->d),
	    sizeof(float)));
	b->bias = rs_alloc(size * sizeof(*b->bias));
	b->bar = rs_alloc(size * sizeof(*b->bar));
	b->best = rs_alloc(size * sizeof(*b->best));
	b->broken = rs_alloc(size * sizeof(*b->broken));
	b->skip = rs_alloc(size * sizeof(*b->skip));
}

static void
block_free(struct block *b)
{
	free(b->users);
	free(b->bias);
	free(b->bar);
	free(b->best);
	free(b->broken);
	free(b->skip);
}

int
rs_topk_run(const struct rs_topk_items *items, const struct rs_topk_ask *ask,
    struct rs_hit *hits, size_t *count, struct rs_pool *pool,
    struct rs_err *err)
{
	const size_t threads = (size_t)rs_pool_threads(pool);
	const size_t size = block_size(items, ask->n);
	struct run run = { items, ask, hits, count, size, NULL };

	run.block = rs_alloc(rs_size(threads, sizeof(*run.block)));
	for (size_t t = 0; t < threads; t++)
		block_new(&run.block[t], &run);
	rs_pool_run(pool, (ask->n + size - 1) / size, run_block, &run);
	for (size_t t = 0; t < threads; t++)
		block_free(&run.block[t]);
	free(run.block);

	for (size_t u = 0; u < ask->n; u++)
		if (count[u] == NOT_A_NUMBER)
			return rs_fail(err, "user %zu: a score is not a number",
			    row_of(ask, u));
	return 0;
}

/* Where a panel's scores go. */
struct tile {
	size_t users, first, n, slot;
	size_t lanes;
	const float *bias;	/* (users) */
	float *score;		/* (users, n) */
};

static void
keep(void *arg, size_t user, uint64_t lanes, const float *sum)
{
	const struct tile *t = arg;
	const size_t from = t->slot < t->first ? t->first - t->slot : 0;
	const size_t end = t->first + t->n - t->slot;
	const size_t to = end < t->lanes ? end : t->lanes;

	(void)lanes;
	for (size_t l = from; user < t->users && l < to; l++)
		t->score[user * t->n + (t->slot + l - t->first)] = sum[l] +
		    t->bias[user];
}

void
rs_topk_tile(const struct rs_topk_items *items, const struct rs_topk_ask *ask,
    size_t first, size_t n, float *score)
{
	const size_t rows = items->ops->rows, lanes = items->ops->lanes;
	const size_t groups = (ask->n + rows - 1) / rows, d = items->d;
	struct tile t = { ask->n, first, n, 0, lanes, NULL, score };
	float *users, *bias, *bar;

	assert(first + n <= items->n);
	if (n == 0)
		return;
	users = rs_aligned(rs_size(groups * rows, (d + 2) * sizeof(float)));
	bias = users + groups * rows * d;
	bar = bias + groups * rows;
	t.bias = bias;
	for (size_t i = 0; i < groups * rows; i++)
		bar[i] = NAN;	/* everything is welcome */
	for (size_t i = 0; i < ask->n; i++) {
		const float *from = ask->users + row_of(ask, i) * ask->stride;
		float *to = users + i / rows * rows * d + i % rows;

		for (size_t k = 0; k < d; k++)
			to[k * rows] = from[k];
		if (ask->bias != NULL)
			bias[i] = ask->bias[row_of(ask, i)];
	}
	for (size_t p = first / lanes; p * lanes < first + n; p++) {
		t.slot = p * lanes;
		items->ops->panel(items->packed + p * (d + 1) * lanes, d,
		    users, groups, bar, keep, &t);
	}
	free(users);
}

void
rs_topk_scores(const float *user, float user_bias,
    const struct rs_topk_factors *f, const uint32_t *item, size_t n,
    float *score)
{
	RS_PICK(rs_topk_ops)->scores(user, user_bias, f, item, n, score);
}
