/* The best k of many: against a full sort, in any order of adding. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/mem.h"
#include "kernel/best.h"
#include "test.h"

enum { MOST = 300 };

static int
better(const void *a, const void *b)
{
	const struct rs_hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static void
shuffle(struct rs_hit *h, size_t n, uint64_t seed)
{
	for (size_t i = n; i > 1; i--) {
		const size_t j = rs_below(i, rs_draw(seed, RS_DRAW_SHUFFLE, i));
		const struct rs_hit t = h[j];

		h[j] = h[i - 1];
		h[i - 1] = t;
	}
}

/* Scores from a few whole numbers, so that most are equal to another. */
static void
fill(struct rs_hit *h, size_t n, uint64_t seed, uint64_t distinct)
{
	for (size_t i = 0; i < n; i++) {
		h[i].item = (uint32_t)i;
		h[i].score = (float)rs_below(distinct,
		    rs_draw(seed, RS_DRAW_ROW, i)) - (float)(distinct / 2);
		if (h[i].score == 0 && i % 2 == 0)
			h[i].score = -0.0f;
	}
}

static void
test_the_best_k_in_any_order(void)
{
	struct rs_hit all[MOST], room[MOST];
	struct rs_best best;

	for (uint64_t seed = 0; seed < 300; seed++) {
		const size_t n = rs_below(MOST, rs_draw(seed, RS_DRAW_PAIR, 0));
		const size_t k = rs_below(seed % 3 == 0 ? MOST : 12,
		    rs_draw(seed, RS_DRAW_PAIR, 1));
		const size_t want = n < k ? n : k;
		size_t got;

		fill(all, n, seed, seed % 2 == 0 ? 5 : 1000000);
		shuffle(all, n, seed);
		rs_best_init(&best, room, k);
		for (size_t i = 0; i < n; i++)
			rs_best_add(&best, all[i].item, all[i].score);
		got = rs_best_take(&best);
		qsort(all, n, sizeof(all[0]), better);
		ok(got == want, "seed %" PRIu64 ": %zu hits, not %zu", seed,
		    got, want);
		for (size_t i = 0; i < want; i++)
			ok(room[i].item == all[i].item &&
			    room[i].score == all[i].score,
			    "seed %" PRIu64 ", place %zu", seed, i);
	}
}

static void
test_the_bar_is_the_worst_of_a_full_list(void)
{
	struct rs_hit room[2];
	struct rs_best best;

	rs_best_init(&best, room, 2);
	ok(!rs_best_full(&best), "empty");
	rs_best_add(&best, 4, -1);
	rs_best_add(&best, 7, 3);
	ok(rs_best_full(&best) && rs_best_bar(&best) == -1, "two");
	rs_best_add(&best, 2, 1);
	ok(rs_best_bar(&best) == 1, "three");
	rs_best_add(&best, 9, 1);
	rs_best_add(&best, 3, __builtin_inff());
	ok(rs_best_take(&best) == 2 && room[0].item == 3 &&
	    room[1].item == 7, "infinity is a score");
}

int
main(void)
{
	test_the_best_k_in_any_order();
	test_the_bar_is_the_worst_of_a_full_list();
	return test_end();
}
