/* Fused top-k: against one obvious loop, on every path and thread count. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernel/cpu.h"
#include "kernel/topk.h"
#include "test.h"

RS_PATHS(struct rs_topk_ops, rs_topk_ops)

/* A little world of users and items. */
struct world {
	struct rs_topk_factors user, item;
	float *users, *items, *user_bias, *item_bias;
	uint32_t *seen;			/* all of it, by user */
	struct rs_topk_skip *skip;
	uint32_t *only;
	size_t n_only;
};

static float
number(uint64_t seed, uint64_t what, uint64_t i, bool whole)
{
	const uint64_t draw = rs_draw2(seed, RS_DRAW_ITEM_FACTORS, what, i);

	/* Whole numbers make sums exact and ties plenty. */
	return whole ? (float)rs_below(3, draw) - 1 : (float)rs_normal(draw);
}

static float *
numbers(uint64_t seed, uint64_t what, size_t n, bool whole)
{
	float *p = rs_alloc(rs_size(n, sizeof(*p)));

	for (size_t i = 0; i < n; i++)
		p[i] = number(seed, what, i, whole);
	return p;
}

static void
world_new(struct world *w, uint64_t seed, size_t users, size_t items, size_t d,
    bool whole, bool bias)
{
	const size_t stride = d + seed % 3;
	uint32_t *s;

	w->users = numbers(seed, 0, users * stride, whole);
	w->items = numbers(seed, 1, items * stride, whole);
	w->user_bias = bias ? numbers(seed, 2, users, whole) : NULL;
	w->item_bias = bias ? numbers(seed, 3, items, whole) : NULL;
	w->user = (struct rs_topk_factors){ w->users, users, d, stride,
		w->user_bias };
	w->item = (struct rs_topk_factors){ w->items, items, d, stride,
		w->item_bias };
	s = w->seen = rs_alloc(rs_size(users * items, sizeof(*s)));
	w->skip = rs_alloc(rs_size(users, sizeof(*w->skip)));
	for (size_t u = 0; u < users; u++) {
		w->skip[u].item = s;
		for (size_t i = 0; i < items; i++)
			if (rs_chance(u % 7 == 6 ? 1 : 0.2, seed, RS_DRAW_PAIR,
			    u * items + i))
				*s++ = (uint32_t)i;
		w->skip[u].n = (size_t)(s - w->skip[u].item);
	}
	w->only = rs_alloc(rs_size(items, sizeof(*w->only)));
	w->n_only = 0;
	for (size_t i = 0; i < items; i++)
		if (rs_chance(0.3, seed, RS_DRAW_ROW, i))
			w->only[w->n_only++] = (uint32_t)i;
}

static void
world_free(struct world *w)
{
	free(w->users);
	free(w->items);
	free(w->user_bias);
	free(w->item_bias);
	free(w->seen);
	free(w->skip);
	free(w->only);
}

/* The definition in topk.h, word for word. */
static float
score_of(const struct world *w, size_t u, size_t i)
{
	const float *a = w->users + u * w->user.stride;
	const float *b = w->items + i * w->item.stride;
	float s = w->item_bias != NULL ? w->item_bias[i] : 0;

	for (size_t k = 0; k < w->user.d; k++)
		s = __builtin_fmaf(a[k], b[k], s);
	return s + (w->user_bias != NULL ? w->user_bias[u] : 0);
}

static bool
listed(const uint32_t *p, size_t n, size_t item)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == item)
			return true;
	return false;
}

