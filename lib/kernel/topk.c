/*
 * topk: scores of linear models, and the best k items of many users.
 *
 * A task is a block of users: their factors are packed into groups that stay
 * in the second cache while the panels of items go by, one panel staying in
 * the first.  All of a user's state belongs to the one task that has the user.
 *
 * Who leaves early, and why nothing is lost.  By Cauchy and Schwarz a sum
 * without rounding, b + u'v, is at most b + |u| |v|.  Each of the d fused steps
 * multiplies the error by at most 1 + e, e = 2^-24, so the sum in float is
 * above that by at most g (|b| + |u| |v|), g = d e / (1 - d e) (Higham,
 * Accuracy and stability of numerical algorithms, section 3.1; the sum
 * of |u_k v_k| is at most |u| |v| too), and d times the least float where a step underflows.
 * Items are packed by falling norm plus bias, more or less; each panel knows
 * the largest norm and the largest bias, with their margins, of all items
 * from it on.  Where
 *
 *	reach_norm |u| + reach_bias < bar
 *
 * no item that is left can come to the user's bar, not even to a tie, and the
 * user leaves; those who stay close ranks from time to time.  The order of the items decides only how soon:
 * lists are the same in any order (kernel/best.h).
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
	uint32_t *id;		/* (n) item of each slot */
	float *packed;		/* (panels, d + 1, lanes) */
	double *reach_norm, *reach_bias;	/* (panels) from this one on */
};

/* A user of a task. */
struct guest {
	struct rs_best best;
	struct rs_topk_skip skip;
	double norm;
	float bias;
	bool broken;		/* a score is not a number */
};

/* A task's users: guests by number, and places 0..places-1 in the packed
 * groups, which fewer and fewer of them hold. */
struct block {
	const struct run *run;
	size_t first;		/* the user who is guest 0 */
	struct guest *guest;	/* (size) */
	float *users;		/* (groups, d, rows) */
	float *bar;		/* (size) what a sum without the bias must
				 * reach to be looked at; infinite where
				 * nobody is */
	uint32_t *who;		/* (size) the guest at each place */
	size_t places, guests;
	size_t slot;		/* the first of the panel going by */
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

/* Twice what is needed for d steps: the margin of a bound in float, and of
 * the few roundings in double around it. */
static double
margin(size_t d)
{
	return (double)(d + 8) * 0x1p-23;
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
		const size_t id = items->id[p * lanes + l];
		const float *row = f->row + id * f->stride;

		to[l] = f->bias != NULL ? f->bias[id] : 0;
		for (size_t k = 0; k < f->d; k++)
			to[(k + 1) * lanes + l] = row[k];
	}
}

static double
norm_of(const float *row, size_t d)
{
	double sum[4] = { 0 };
	size_t k;

	for (k = 0; k + 4 <= d; k += 4)
		for (int l = 0; l < 4; l++)
			sum[l] += (double)row[k + (size_t)l] * (double)row[k + (size_t)l];
	for (; k < d; k++)
		sum[0] += (double)row[k] * (double)row[k];
	return sqrt(sum[0] + sum[1] + sum[2] + sum[3]);
}

static double
bias_of(const struct rs_topk_factors *f, size_t id)
{
	return f->bias != NULL ? (double)f->bias[id] : 0;
}

/* What the items of each panel and of all behind it can come to.  A norm that
 * is not a number makes bounds that nobody falls below. */
static void
find_reach(struct rs_topk_items *items, const struct rs_topk_factors *f,
    const double *norm)
{
	const double more = margin(f->d);
	double reach = 0, bias = -INFINITY;

	for (size_t slot = items->n; slot-- > 0; ) {
		const size_t id = items->id[slot];
		const double x = norm[id];
		const double b = bias_of(f, id);

		if (reach == reach && !(x * (1 + more) <= reach))
			reach = x * (1 + more);
		if (bias == bias && !(b + fabs(b) * more <= bias))
			bias = b + fabs(b) * more;
		items->reach_norm[slot / items->ops->lanes] = reach;
		items->reach_bias[slot / items->ops->lanes] = bias +
		    (double)f->d * 0x1p-149;
	}
}

/* The upper half of the bits of a float, so that larger floats have smaller
 * numbers. */
static size_t
coarse(float x)
{
	return (size_t)(UINT32_MAX - (uint32_t)(rs_best_key(0, x) >> 32)) >> 16;
}

/* Slots by falling norm plus bias, to the upper half of the bits: near enough,
 * and one counting pass. */
