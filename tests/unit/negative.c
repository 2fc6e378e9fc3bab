/* Negatives: never a positive, and each item with the chance it should have. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/negative.h"
#include "test.h"

enum { ITEMS = 12 };

/* One user's known items, by a mask over ITEMS (of universe or not). */
static struct rs_csr
known_of(unsigned mask)
{
	struct rs_csr m = { .users = 2, .items = ITEMS };

	m.start = rs_zalloc(3 * sizeof(*m.start));
	m.item = rs_zalloc(ITEMS * sizeof(*m.item));
	for (uint32_t i = 0; i < ITEMS; i++) {
		if (mask >> i & 1)
			m.item[m.nnz++] = i;
	}
	m.start[2] = m.nnz;
	return m;
}

static struct rs_negatives *
make(const struct rs_negative_plan *p, unsigned mask, const uint32_t *universe,
    uint32_t size)
{
	struct rs_csr known = known_of(mask);

	return rs_negatives_new(p, &known, universe, size);
}

/* Every set of positives, every size of the universe: what comes is of the
 * universe, no positive, as many as there can be, and distinct if asked. */
static void
test_nothing_known_is_drawn(void)
{
	static const double weight[ITEMS] = { 1e-9, 5, 0, 1, 1e6, 0, 2, 3 };
	static const uint32_t odd[] = { 1, 3, 5, 7, 9, 11 };
	uint32_t out[2 * ITEMS];

	for (unsigned mask = 0; mask < 1 << ITEMS; mask += 7) {
		for (unsigned how = 0; how < 8; how++) {
			const struct rs_negative_plan p = {
				.seed = mask, .n = 2 * ITEMS,
				.distinct = how & 1,
				.weight = how & 2 ? weight : NULL,
			};
			const unsigned all = how & 4 ? 0xaaa : 0xfff;
			struct rs_negatives *g = make(&p, mask,
			    how & 4 ? odd : NULL, how & 4 ? 6 : ITEMS);
			const unsigned left = all & ~mask;
			uint32_t n = rs_negatives_draw(g, 1, 3, 0, out);
			uint32_t want = (uint32_t)__builtin_popcount(left);
			unsigned seen = 0;

			if (!p.distinct && left != 0)
				want = p.n;
			ok(n == want, "mask %x how %u: %u of %u", mask, how,
			    n, want);
			for (uint32_t k = 0; k < n; k++) {
				ok(left >> out[k] & 1, "mask %x how %u: %u",
				    mask, how, out[k]);
				ok(!p.distinct || !(seen >> out[k] & 1),
				    "mask %x how %u: %u twice", mask, how,
				    out[k]);
				seen |= 1U << out[k];
			}
			ok(rs_negatives_counts(g)->lacking == p.n - n,
			    "what lacks is counted");
			rs_negatives_free(g);
		}
	}
}

/* The k-th of n negatives of many positives, against the chance of each item
 * by going through all orders of drawing. */

static void
chances(const double *w, unsigned left, uint32_t depth, double p, bool distinct,
    double *chance)
{
	double total = 0;

	for (int i = 0; i < ITEMS; i++)
		total += left >> i & 1 ? w[i] : 0;
	for (int i = 0; i < ITEMS; i++) {
		if (!(left >> i & 1))
			continue;
		if (depth == 0)
			chance[i] += p * w[i] / total;
		else
			chances(w, distinct ? left & ~(1U << i) : left,
			    depth - 1, p * w[i] / total, distinct, chance);
	}
}

static void
check_chances(unsigned mask, const double *weight, bool distinct)
{
	enum { N = 3, MANY = 60000 };
	static const double even[ITEMS] = {
		1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	};
	const struct rs_negative_plan p = {
		.seed = 5, .n = N, .distinct = distinct, .weight = weight,
	};
	struct rs_negatives *g = make(&p, mask, NULL, ITEMS);
	double count[N][ITEMS] = { { 0 } };
	uint32_t out[N];

	for (uint64_t i = 0; i < MANY; i++) {
		rs_negatives_draw(g, 1, 4, i, out);
		for (int k = 0; k < N; k++)
			count[k][out[k]]++;
	}
	for (uint32_t k = 0; k < N; k++) {
		double chance[ITEMS] = { 0 }, sum = 0;

		chances(weight != NULL ? weight : even, 0xfff & ~mask, k, 1,
		    distinct, chance);
		for (int i = 0; i < ITEMS; i++) {
			const double want = MANY * chance[i];
			const double miss = count[k][i] - want;

			ok(want > 0 || miss == 0, "mask %x: item %d never",
			    mask, i);
			if (want > 0)
				sum += miss * miss / want;
		}
		/* Chi-square of at most 11 degrees: 1 in 10^6 is above 47. */
		ok(sum < 47, "mask %x, negative %u%s%s: chi-square %g", mask, k,
		    weight != NULL ? ", weighted" : "",
		    distinct ? ", distinct" : "", sum);
	}
	rs_negatives_free(g);
}

