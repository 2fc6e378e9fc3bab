/* shelf: what is computed from counts of items equals what is computed from
 * the lists themselves, and with ties the mean over all ways to break them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "rank/shelf.h"
#include "rank/surprise.h"
#include "test.h"

enum { USERS = 40, ITEMS = 30, K = 6 };

/* Lists as chances: (USERS, ITEMS), each row's sum at most K. */
static double chance[USERS][ITEMS];

static bool
near(double a, double b)
{
	return fabs(a - b) < 1e-9 || (a != a && b != b);
}

static double
plain_overlap(unsigned users)
{
	double sum = 0, pairs = 0;

	for (unsigned u = 0; u < users; u++)
		for (unsigned v = 0; v < users; v++) {
			if (u == v)
				continue;
			pairs++;
			for (unsigned i = 0; i < ITEMS; i++)
				sum += chance[u][i] * chance[v][i] / K;
		}
	return pairs > 0 ? sum / pairs : NAN;
}

/* By the definition of half the relative mean absolute difference. */
static double
plain_gini(unsigned users)
{
	double count[ITEMS] = { 0 }, sum = 0, all = 0;

	for (unsigned u = 0; u < users; u++)
		for (unsigned i = 0; i < ITEMS; i++)
			count[i] += chance[u][i];
	for (unsigned i = 0; i < ITEMS; i++) {
		all += count[i];
		for (unsigned j = 0; j < ITEMS; j++)
			sum += fabs(count[i] - count[j]);
	}
	return sum / (2 * ITEMS * all);
}

static double
plain_novelty(unsigned u, const double *bits)
{
	double sum = 0, places = 0;

	for (unsigned i = 0; i < ITEMS; i++) {
		sum += chance[u][i] * bits[i];
		places += chance[u][i];
	}
	return sum / places;
}

/* A list of sure places, then some items that share the rest of the places
 * if tied. */
static void
draw_list(unsigned u, uint64_t n, bool tied)
{
	const unsigned sure = tied ? (unsigned)rs_below(K, rs_draw2(n, 1, u, 0)) : K;
	const unsigned wide = tied ? K - sure + (unsigned)rs_below(8,
	    rs_draw2(n, 1, u, 1)) : 0;
	unsigned at = 0;

	memset(chance[u], 0, sizeof(chance[u]));
	for (uint64_t d = 2; at < sure + wide; d++) {
		/* popular items are drawn more often */
		const uint64_t a = rs_below(ITEMS, rs_draw2(n, 1, u, d));
		const uint64_t i = rs_below(a + 1, rs_draw2(n, 2, u, d));

		if (chance[u][i] > 0)
			continue;
		chance[u][i] = at++ < sure ? 1 : (double)(K - sure) / wide;
	}
}

static void
put_list(struct rs_shelf *s, unsigned u)
{
	for (unsigned i = 0; i < ITEMS; i++)
		if (chance[u][i] > 0)
			rs_shelf_add(s, i, chance[u][i]);
}

static void
test_figures_are_those_of_the_lists(bool tied)
{
	float popularity[ITEMS];
	double *bits;

	for (unsigned i = 0; i < ITEMS; i++)
		popularity[i] = (float)(ITEMS - 1 - i);
	bits = rs_surprise_new(popularity, ITEMS, 64);
	ok(near(bits[ITEMS - 1], 6) && near(bits[ITEMS - 2], 6) &&
	    near(bits[ITEMS - 5], 4), "%g bits for an item nobody has",
	    bits[ITEMS - 1]);
	for (uint64_t n = 0; n < 50; n++) {
		struct rs_shelf *all = rs_shelf_new(ITEMS, K, bits);
		struct rs_shelf *part = rs_shelf_new(ITEMS, K, bits);
		const unsigned users = 1 + (unsigned)rs_below(USERS,
		    rs_draw(n, 3, 0));

		for (unsigned u = 0; u < users; u++) {
			struct rs_shelf *s = u % 3 == 0 ? part : all;
			double got;

			draw_list(u, n, tied);
			put_list(s, u);
			got = rs_shelf_next(s);
			ok(near(got, plain_novelty(u, bits)),
			    "novelty of user %u: %g", u, got);
			rs_shelf_next(s);	/* nobody's list is none */
		}
		rs_shelf_merge(all, part);
		/* chances are kept in steps of 2^-32 */
		ok(fabs(rs_shelf_overlap(all) - plain_overlap(users)) < 1e-7 ||
		    users < 2, "overlap of %u: %.12g, not %.12g", users,
		    rs_shelf_overlap(all), plain_overlap(users));
		ok(fabs(rs_shelf_gini(all) - plain_gini(users)) < 1e-7,
		    "gini of %u: %.12g, not %.12g", users, rs_shelf_gini(all),
		    plain_gini(users));
		if (!tied && users > 1)
			ok(near(rs_shelf_overlap(all), plain_overlap(users)),
			    "without ties nothing is rounded");
		ok(users > 1 || rs_shelf_overlap(all) !=
		    rs_shelf_overlap(all), "one list has none to share with");
		rs_shelf_free(all);
		rs_shelf_free(part);
	}
	free(bits);
}

