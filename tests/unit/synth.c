/* Invented logs: what their header promises. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/synth.h"
#include "test.h"

enum { DAY = 86400 };

static struct rs_synth_plan
plan_of(enum rs_synth_kind kind, uint64_t users, uint64_t items, uint64_t rows)
{
	return (struct rs_synth_plan){
		.kind = kind, .users = users, .items = items, .rows = rows,
		.seed = 7, .groups = 24, .zipf = 1.2, .start = 1000 * DAY,
		.span = 30 * DAY,
	};
}

static struct rs_synth *
make(const struct rs_synth_plan *p)
{
	struct rs_err e;
	struct rs_synth *s = rs_synth_new(p, &e);

	if (s == NULL) {
		printf("%s\n", e.text);
		exit(1);
	}
	return s;
}

static bool
same(const struct rs_synth_row *a, const struct rs_synth_row *b)
{
	return a->user == b->user && a->item == b->item &&
	    a->event == b->event && a->discount == b->discount &&
	    a->stars == b->stars && a->time == b->time;
}

static void
check_ratings(uint64_t users, uint64_t items, uint64_t rows, double zipf)
{
	struct rs_synth_plan p = plan_of(RS_SYNTH_RATINGS, users, items, rows);
	struct rs_synth *s;
	struct rs_synth_row *all = rs_alloc(rows * sizeof(*all));
	struct rs_synth_row *again = rs_alloc(rows * sizeof(*again));
	struct rs_synth_row *mine = rs_alloc(items * sizeof(*mine));
	uint64_t *scratch = rs_alloc(4 * items * sizeof(*scratch));
	uint8_t *seen = rs_zalloc(users * items);
	size_t *next = rs_zalloc(users * sizeof(*next)), sum = 0;

	p.zipf = zipf;
	s = make(&p);
	for (uint64_t n = 0; n < rows; n++) {
		struct rs_synth_row *r = &all[n];

		rs_synth_rows(s, n, 1, r);
		if (!ok(r->user < users && r->item < items && r->stars >= 1 &&
		    r->stars <= 10, "row %" PRIu64 " in range", n))
			goto done;
		ok(!seen[r->user * items + r->item]++,
		    "user %u rates item %u once", r->user, r->item);
		ok(r->time >= p.start && r->time < p.start + p.span,
		    "row %" PRIu64 " within the span", n);
		ok(n == 0 || r->time >= all[n - 1].time, "in order of time");
	}
	for (uint64_t u = 0; u < users; u++) {
		uint64_t n = rs_synth_count(s, u), at = 0;

		ok(rs_synth_first(s, u) == sum, "users follow one another");
		sum += n;
		rs_synth_user(s, u, mine, scratch);
		for (uint64_t k = 0; k < n; k++) {
			while (at < rows && all[at].user != u)
				at++;
			if (!ok(at < rows, "user %" PRIu64 " has row %" PRIu64,
			    u, k))
				goto done;
			ok(same(&mine[k], &all[at++]),
			    "row %" PRIu64 " of user %" PRIu64
			    " is the same in either order", k, u);
		}
	}
	ok(sum == rows, "as many rows as asked for");
	rs_synth_rows(s, rows / 3, rows - rows / 3, again);
	for (uint64_t n = rows / 3; n < rows; n++)
		ok(same(&again[n - rows / 3], &all[n]),
		    "many rows at once are the same");
done:
	free(all);
	free(again);
	free(mine);
	free(scratch);
	free(seen);
	free(next);
	rs_synth_free(s);
}

static void
test_ratings_are_distinct_pairs_in_both_orders(void)
{
	check_ratings(50, 300, 3000, 1.2);
	check_ratings(300, 97, 20000, 1.0);
	check_ratings(7, 40, 280, 1.2);		/* everything rated */
	check_ratings(7, 41, 280, 3);
	check_ratings(100, 2, 150, 0);
	check_ratings(1, 1, 1, 1);
	check_ratings(1000, 33, 100, 0.5);	/* fewer rows than users */
	check_ratings(13, 1000, 12000, 1.2);
}