static void
sort_slots(struct rs_topk_items *items, const struct rs_topk_factors *f,
    const double *norm, const uint32_t *only)
{
	enum { BUCKETS = 1 << 16 };
	size_t *at = rs_zalloc((BUCKETS + 1) * sizeof(*at));
	uint16_t *bucket = rs_alloc(rs_size(items->n, sizeof(*bucket)));

	for (size_t i = 0; i < items->n; i++) {
		const size_t id = only != NULL ? only[i] : i;
		const float key = (float)(norm[id] + bias_of(f, id));

		bucket[i] = (uint16_t)coarse(key == key ? key : INFINITY);
		at[bucket[i] + 1]++;
	}
	for (size_t i = 0; i < BUCKETS; i++)
		at[i + 1] += at[i];
	for (size_t i = 0; i < items->n; i++)
		items->id[at[bucket[i]]++] = only != NULL ? only[i] :
		    (uint32_t)i;
	free(at);
	free(bucket);
}

static struct rs_topk_items *
new_items(const struct rs_topk_factors *f, size_t n)
{
	struct rs_topk_items *items = rs_zalloc(sizeof(*items));

	assert(f->n <= UINT32_MAX && f->stride >= f->d);
	items->ops = RS_PICK(rs_topk_ops);
	items->n = n;
	items->d = f->d;
	items->panels = (n + items->ops->lanes - 1) / items->ops->lanes;
	items->id = rs_alloc(rs_size(n, sizeof(*items->id)));
	items->reach_norm = rs_alloc(rs_size(items->panels, sizeof(double)));
	items->reach_bias = rs_alloc(rs_size(items->panels, sizeof(double)));
	items->packed = rs_aligned(rs_size(rs_size(items->panels, f->d + 1),
	    items->ops->lanes * sizeof(float)));
	return items;
}

/* The norm of every item: yours. */
static double *
norms(const struct rs_topk_factors *f)
{
	double *norm = rs_alloc(rs_size(f->n, sizeof(*norm)));

	for (size_t i = 0; i < f->n; i++)
		norm[i] = norm_of(f->row + i * f->stride, f->d);
	return norm;
}

struct rs_topk_items *
rs_topk_items_new(const struct rs_topk_factors *f, const uint32_t *only,
    size_t n_only)
{
	struct rs_topk_items *items = new_items(f, only != NULL ? n_only :
	    f->n);
	double *norm = norms(f);

	sort_slots(items, f, norm, only);
	find_reach(items, f, norm);
	for (size_t p = 0; p < items->panels; p++)
		pack_panel(items, p, f);
	free(norm);
	return items;
}

struct rs_topk_items *
rs_topk_items_in_order(const struct rs_topk_factors *f)
{
	struct rs_topk_items *items = new_items(f, f->n);

	for (size_t i = 0; i < items->n; i++)
		items->id[i] = (uint32_t)i;
	for (size_t p = 0; p < items->panels; p++) {
		items->reach_norm[p] = items->reach_bias[p] = INFINITY;
		pack_panel(items, p, f);
	}
	return items;
}

void
rs_topk_items_free(struct rs_topk_items *items)
{
	if (items == NULL)
		return;
	free(items->id);
	free(items->reach_norm);
	free(items->reach_bias);
	free(items->packed);
	free(items);
}

size_t
rs_topk_items_count(const struct rs_topk_items *items)
{
	return items->n;
}