/* All subsets of the tied items that may fill the last places, for each of
 * two users: the mean of what they share. */
static void
test_ties_are_broken_apart_for_each_user(void)
{
	struct rs_shelf *s = rs_shelf_new(ITEMS, 2, NULL);
	double sum = 0;

	/* one has 0 for sure and one of 1, 2, 3; the other one of 0 .. 4 and
	 * 5 for sure */
	for (unsigned a = 1; a <= 3; a++)
		for (unsigned b = 0; b <= 4; b++)
			sum += (b == 0) + (b == a);
	rs_shelf_add(s, 0, 1);
	for (unsigned i = 1; i <= 3; i++)
		rs_shelf_add(s, i, 1.0 / 3);
	rs_shelf_next(s);
	for (unsigned i = 0; i <= 4; i++)
		rs_shelf_add(s, i, 1.0 / 5);
	rs_shelf_add(s, 5, 1);
	rs_shelf_next(s);
	ok(fabs(rs_shelf_overlap(s) - sum / 15 / 2) < 1e-9, "%g",
	    rs_shelf_overlap(s));
	rs_shelf_free(s);
}

static void
test_a_random_list_is_every_item_by_chance(void)
{
	static const uint32_t seen[2][3] = { { 1, 4, 5 }, { 0, 4, 29 } };
	double bits[ITEMS], want[2] = { 0, 0 };
	struct rs_shelf *a, *b;

	for (unsigned i = 0; i < ITEMS; i++)
		bits[i] = i / 4.0;
	a = rs_shelf_new(ITEMS, K, bits);
	b = rs_shelf_new(ITEMS, K, bits);
	for (unsigned u = 0; u < 2; u++) {
		for (unsigned i = 0; i < ITEMS; i++) {
			const bool is = i == seen[u][0] || i == seen[u][1] ||
			    i == seen[u][2];

			if (!is)
				rs_shelf_add(a, i, K / (ITEMS - 3.0));
		}
		want[u] = rs_shelf_next(a);
		ok(near(rs_shelf_random(b, seen[u], 3), want[u]),
		    "novelty by chance");
	}
	ok(fabs(rs_shelf_overlap(a) - rs_shelf_overlap(b)) < 1e-8,
	    "overlap by chance: %.12g, not %.12g", rs_shelf_overlap(b),
	    rs_shelf_overlap(a));
	ok(fabs(rs_shelf_gini(a) - rs_shelf_gini(b)) < 1e-8,
	    "gini by chance");
	ok(fabs(rs_shelf_coverage(a) - rs_shelf_coverage(b)) < 1e-8,
	    "coverage by chance");
	rs_shelf_free(a);
	rs_shelf_free(b);
}

static void
test_equal_lists_and_empty_shelves(void)
{
	struct rs_shelf *s = rs_shelf_new(ITEMS, K, NULL);

	ok(rs_shelf_gini(s) != rs_shelf_gini(s) &&
	    rs_shelf_overlap(s) != rs_shelf_overlap(s), "nothing of nothing");
	for (unsigned u = 0; u < 5; u++) {
		for (unsigned i = 0; i < K; i++)
			rs_shelf_add(s, i, 1);
		rs_shelf_next(s);
	}
	ok(rs_shelf_overlap(s) == 1, "the same list for all shares all");
	ok(near(rs_shelf_gini(s), (ITEMS - K) / (double)ITEMS),
	    "a few items of many have all");
	rs_shelf_free(s);
	s = rs_shelf_new(ITEMS, K, NULL);
	for (unsigned u = 0; u < ITEMS / K; u++) {
		for (unsigned i = 0; i < K; i++)
			rs_shelf_add(s, u * K + i, 1);
		rs_shelf_next(s);
	}
	ok(rs_shelf_overlap(s) == 0 && rs_shelf_gini(s) == 0 &&
	    near(rs_shelf_coverage(s), 1), "each item once");
	rs_shelf_free(s);
}

int
main(void)
{
	test_figures_are_those_of_the_lists(false);
	test_figures_are_those_of_the_lists(true);
	test_ties_are_broken_apart_for_each_user();
	test_a_random_list_is_every_item_by_chance();
	test_equal_lists_and_empty_shelves();
	return test_end();
}