static void
test_a_shop_keeps_its_proportions(void)
{
	static const unsigned want[RS_SYNTH_EVENTS] = { 100, 8, 5, 2, 1 };
	enum { FUNNELS = 1000, USERS = 5000 };
	struct rs_synth_plan p = plan_of(RS_SYNTH_SHOP, USERS, 700,
	    116 * FUNNELS);
	struct rs_synth *s = make(&p);
	unsigned count[RS_SYNTH_EVENTS] = { 0 };
	uint8_t *seen = rs_zalloc(USERS), *viewed = rs_zalloc(USERS * 700);
	struct rs_synth_row r;
	int64_t last = 0;
	unsigned users = 0;

	for (uint64_t n = 0; n < p.rows; n++) {
		rs_synth_rows(s, n, 1, &r);
		ok(r.user < USERS && r.item < 700 && r.time >= last,
		    "row %" PRIu64, n);
		last = r.time;
		count[r.event]++;
		users += !seen[r.user];
		seen[r.user] = 1;
		if (r.event == 0)
			viewed[r.user * 700 + r.item] = 1;
		else
			ok(viewed[r.user * 700 + r.item],
			    "row %" PRIu64 ": nobody buys unseen", n);
	}
	for (int e = 0; e < RS_SYNTH_EVENTS; e++)
		ok(count[e] == want[e] * FUNNELS, "%u of %s", count[e],
		    rs_synth_event[e]);
	ok(users == USERS, "all %u users come", users);
	free(seen);
	free(viewed);
	rs_synth_free(s);
}

static void
test_tastes_are_what_people_choose(void)
{
	struct rs_synth_plan p = plan_of(RS_SYNTH_SHOP, 2000, 960, 50000);
	struct rs_synth *s = make(&p);
	uint64_t one, two, in = 0;
	struct rs_synth_row r;

	for (uint64_t n = 0; n < p.rows; n++) {
		rs_synth_rows(s, n, 1, &r);
		rs_synth_tastes(s, r.user, &one, &two);
		ok(one != two && one < 24 && two < 24, "two tastes");
		in += rs_synth_item_group(s, r.item) == one ||
		    rs_synth_item_group(s, r.item) == two;
	}
	/* By chance alone it were 1 in 12. */
	ok(in > p.rows / 3 && in < p.rows, "%" PRIu64 " rows of a taste", in);
	rs_synth_free(s);
}

static void
test_names_are_distinct(void)
{
	struct rs_synth_plan p = plan_of(RS_SYNTH_SHOP, 10, 600, 1000);
	struct rs_synth *s;
	struct rs_buf *name = rs_zalloc(600 * sizeof(*name));

	p.groups = 26;
	s = make(&p);
	for (uint64_t i = 0; i < 600; i++) {
		rs_synth_item_name(s, i, &name[i]);
		ok(name[i].len > 0, "item %" PRIu64 " has a name", i);
		for (uint64_t j = 0; j < i; j++)
			ok(strcmp(name[i].data, name[j].data) != 0,
			    "%s twice", name[i].data);
	}
	for (uint64_t i = 0; i < 600; i++)
		rs_buf_free(&name[i]);
	free(name);
	rs_synth_free(s);
}

static void
test_what_cannot_be_is_refused(void)
{
	struct rs_synth_plan p = plan_of(RS_SYNTH_RATINGS, 3, 4, 13);
	struct rs_err e;

	ok(rs_synth_new(&p, &e) == NULL, "13 ratings of 3 times 4");
	p = plan_of(RS_SYNTH_SHOP, 0, 4, 13);
	ok(rs_synth_new(&p, &e) == NULL, "no users");
	p = plan_of(RS_SYNTH_SHOP, 3, 4, 0);
	ok(rs_synth_new(&p, &e) == NULL, "no rows");
}

int
main(void)
{
	test_ratings_are_distinct_pairs_in_both_orders();
	test_a_shop_keeps_its_proportions();
	test_tastes_are_what_people_choose();
	test_names_are_distinct();
	test_what_cannot_be_is_refused();
	return test_end();
}
