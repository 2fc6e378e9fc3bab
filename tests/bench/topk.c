/*
 * Top-k of all users: the rate of the fused product and selection.
 *
 *	topk [USERS ITEMS FACTORS K SEEN THREADS]
 *
 * prints the CPU seconds, packing included, and GFLOP/s.  Factors are normal
 * draws: all norms are alike, so nobody leaves the pass early and every product
 * is formed.  Each user has SEEN items to be left out.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/die.h"
#include "base/draw.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernel/topk.h"
#include "spent.h"

static float *
draw_factors(size_t rows, size_t d, uint64_t seed)
{
	float *p = rs_aligned(rs_size(rs_size(rows, d), sizeof(*p)));

	for (size_t i = 0; i < rows * d; i++)
		p[i] = (float)rs_normal(rs_draw(seed, RS_DRAW_ITEM_FACTORS,
		    i));
	return p;
}

static int
ascending(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static struct rs_topk_skip *
draw_seen(size_t users, size_t items, size_t seen, uint32_t *room)
{
	struct rs_topk_skip *skip = rs_alloc(rs_size(users, sizeof(*skip)));

	for (size_t u = 0; u < users; u++) {
		uint32_t *p = room + u * seen;
		size_t n = 0;

		for (size_t i = 0; i < seen; i++)
			p[i] = (uint32_t)rs_below(items, rs_draw(7,
			    RS_DRAW_PAIR, u * seen + i));
		qsort(p, seen, sizeof(*p), ascending);
		for (size_t i = 0; i < seen; i++)
			if (n == 0 || p[n - 1] != p[i])
				p[n++] = p[i];
		skip[u] = (struct rs_topk_skip){ p, n };
	}
	return skip;
}

int
main(int argc, char **argv)
{
	size_t a[] = { 29858, 40981, 64, 10, 27, 1 };
	float *users, *items;
	struct rs_topk_skip *skip;
	uint32_t *room;
	struct rs_hit *hits;
	size_t *count;
	struct rs_pool *pool;
	struct rs_topk_items *packed;
	struct rs_err err;
	double begun, took;

	for (int i = 1; i < argc && i <= 6; i++)
		a[i - 1] = strtoul(argv[i], NULL, 10);
	users = draw_factors(a[0], a[2], 1);
	items = draw_factors(a[1], a[2], 2);
	room = rs_alloc(rs_size(rs_size(a[0], a[4]), sizeof(*room)));
	skip = draw_seen(a[0], a[1], a[4], room);
	hits = rs_alloc(rs_size(rs_size(a[0], a[3]), sizeof(*hits)));
	count = rs_alloc(rs_size(a[0], sizeof(*count)));
	pool = rs_pool_new((int)a[5]);
	const struct rs_topk_factors f = { items, a[1], a[2], a[2], NULL };
	const struct rs_topk_ask ask = { .users = users, .stride = a[2],
		.n = a[0], .k = a[3], .skip = skip };

	begun = cpu_seconds();
	packed = rs_topk_items_new(&f, NULL, 0);
	if (rs_topk_run(packed, &ask, hits, count, pool, &err) < 0)
		rs_die("%s", err.text);
	took = cpu_seconds() - begun;
	printf("seconds %.4f\ngflops %.2f\n", took, 2e-9 * (double)a[0] *
	    (double)a[1] * (double)a[2] / took);
	rs_topk_items_free(packed);
	rs_pool_free(pool);
	free(users);
	free(items);
	free(room);
	free(skip);
	free(hits);
	free(count);
	return 0;
}
