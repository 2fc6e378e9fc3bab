/* agree: the published values of one list judged by another. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "model/agree.h"
#include "model/evaluate.h"
#include "test.h"

/* The list 0 .. 5 of a user, and one of 6 that has those of its ranks (from
 * 1) that are named, and strangers. */
static void
two_lists(const int *rank, size_t n, uint32_t user, struct rs_lists_builder *a,
    struct rs_lists_builder *b)
{
	for (uint32_t i = 0; i < 6; i++)
		rs_lists_add(a, user, i, -(double)i);
	for (uint32_t i = 0; i < 6; i++)
		rs_lists_add(b, user, i < n ? (uint32_t)rank[i] - 1 : 10 + i,
		    0);
}

static void
judge(const struct rs_lists *l, const struct rs_agree *a,
    const struct rs_eval_ask *ask, struct rs_eval *v)
{
	struct rs_eval_ask theirs;
	struct rs_eval w;

	rs_evaluate_lists(l, ask, v);
	for (size_t m = 0; m < ask->metrics->n; m++)
		if (rs_agree_asks(a, m, ask, &theirs)) {
			rs_evaluate_lists(l, &theirs, &w);
			rs_agree_put(a, m, &w, v);
			rs_eval_free(&w);
		}
}

/* A hit at each rank of six gives these averages. */
static const struct {
	int rank[6];
	size_t n;
	double ap;
} published[] = {
	{ { 1, 2 }, 2, 1 },
	{ { 3, 4, 5 }, 3, 0.47778 },
	{ { 3, 4 }, 2, 0.41667 },
	{ { 5, 6 }, 2, 0.26667 },
	{ { 0 }, 0, 0 },
	{ { 1, 2, 3, 4, 5, 6 }, 6, 1 },
};
/* One more user, who is tested, has no list of the other's. */
enum { LISTS = sizeof(published) / sizeof(published[0]), TESTED = LISTS + 1 };

static void
some_lists(struct rs_lists *ours, struct rs_lists *theirs)
{
	struct rs_lists_builder *a = rs_lists_builder_new();
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice;

	for (uint32_t u = 0; u < LISTS; u++)
		two_lists(published[u].rank, published[u].n, u, a, b);
	rs_lists_done(a, 0, ours, &twice);
	rs_lists_done(b, 0, theirs, &twice);
}

static void
check_published(const struct rs_eval *v)
{
	const size_t m = v->metrics;
	uint64_t users;

	for (uint32_t u = 0; u < LISTS; u++)
		ok(v->value[u * m] == published[u].ap, "user %" PRIu32
		    ": %.17g, not %g", u, v->value[u * m], published[u].ap);
	ok(v->value[LISTS * m] == 0, "nobody's list agrees with none");
	ok(fabs(rs_eval_mean(v, 0, &users) - (1 + .47778 + .41667 + .26667 +
	    1) / 7) < 1e-15 && users == 7, "over users, each once");
	ok(fabs(v->whole[2] - (2 * .47778 + .26667) / 4) < 1e-15,
	    "over four rows: %.17g", v->whole[2]);
	ok(fabs(v->whole[3] - (2 * .47778 + .26667 + 1) / 6) < 1e-15,
	    "over as many rows as there are: %.17g", v->whole[3]);
	/* of {3, 4, 5} the first two are 3 and 4, and ours are 1 and 2 */
	ok(v->value[m + 4] == 0 && v->value[4] == 1, "both lists are cut");
}

static void
test_the_published_vectors(void)
{
	static const uint32_t row[] = { 1, 3, 1, LISTS, 4, 0 };
	static const uint32_t user[] = { 0, 1, 2, 3, 4, 5, 6 };
	uint64_t start[TESTED + 1];
	uint32_t item[TESTED] = { 0 };
	struct rs_csr test = { .users = TESTED, .items = 1, .start = start,
	    .item = item, .nnz = TESTED };
	struct rs_lists ours, theirs;
	struct rs_metrics ms;
	struct rs_agree agree;
	struct rs_eval v;
	struct rs_err e;

	some_lists(&ours, &theirs);
	for (uint64_t u = 0; u < TESTED + 1; u++)
		start[u] = u;
	ok(rs_metrics_parse(&ms, "agree-map@6,p@6,agree-map@6:first4,"
	    "agree-map@6:first99,agree-map@2", &e) == 0, "%s", e.text);
	ok(rs_metrics_longest(&ms, RS_METRIC_AGREED) == 6 &&
	    rs_agree_first(&ms) == 99, "what is needed");
	rs_agree_begin(&agree, &ms, &theirs, user, TESTED, row, 6);
	const struct rs_eval_ask ask = { .metrics = &ms, .test = &test,
	    .ties = RS_TIES_INDEX };

	judge(&ours, &agree, &ask, &v);
	check_published(&v);
	rs_eval_free(&v);
	rs_agree_end(&agree);
	rs_metrics_free(&ms);
	rs_lists_free(&ours);
	rs_lists_free(&theirs);
}

static void
test_rounding_is_to_the_nearest_and_then_to_even(void)
{
	ok(rs_agree_round(0.015625) == 0.01562, "a half, to even");
	ok(rs_agree_round(0.046875) == 0.04688, "a half, to even");
	ok(rs_agree_round(0.000005) == 0.00001, "just above a half");
	ok(rs_agree_round(0.000015) == 0.00002, "and another");
	ok(rs_agree_round(1) == 1 && rs_agree_round(0) == 0, "the ends");
	/* against what printf rounds, exactly, of many fractions */
	for (unsigned q = 1; q < 800; q++)
		for (unsigned p = 0; p <= q; p += 1 + q / 97) {
			const double x = (double)p / q;
			char text[32];

			snprintf(text, sizeof(text), "%.5f", x);
			ok(rs_agree_round(x) == strtod(text, NULL),
			    "%u/%u: %.17g, not %s", p, q, rs_agree_round(x),
			    text);
		}
}

int
main(void)
{
	test_the_published_vectors();
	test_rounding_is_to_the_nearest_and_then_to_even();
	return test_end();
}
