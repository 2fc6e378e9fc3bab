/* lists: orders are kept, repeats are found, cases hold what they should. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "data/lists.h"
#include "test.h"

static void
test_lists_fall_by_score_and_keep_the_order_of_equals(void)
{
	static const struct rs_list_row row[] = {
		{ 2, 7, 1 }, { 0, 3, 5 }, { 2, 9, 3 }, { 2, 1, 1 },
		{ 0, 4, 5 }, { 2, 8, 1 }, { 0, 1, 9 },
	};
	static const uint32_t item[] = { 1, 3, 4, 9, 7, 1, 8 };
	static const uint64_t start[] = { 0, 3, 3, 7, 7 };
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice;
	struct rs_lists l;

	for (size_t i = 0; i < 7; i++)
		rs_lists_add(b, row[i].user, row[i].item, row[i].score);
	ok(rs_lists_done(b, 4, &l, &twice) == 0, "lists");
	ok(l.users == 4 && l.items == 10, "%" PRIu64 " users, %" PRIu64
	    " items", l.users, l.items);
	ok(memcmp(l.item, item, sizeof(item)) == 0, "items");
	ok(memcmp(l.start, start, sizeof(start)) == 0, "starts");
	rs_lists_free(&l);
}

static void
test_an_item_twice_is_found(void)
{
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice = { 0 };
	struct rs_lists l;

	rs_lists_add(b, 0, 5, 1);
	rs_lists_add(b, 3, 5, 1);
	rs_lists_add(b, 3, 6, 2);
	rs_lists_add(b, 3, 5, 3);
	ok(rs_lists_done(b, 0, &l, &twice) == -1 && twice.user == 3 &&
	    twice.item == 5, "user %" PRIu32 " item %" PRIu32, twice.user,
	    twice.item);

	b = rs_lists_builder_new();
	ok(rs_lists_done(b, 0, &l, &twice) == 0 && l.users == 0, "no rows");
	rs_lists_free(&l);
}

/* Users 0 and 2 have test items: 0: 1 4, 2: 3. */
static uint64_t test_start[] = { 0, 2, 2, 3 };
static uint32_t test_item[] = { 1, 4, 3 };
static const struct rs_csr test = { .users = 3, .items = 5, .nnz = 3,
	.start = test_start, .item = test_item };

static void
test_cases_with_labels_begin_at_positives(void)
{
	static const int row[][3] = {	/* user, item, positive */
		{ 2, 3, 1 }, { 2, 0, 0 }, { 2, 0, 0 }, { 2, 9, 0 },
		{ 0, 4, 1 }, { 0, 1, 0 }, { 0, 2, 0 }, { 0, 1, 1 },
		{ 0, 3, 0 }, { 0, 2, 0 }, { 1, 3, 1 }, { 1, 2, 0 },
	};
	static const uint32_t user[] = { 0, 0, 2 };
	static const uint32_t item[] = { 4, 2, 1, 2, 3, 3, 0, 9 };
	static const uint64_t start[] = { 0, 2, 5, 8 };
	struct rs_cases_builder *b = rs_cases_builder_new(true);
	struct rs_cases_count n;
	struct rs_list_row stray = { 0 };
	struct rs_cases c;

	ok(rs_cases_add(b, 1, 1, false) == -1, "a negative comes first");
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		ok(rs_cases_add(b, (uint32_t)row[i][0], (uint32_t)row[i][1],
		    row[i][2]) == 0, "row %zu", i);
	ok(rs_cases_add(b, 2, 1, false) == -1, "of another user");
	ok(rs_cases_done(b, &test, &c, &n, &stray) == 0, "cases");
	ok(c.n == 3 && memcmp(c.user, user, sizeof(user)) == 0, "users");
	ok(memcmp(c.start, start, sizeof(start)) == 0, "starts");
	ok(memcmp(c.item, item, sizeof(item)) == 0, "items");
	ok(n.own == 1 && n.twice == 1 && n.strangers == 1 &&
	    n.negatives == 2 && n.fewest == 1 && n.most == 2, "%" PRIu64
	    " own, %" PRIu64 " twice, %" PRIu64 " strangers, %" PRIu64,
	    n.own, n.twice, n.strangers, n.negatives);
	rs_cases_free(&c);

	b = rs_cases_builder_new(true);
	rs_cases_add(b, 2, 4, true);
	ok(rs_cases_done(b, &test, &c, &n, &stray) == -1 && stray.user == 2 &&
	    stray.item == 4, "a positive that is no test item");
}

static void
test_cases_without_labels_hold_all_test_items(void)
{
	static const uint32_t row[][2] = {
		{ 2, 4 }, { 0, 3 }, { 2, 3 }, { 0, 0 }, { 2, 1 }, { 0, 3 },
	};
	static const uint32_t item[] = { 1, 4, 0, 3, 3, 1, 4 };
	static const uint64_t start[] = { 0, 4, 7 };
	struct rs_cases_builder *b = rs_cases_builder_new(false);
	struct rs_cases_count n;
	struct rs_list_row stray;
	struct rs_cases c;

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		rs_cases_add(b, row[i][0], row[i][1], false);
	ok(rs_cases_done(b, &test, &c, &n, &stray) == 0 && c.n == 2, "cases");
	ok(memcmp(c.start, start, sizeof(start)) == 0, "starts");
	ok(memcmp(c.item, item, sizeof(item)) == 0, "items");
	ok(n.own == 1 && n.twice == 1 && n.negatives == 2, "counts");
	rs_cases_free(&c);
}

int
main(void)
{
	test_lists_fall_by_score_and_keep_the_order_of_equals();
	test_an_item_twice_is_found();
	test_cases_with_labels_begin_at_positives();
	test_cases_without_labels_hold_all_test_items();
	return test_end();
}