static bool
skipped(const struct rs_topk_skip *s, uint32_t item)
{
	size_t low = 0, high = s->n;

	while (low < high) {	/* the first that is not below the item */
		const size_t mid = low + (high - low) / 2;

		if (s->item[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n && s->item[low] == item;
}

static float
below(float x)
{
	return nextafterf(x, -INFINITY);
}

/*
 * A score enters only if it comes to the worst of a full list, which it may
 * tie with.  Rounded, sum + bias >= worst; as rounding never turns an order
 * round, sum + bias is then above the float below worst without rounding, and
 * the float below a rounded difference is not above the difference.  So no
 * sum that enters is passed over, and the list itself refuses the others.
 */
static float
bar_of(const struct guest *g)
{
	if (g->best.k == 0)
		return INFINITY;
	if (!rs_best_full(&g->best))
		return NAN;		/* everything is welcome */
	if (g->bias == 0)
		return rs_best_bar(&g->best);
	return below(below(rs_best_bar(&g->best)) - g->bias);
}

static void
offer(void *arg, size_t place, uint64_t lanes, const float *sum)
{
	struct block *b = arg;
	const struct rs_topk_items *items = b->run->items;
	struct guest *g;

	if (place >= b->places)
		return;		/* filling of the last group */
	g = &b->guest[b->who[place]];
	for (; lanes != 0; lanes &= lanes - 1) {
		const size_t l = (size_t)__builtin_ctzll(lanes);
		float score;
		uint32_t item;

		if (b->slot + l >= items->n)
			break;
		item = items->id[b->slot + l];
		score = sum[l] + g->bias;
		if (score != score) {
			if (!skipped(&g->skip, item))
				g->broken = true;
		} else if (rs_best_passes(&g->best, item, score) &&
		    !skipped(&g->skip, item))
			rs_best_add(&g->best, item, score);
	}
	b->bar[place] = bar_of(g);
}

static size_t
row_of(const struct rs_topk_ask *ask, size_t user)
{
	return ask->row != NULL ? ask->row[user] : user;
}

static float *
column(const struct block *b, size_t place)
{
	const size_t rows = b->run->items->ops->rows;

	return b->users + place / rows * rows * b->run->items->d +
	    place % rows;
}

/* Nobody is at these places: what their factors are does not matter. */
static void
empty_places(struct block *b, size_t from, size_t to)
{
	for (size_t p = from; p < to; p++)
		b->bar[p] = INFINITY;
}

static void
load_guest(struct block *b, size_t i)
{
	const struct rs_topk_ask *ask = b->run->ask;
	const size_t d = b->run->items->d, rows = b->run->items->ops->rows;
	const size_t user = b->first + i, row = row_of(ask, user);
	const float *from = ask->users + row * ask->stride;
	float *to = column(b, i);
	struct guest *g = &b->guest[i];

	*g = (struct guest){
		.norm = norm_of(from, d),
		.bias = ask->bias != NULL ? ask->bias[row] : 0,
	};
	if (ask->skip != NULL)
		g->skip = ask->skip[user];
	assert(ask->want == NULL || ask->want[user] <= ask->k);
	rs_best_init(&g->best, ask->k > 0 ? b->run->hits + user * ask->k :
	    NULL, ask->want != NULL ? ask->want[user] : ask->k);
	for (size_t k = 0; k < d; k++)
		to[k * rows] = from[k];
	b->who[i] = (uint32_t)i;
	b->bar[i] = bar_of(g);
}

/* Whether any item from panel p on can come to the guest's bar. */
static bool
can_gain(const struct block *b, size_t p, size_t place)
{
	const struct rs_topk_items *items = b->run->items;

	return !(items->reach_norm[p] * b->guest[b->who[place]].norm +
	    items->reach_bias[p] < (double)b->bar[place]);
}

/* Those who can still gain move up to the front, if that saves a group; who
 * moves goes to a place that was left or is already copied. */
static void
close_ranks(struct block *b, size_t p)
{
	const size_t d = b->run->items->d, rows = b->run->items->ops->rows;
	const size_t groups = (b->places + rows - 1) / rows;
	size_t stay = 0, n = 0;

	for (size_t i = 0; i < b->places; i++)
		stay += can_gain(b, p, i);
	if ((stay + rows - 1) / rows == groups)
		return;
	for (size_t i = 0; i < b->places; i++) {
		float *to, *from;

		if (!can_gain(b, p, i))
			continue;
		to = column(b, n);
		from = column(b, i);
		for (size_t k = 0; k < d; k++)
			to[k * rows] = from[k * rows];
		b->who[n] = b->who[i];
		b->bar[n++] = b->bar[i];
	}
	empty_places(b, n, groups * rows);
	b->places = n;
}

static void
run_block(void *arg, size_t task, int thread)
{
	const struct run *run = arg;
	const struct rs_topk_items *items = run->items;
	const size_t lanes = items->ops->lanes, rows = items->ops->rows;
	struct block *b = &run->block[thread];
	const size_t left = run->ask->n - task * run->size;

	b->first = task * run->size;
	b->guests = b->places = left < run->size ? left : run->size;
	for (size_t i = 0; i < b->guests; i++)
		load_guest(b, i);
	empty_places(b, b->guests, run->size);
	for (size_t p = 0; p < items->panels && b->places > 0; p++) {
		/* Asking costs little beside eight panels. */
		if (p % 8 == 0)
			close_ranks(b, p);
		b->slot = p * lanes;
		items->ops->panel(items->packed + p * (items->d + 1) * lanes,
		    items->d, b->users, (b->places + rows - 1) / rows, b->bar,
		    offer, b);
	}
	for (size_t i = 0; i < b->guests; i++) {
		const size_t count = rs_best_take(&b->guest[i].best);

		run->count[b->first + i] = b->guest[i].broken ? NOT_A_NUMBER :
		    count;
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
	b->run = run;
	b->guest = rs_alloc(rs_size(run->size, sizeof(*b->guest)));
	b->users = rs_aligned(rs_size(rs_size(run->size, run->items->d),
	    sizeof(float)));
	b->bar = rs_alloc(rs_size(run->size, sizeof(*b->bar)));
	b->who = rs_alloc(rs_size(run->size, sizeof(*b->who)));
}

static void
block_free(struct block *b)
{
	free(b->guest);
	free(b->users);
	free(b->bar);
	free(b->who);
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