static int
better(const void *a, const void *b)
{
	const struct rs_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static size_t
obvious(const struct world *w, size_t u, bool skip, bool only,
    struct rs_hit *list)
{
	size_t n = 0;

	for (size_t i = 0; i < w->item.n; i++) {
		if (skip && listed(w->skip[u].item, w->skip[u].n, i))
			continue;
		if (only && !listed(w->only, w->n_only, i))
			continue;
		list[n++] = (struct rs_hit){ (uint32_t)i, score_of(w, u, i) };
	}
	if (n > 0)
		qsort(list, n, sizeof(*list), better);
	return n;
}

static bool
same_bits(float a, float b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static void
check_lists(const struct world *w, const struct rs_topk_ask *ask, bool only,
    const struct rs_hit *hits, const size_t *count, const char *what)
{
	struct rs_hit *list = rs_alloc(rs_size(w->item.n, sizeof(*list)));

	for (size_t i = 0; i < ask->n; i++) {
		const size_t u = ask->row != NULL ? ask->row[i] : i;
		const size_t most = ask->want != NULL ? ask->want[i] : ask->k;
		size_t n = obvious(w, u, ask->skip != NULL, only, list);

		n = n < most ? n : most;
		ok(count[i] == n, "%s: user %zu: %zu items, not %zu", what, i,
		    count[i], n);
		for (size_t j = 0; j < n && j < count[i]; j++) {
			const struct rs_hit *h = &hits[i * ask->k + j];

			ok(h->item == list[j].item &&
			    same_bits(h->score, list[j].score),
			    "%s: user %zu, place %zu: item %" PRIu32
			    " with %a, not %" PRIu32 " with %a", what, i, j,
			    h->item, (double)h->score, list[j].item,
			    (double)list[j].score);
		}
	}
	free(list);
}

static void
run(const struct world *w, struct rs_topk_ask *ask, bool only,
    struct rs_pool *pool, const char *what)
{
	struct rs_topk_items *items = rs_topk_items_new(&w->item,
	    only ? w->only : NULL, w->n_only);
	struct rs_hit *hits = rs_alloc(rs_size(ask->n * ask->k, sizeof(*hits)));
	size_t *count = rs_alloc(rs_size(ask->n, sizeof(*count)));
	struct rs_err err;

	ask->users = w->users;
	ask->stride = w->user.stride;
	ask->bias = w->user_bias;
	if (ok(rs_topk_run(items, ask, hits, count, pool, &err) == 0, "%s: %s",
	    what, err.text))
		check_lists(w, ask, only, hits, count, what);
	free(hits);
	free(count);
	rs_topk_items_free(items);
}

static void
test_lists_are_those_of_the_obvious_loop(struct rs_pool *pool)
{
	static const size_t ds[] = { 0, 1, 3, 64, 100, 200 };
	static const size_t ns[] = { 0, 1, 5, 48, 61 };
	static const size_t ks[] = { 0, 1, 10, 100 };
	uint64_t seed = 0;
	struct world w;
	char what[100];

	for (size_t d = 0; d < sizeof(ds) / sizeof(*ds); d++)
	for (size_t n = 0; n < sizeof(ns) / sizeof(*ns); n++)
	for (size_t k = 0; k < sizeof(ks) / sizeof(*ks); k++) {
		const size_t users = ns[(n + k) % 5];
		const size_t items = ns[n] + (n == 4 ? 80 : 0);
		const bool whole = seed % 2 == 0, bias = seed % 3 == 0;
		const bool skip = seed % 5 < 3, only = seed % 4 == 1;
		struct rs_topk_ask ask = { .n = users, .k = ks[k] };

		world_new(&w, seed, users, items, ds[d], whole, bias);
		snprintf(what, sizeof(what), "d %zu, %zu users, %zu items, "
		    "k %zu%s%s%s%s", ds[d], users, items, ks[k],
		    whole ? ", whole" : "", bias ? ", bias" : "",
		    skip ? ", skip" : "", only ? ", only" : "");
		if (skip)
			ask.skip = w.skip;
		run(&w, &ask, only, pool, what);
		world_free(&w);
		seed++;
	}
}

static void
test_rows_and_lengths_are_each_users_own(struct rs_pool *pool)
{
	enum { USERS = 30, ASKS = 100 };
	uint32_t row[ASKS], want[ASKS];
	struct rs_topk_ask ask = { .n = ASKS, .k = 20, .row = row,
		.want = want };
	struct world w;

	for (uint32_t i = 0; i < ASKS; i++) {
		row[i] = i * 7 % USERS;
		want[i] = i % 21;
	}
	world_new(&w, 1, USERS, 90, 8, true, true);
	run(&w, &ask, false, pool, "rows and lengths");
	world_free(&w);
}

static void
test_scores_are_those_of_the_lists(void)
{
	static const uint32_t list[] = { 7, 3, 3, 88, 0, 1, 2, 4, 9, 60, 11 };
	enum { ITEMS = 89, LIST = sizeof(list) / sizeof(*list) };
	float score[ITEMS];
	struct world w;

	for (uint64_t seed = 0; seed < 6; seed++) {
		world_new(&w, seed, 3, ITEMS, 33, false, seed % 2 == 0);
		for (size_t u = 0; u < 3; u++) {
			const float *user = w.users + u * w.user.stride;
			const float bias = w.user_bias != NULL ?
			    w.user_bias[u] : 0;

			rs_topk_scores(user, bias, &w.item, NULL, ITEMS, score);
			for (size_t i = 0; i < ITEMS; i++)
				ok(same_bits(score[i], score_of(&w, u, i)),
				    "user %zu, item %zu", u, i);
			rs_topk_scores(user, bias, &w.item, list, LIST, score);
			for (size_t i = 0; i < LIST; i++)
				ok(same_bits(score[i], score_of(&w, u,
				    list[i])), "user %zu, listed %zu", u, i);
		}
		world_free(&w);
	}
}

static void
test_tiles_are_parts_of_the_same_scores(void)
{
	static const size_t part[][2] = {
		{ 0, 131 }, { 0, 1 }, { 130, 1 }, { 5, 90 }, { 16, 32 },
		{ 47, 50 }, { 131, 0 },
	};
	static const uint32_t row[] = { 4, 0, 4, 2, 1, 8, 7, 3, 3, 6, 5 };
	float score[11 * 131];
	struct world w;

	for (uint64_t seed = 0; seed < 4; seed++) {
		struct rs_topk_ask ask = { .row = row, .n = 1 + seed * 3 };
		struct rs_topk_items *items;

		world_new(&w, seed, 9, 131, 21, false, seed % 2 == 0);
		items = rs_topk_items_in_order(&w.item);
		ask.users = w.users;
		ask.stride = w.user.stride;
		ask.bias = w.user_bias;
		for (size_t p = 0; p < sizeof(part) / sizeof(*part); p++) {
			const size_t first = part[p][0], n = part[p][1];

			rs_topk_tile(items, &ask, first, n, score);
			for (size_t u = 0; u < ask.n; u++)
				for (size_t i = 0; i < n; i++)
					ok(same_bits(score[u * n + i],
					    score_of(&w, row[u], first + i)),
					    "seed %" PRIu64 ", part %zu, user "
					    "%zu, item %zu", seed, p, u, i);
		}
		rs_topk_items_free(items);
		world_free(&w);
	}
}

/* Norms that fall steeply make users leave early, and ties at the very end of
 * a list must not be lost by it. */
static void
test_leaving_early_loses_nothing(struct rs_pool *pool)
{
	struct rs_topk_ask ask = { .n = 64, .k = 5 };
	struct world w;

	for (uint64_t seed = 0; seed < 12; seed++) {
		world_new(&w, seed, 64, 700, 1 + seed, seed % 2 == 0,
		    seed % 4 > 1);
		for (size_t i = 0; i < 700; i++) {
			const float scale = i % 7 == 0 ? 4 : i % 7 == 1 ? 1 :
			    1.0f / (float)(1 << (i % 16));

			for (size_t k = 0; k < w.item.d; k++)
				w.items[i * w.item.stride + k] *= scale;
			if (w.item_bias != NULL)
				w.item_bias[i] *= scale;
		}
		ask.skip = seed % 3 == 0 ? w.skip : NULL;
		run(&w, &ask, seed % 5 == 4, pool, "steep norms");
		world_free(&w);
	}
}

/* Every offer of one path, as a table of scores. */
struct table {
	size_t lanes, panel, users;
	float *score;			/* (panels, users, lanes) */
};

static void
note(void *arg, size_t user, uint64_t lanes, const float *score)
{
	struct table *t = arg;

	ok(lanes == (t->lanes == 64 ? UINT64_MAX :
	    (UINT64_C(1) << t->lanes) - 1), "all lanes are offered");
	memcpy(t->score + (t->panel * t->users + user) * t->lanes, score,
	    t->lanes * sizeof(*score));
}

/* All scores by the tiles of one path, (users, items), packed by hand. */
static float *
all_scores(const struct rs_topk_ops *ops, const struct world *w)
{
	const size_t d = w->user.d, rows = ops->rows, lanes = ops->lanes;
	const size_t groups = (w->user.n + rows - 1) / rows;
	const size_t panels = (w->item.n + lanes - 1) / lanes;
	float *users = rs_aligned(groups * rows * d * sizeof(float));
	float *panel = rs_aligned((d + 1) * lanes * sizeof(float));
	float *bar = rs_aligned(groups * rows * sizeof(float));
	float *out = rs_alloc(w->user.n * w->item.n * sizeof(float));
	struct table t = { lanes, 0, groups * rows, NULL };

	t.score = rs_aligned(panels * t.users * lanes * sizeof(float));
	for (size_t u = 0; u < t.users; u++)
		bar[u] = NAN;
	for (size_t u = 0; u < w->user.n; u++) {
		for (size_t k = 0; k < w->user.d; k++)
			users[(u / rows * d + k) * rows + u % rows] =
			    w->users[u * w->user.stride + k];
	}
	for (size_t p = 0; p < panels; p++) {
		t.panel = p;
		for (size_t l = 0; l < lanes && p * lanes + l < w->item.n; l++)
			for (size_t k = 0; k <= w->item.d; k++) {
				const size_t i = p * lanes + l;
				const float b = w->item_bias != NULL ?
				    w->item_bias[i] : 0;

				panel[k * lanes + l] = k == 0 ? b :
				    w->items[i * w->item.stride + k - 1];
			}
		ops->panel(panel, d, users, groups, bar, note, &t);
	}
	for (size_t u = 0; u < w->user.n; u++)
		for (size_t i = 0; i < w->item.n; i++)
			out[u * w->item.n + i] = t.score[(i / lanes * t.users +
			    u) * lanes + i % lanes] + (w->user_bias != NULL ?
			    w->user_bias[u] : 0);
	free(users);
	free(panel);
	free(bar);
	free(t.score);
	return out;
}

static void
test_every_path_gives_the_same_bits(void)
{
	const struct rs_topk_ops *ops[] = {
		&rs_topk_ops_base,
#if defined(__x86_64__)
		__builtin_cpu_supports("avx2") &&
		    __builtin_cpu_supports("fma") ? &rs_topk_ops_avx2 : NULL,
		__builtin_cpu_supports("avx512f") &&
		    __builtin_cpu_supports("avx512dq") ?
		    &rs_topk_ops_avx512 : NULL,
#endif
	};
	struct world w;

	for (uint64_t seed = 0; seed < 4; seed++) {
		world_new(&w, seed, 25, 131, 60 + seed, false, seed % 2 == 1);
		for (size_t p = 0; p < sizeof(ops) / sizeof(*ops); p++) {
			float *all, one[131];

			if (ops[p] == NULL)
				continue;
			all = all_scores(ops[p], &w);
			for (size_t u = 0; u < w.user.n; u++) {
				ops[p]->scores(w.users + u * w.user.stride,
				    w.user_bias != NULL ? w.user_bias[u] : 0,
				    &w.item, NULL, 131, one);
				for (size_t i = 0; i < 131; i++)
					ok(same_bits(all[u * 131 + i],
					    score_of(&w, u, i)) &&
					    same_bits(one[i],
					    score_of(&w, u, i)),
					    "path %zu, user %zu, item %zu", p,
					    u, i);
			}
			free(all);
		}
		world_free(&w);
	}
}

static void
test_threads_and_batches_change_nothing(void)
{
	static const int threads[] = { 1, 2, 3, 7 };
	struct rs_topk_ask ask = { .n = 700, .k = 7 };
	struct world w;

	world_new(&w, 5, 700, 90, 16, true, false);
	for (size_t t = 0; t < 4; t++) {
		struct rs_pool *pool = rs_pool_new(threads[t]);

		ask.skip = w.skip;
		ask.n = 700 - 233 * t;
		run(&w, &ask, t % 2 == 1, pool, "threads");
		rs_pool_free(pool);
	}
	world_free(&w);
}

static void
test_no_number_is_an_error(struct rs_pool *pool)
{
	const float users[] = { 1, 1, 0, 1 };
	const float items[] = { 2, 3, INFINITY, 1 };
	const struct rs_topk_factors f = { items, 2, 2, 2, NULL };
	struct rs_topk_items *packed = rs_topk_items_new(&f, NULL, 0);
	struct rs_topk_ask ask = { .users = users, .stride = 2, .n = 2,
		.k = 2 };
	struct rs_hit hits[4];
	struct rs_err err = { "" };
	size_t count[2];

	ok(rs_topk_run(packed, &ask, hits, count, pool, &err) == -1, "0 times inf");
	ok(strstr(err.text, "user 1") != NULL, "%s", err.text);
	ask.n = 1;
	ok(rs_topk_run(packed, &ask, hits, count, pool, &err) == 0 &&
	    hits[0].item == 1, "the other user");
	rs_topk_items_free(packed);
}

int
main(void)
{
	struct rs_pool *pool = rs_pool_new(2);

	test_lists_are_those_of_the_obvious_loop(pool);
	test_rows_and_lengths_are_each_users_own(pool);
	test_leaving_early_loses_nothing(pool);
	test_scores_are_those_of_the_lists();
	test_tiles_are_parts_of_the_same_scores();
	test_every_path_gives_the_same_bits();
	test_threads_and_batches_change_nothing();
	test_no_number_is_an_error(pool);
	rs_pool_free(pool);
	return test_end();
}
