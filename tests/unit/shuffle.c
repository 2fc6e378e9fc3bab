/* shuffle: one to one, and its own way back, whatever the number. */
#include <inttypes.h>
#include <stdlib.h>

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

int
main(void)
{
	for (uint64_t n = 1; n < 130; n++)
		test_each_place_holds_one_and_all_are_held(n);
	test_each_place_holds_one_and_all_are_held(99991);
	return test_end();
}
