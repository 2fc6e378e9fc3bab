/* shuffle: one to one, and its own way back, whatever the number. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/draw.h"
#include "data/shuffle.h"
#include "test.h"

static void
test_each_place_holds_one_and_all_are_held(uint64_t n)
{
	static const uint64_t key[RS_SHUFFLE_TURNS] = { 3, 1, 4, 1, 5, 9 };
	struct rs_shuffle o;
	char *held = calloc(n, 1);

	rs_shuffle_init(&o, n, key);
	for (uint64_t i = 0; i < n; i++) {
		const uint64_t x = rs_shuffle_at(&o, i);

		if (ok(x < n, "%" PRIu64 " of %" PRIu64, x, n))
			held[x]++;
		ok(rs_shuffle_of(&o, x) == i, "%" PRIu64 " comes back", i);
	}
	for (uint64_t x = 0; x < n; x++)
		ok(held[x] == 1, "%" PRIu64 " of %" PRIu64, x, n);
	free(held);
}

/* Neighbours should not stay neighbours: their distance is, on average, n / 3,
 * and a third of all pairs of neighbours come in a given third. */
static void
test_an_order_is_no_order(void)
{
	const uint64_t n = 100000;

	for (uint64_t key = 0; key < 8; key++) {
		struct rs_shuffle s;
		double sum = 0, rising = 0;

		rs_shuffle_by(&s, n, rs_draw(2, RS_DRAW_SHUFFLE, key));
		for (uint64_t i = 1; i < n; i++) {
			const double a = (double)rs_shuffle_at(&s, i - 1);
			const double b = (double)rs_shuffle_at(&s, i);

			sum += fabs(a - b);
			rising += b > a;
		}
		ok(fabs(sum / (double)n / (double)n - 1.0 / 3) < 0.01,
		    "key %" PRIu64 ": neighbours are %g of all apart", key,
		    sum / (double)n / (double)n);
		ok(fabs(rising / (double)n - 0.5) < 0.01, "key %" PRIu64
		    ": %g rise", key, rising / (double)n);
	}
}

int
main(void)
{
	for (uint64_t n = 1; n < 130; n++)
		test_each_place_holds_one_and_all_are_held(n);
	test_each_place_holds_one_and_all_are_held(99991);
	test_an_order_is_no_order();
	return test_end();
}