static void
test_chances_are_those_asked_for(void)
{
	static const double weight[ITEMS] = {
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 120,
	};
	/* What is left weighs next to nothing: the running sums' work. */
	static const double steep[ITEMS] = {
		1, 2, 3, 4, 1e9, 1e9, 1e9, 5, 1e9, 1e9, 1e9, 1e9,
	};

	for (int distinct = 0; distinct < 2; distinct++) {
		check_chances(0x0f1, NULL, distinct);
		check_chances(0x000, NULL, distinct);
		check_chances(0x3c4, weight, distinct);
		check_chances(0x000, weight, distinct);
		check_chances(0xf70, steep, distinct);
	}
}

static void
test_draws_depend_on_the_pair_alone(void)
{
	struct rs_negative_plan p = { .seed = 3, .n = 8 };
	uint32_t a[8], b[8];

	for (int per_user = 0; per_user < 2; per_user++) {
		p.per_user = per_user;
		struct rs_negatives *g = make(&p, 0x00f, NULL, ITEMS);
		struct rs_negatives *h = make(&p, 0x00f, NULL, ITEMS);

		rs_negatives_draw(g, 1, 2, 0, a);
		rs_negatives_draw(h, 1, 0, 0, b);
		ok(!!memcmp(a, b, sizeof(a)) == !per_user,
		    "a user's positives share negatives only with per_user");
		rs_negatives_draw(h, 0, 2, 0, b);
		rs_negatives_draw(h, 1, 2, 1, b);
		ok(!!memcmp(a, b, sizeof(a)) == !per_user,
		    "the second of a pair has its own");
		rs_negatives_draw(h, 1, 2, 0, b);
		ok(memcmp(a, b, sizeof(a)) == 0, "the first has the same");
		ok(rs_negatives_occurrence(g, 1, 2) == 0 &&
		    rs_negatives_occurrence(g, 1, 3) == 0 &&
		    rs_negatives_occurrence(g, 1, 2) == 1, "pairs are counted");
		rs_negatives_free(g);
		rs_negatives_free(h);
	}
}

static void
test_unverified_draws_positives_too(void)
{
	const struct rs_negative_plan p = {
		.seed = 3, .n = 100, .unverified = true,
	};
	struct rs_negatives *g = make(&p, 0xfff, NULL, ITEMS);
	uint32_t out[100];

	ok(rs_negatives_draw(g, 1, 2, 0, out) == 100, "all are there");
	rs_negatives_free(g);
}

/* For every set of own items: each other item by its rank, one at a time and
 * many together. */
static void
test_an_item_of_each_rank_is_found(void)
{
	for (unsigned mask = 0; mask + 1 < 1U << ITEMS; mask++) {
		struct rs_csr m = known_of(mask);
		uint32_t user[RS_NEGATIVES_MANY], item[RS_NEGATIVES_MANY];
		uint64_t draw[RS_NEGATIVES_MANY], rank = 0;
		size_t k = 0;

		for (uint32_t i = 0; i < ITEMS; i++)
			ok((mask >> i & 1) || rs_negative_at(m.item,
			    m.nnz, rank++) == i, "item %u of %x", i, mask);
		for (k = 0; k < RS_NEGATIVES_MANY; k++) {
			draw[k] = rs_draw(1, RS_DRAW_SAMPLE, mask + k);
			user[k] = k % 2;
		}
		rs_negative_by_many(&m, user, draw, k, item);
		while (k-- > 0)
			ok(item[k] == rs_negative_by(&m, user[k], true,
			    draw[k]), "%u and not %u of %x", item[k],
			    rs_negative_by(&m, user[k], true, draw[k]), mask);
		rs_csr_free(&m);
	}
}

int
main(void)
{
	test_nothing_known_is_drawn();
	test_chances_are_those_asked_for();
	test_draws_depend_on_the_pair_alone();
	test_unverified_draws_positives_too();
	test_an_item_of_each_rank_is_found();
	return test_end();
}
