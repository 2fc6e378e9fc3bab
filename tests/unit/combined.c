/* Of all rows of a pair one: as if each pair were looked for by itself. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/combined.h"
#include "test.h"

enum { ROWS = 3000, USERS = 12, ITEMS = 9, TIMES = 7 };

static struct rs_pair rows[ROWS];

/* Few pairs, few times, weights that a double adds exactly. */
static void
fill_rows(void)
{
	for (uint64_t i = 0; i < ROWS; i++) {
		const uint64_t d = rs_draw(3, RS_DRAW_SYNTH, i);

		rows[i] = (struct rs_pair){
			.user = (uint32_t)(d % USERS),
			.item = (uint32_t)(d >> 8) % ITEMS,
			.weight = (double)(d >> 16 & 63) / 4 - 2,
			.time = (int64_t)(d >> 24 & 63) % TIMES - 3,
		};
	}
}

/* Row r joins what was made of those before it. */
static void
join(struct rs_pair *p, enum rs_combining how, const struct rs_pair *r)
{
	const bool later = r->time >= p->time;

	if (how == RS_COMBINE_FIRST && r->time < p->time)
		*p = *r;
	if (how == RS_COMBINE_LAST && later)
		*p = *r;
	if (how == RS_COMBINE_SUM || how == RS_COMBINE_COUNT)
		p->weight += r->weight;
	if (how == RS_COMBINE_MAX && r->weight > p->weight)
		p->weight = r->weight;
	if (how != RS_COMBINE_FIRST && later)
		p->time = r->time;
}

/* What is wanted of a pair; false where it has no row. */
static bool
slowly(enum rs_combining how, uint32_t user, uint32_t item, struct rs_pair *p)
{
	bool any = false;

	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].user != user || rows[i].item != item)
			continue;
		if (any)
			join(p, how, &rows[i]);
		else
			*p = rows[i];
		any = true;
	}
	return any;
}

struct seen {
	struct rs_pair pair[USERS * ITEMS];
	uint64_t n;
};

static void
see(const struct rs_pair *p, uint64_t n, void *arg)
{
	struct seen *s = arg;

	ok(n == s->n && n < USERS * ITEMS, "pair %" PRIu64 " comes as %" PRIu64,
	    s->n, n);
	s->pair[s->n++] = *p;
}

static void
test_each_way_is_the_slow_way(void)
{
	for (int how = RS_COMBINE_SUM; how <= RS_COMBINE_COUNT; how++) {
		struct rs_combined *c = rs_combined_new(
		    (enum rs_combining)how, 1 << 20);
		struct rs_ageing never = { 0 };

		for (size_t i = 0; i < ROWS; i++)
			rs_combined_put(c, rows[i].user, rows[i].item,
			    rows[i].time, rows[i].weight);
		for (int again = 0; again < 2; again++) {
			struct seen s = { .n = 0 };
			struct rs_pair want = { 0 };
			uint64_t n = 0;

			rs_combined_each(c, &never, see, &s);
			for (uint32_t u = 0; u < USERS; u++)
				for (uint32_t i = 0; i < ITEMS; i++) {
					const struct rs_pair *p = &s.pair[n];

					if (!slowly((enum rs_combining)how, u,
					    i, &want))
						continue;
					n++;
					ok(p->user == u && p->item == i &&
					    p->weight == want.weight &&
					    p->time == want.time, "way %d, %"
					    PRIu32 " and %" PRIu32, how, u, i);
				}
			ok(n == s.n, "all pairs, and no other");
		}
		rs_combined_free(c);
	}
}

/* Age takes from each row before anything is made of them. */
static void
test_rows_are_aged_one_by_one(void)
{
	struct rs_combined *c = rs_combined_new(RS_COMBINE_SUM, 1 << 20);
	struct rs_ageing age = { .half_life = 10, .now = 100 };
	struct seen s = { .n = 0 };

	rs_combined_put(c, 1, 2, 90, 8);
	rs_combined_put(c, 1, 2, 100, 8);
	rs_combined_put(c, 1, 2, 80, 8);
	rs_combined_put(c, 1, 2, 101, 8);
	rs_combined_each(c, &age, see, &s);
	ok(s.n == 1 && s.pair[0].weight == 4 + 8 + 2 + 8, "%g",
	    s.pair[0].weight);
	ok(s.pair[0].time == 101, "the latest time");
	ok(age.future == 1, "one lies in the future");
	rs_combined_free(c);
}

static void
test_nothing_gives_nothing(void)
{
	struct rs_combined *c = rs_combined_new(RS_COMBINE_MAX, 1 << 20);
	struct rs_ageing never = { 0 };
	struct seen s = { .n = 0 };

	rs_combined_each(c, &never, see, &s);
	ok(s.n == 0, "no row, no pair");
	rs_combined_free(c);
}

int
main(void)
{
	fill_rows();
	test_each_way_is_the_slow_way();
	test_rows_are_aged_one_by_one();
	test_nothing_gives_nothing();
	return test_end();
}
