/* scored: pairs keep what they were given, and only what is judged stays. */
#include <math.h>
#include <stdlib.h>

#include "base/pool.h"
#include "model/scored.h"
#include "test.h"

static struct rs_scored
three_pairs(void)
{
	struct rs_scored p = { .has_value = true, .has_label = true };

	rs_scored_add(&p, 4, 1, 0.5, 3, 1);
	rs_scored_add(&p, 4, 2, (double)NAN, 3, 1);
	rs_scored_add(&p, 2, 1, 2, 4, (double)NAN);
	rs_scored_add(&p, 2, 3, 0.25, (double)NAN, 0);
	return p;
}

static void
test_pairs_without_a_score_are_only_counted(void)
{
	struct rs_scored p = three_pairs();

	ok(p.n == 3 && p.empty == 1, "%zu pairs", p.n);
	rs_scored_free(&p);
}

static void
test_only_truths_that_a_metric_needs_are_missed(void)
{
	static const struct {
		const char *metrics;
		size_t kept;
	} ask[] = { { "rmse", 2 }, { "accuracy", 2 }, { "mae,logloss", 1 } };
	struct rs_err e;

	for (size_t i = 0; i < sizeof(ask) / sizeof(*ask); i++) {
		struct rs_scored p = three_pairs();
		struct rs_metrics ms = { 0 };

		ok(rs_metrics_parse(&ms, ask[i].metrics, &e) == 0, "metrics");
		ok(rs_scored_keep(&p, &ms, &e) == 0, "%s", ask[i].metrics);
		ok(p.n == ask[i].kept && p.stray == 3 - p.n, "%s: %zu",
		    ask[i].metrics, p.n);
		rs_metrics_free(&ms);
		rs_scored_free(&p);
	}
}

static void
test_a_truth_that_nobody_has_is_named(void)
{
	struct rs_scored p = three_pairs();
	struct rs_metrics ms = { 0 };
	struct rs_err e;

	p.has_label = false;
	rs_metrics_parse(&ms, "rmse,accuracy", &e);
	ok(rs_scored_keep(&p, &ms, &e) < 0, "no labels");
	ok(p.n == 3, "nothing left out");
	rs_metrics_free(&ms);
	rs_scored_free(&p);
}

static void
test_logloss_wants_probabilities(void)
{
	struct rs_scored p = three_pairs();
	struct rs_metrics ms = { 0 };
	struct rs_err e;

	rs_metrics_parse(&ms, "accuracy,logloss", &e);
	ok(rs_scored_improbable(&p, &ms) == 1, "2 is no probability");
	ok(rs_scored_keep(&p, &ms, &e) == 0 && p.n == 2, "but has no label");
	ok(rs_scored_improbable(&p, &ms) == p.n, "all are");
	rs_metrics_free(&ms);
	rs_scored_free(&p);
}

static void
test_truths_are_joined_by_pair(void)
{
	const struct rs_csr_opts opts = { .repeats = RS_REPEATS_LAST };
	struct rs_csr_builder *b = rs_csr_builder_new(&opts);
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_scored p = three_pairs();
	struct rs_csr m;
	struct rs_err e;

	rs_csr_builder_add(b, 2, 3, 7, &e);
	rs_csr_builder_add(b, 4, 1, 8, &e);
	rs_csr_builder_add(b, 4, 1, 9, &e);
	ok(rs_csr_builder_done(b, pool, &m, &e) == 0, "truths");
	rs_scored_join(&p, &m, p.value);
	ok(p.value[0] == 9 && p.value[1] != p.value[1] && p.value[2] == 7,
	    "%g %g %g", p.value[0], p.value[1], p.value[2]);
	rs_csr_free(&m);
	rs_scored_free(&p);
	rs_pool_free(pool);
}

static void
test_a_constant_has_one_score_for_values_and_one_for_labels(void)
{
	struct rs_scored p = three_pairs();
	struct rs_metrics ms = { 0 };
	struct rs_eval v;
	struct rs_err e;

	rs_metrics_parse(&ms, "mae,accuracy", &e);
	rs_scored_keep(&p, &ms, &e);
	rs_scored_constant(&p, &ms, 0.5, 5, 0.75, &v);
	ok(v.users == 1 && v.user[0] == 4, "one user is left");
	ok(v.value[0] == 2, "|3 - 5| is %g", v.value[0]);
	ok(v.value[1] == 1, "0.75 says yes: %g", v.value[1]);
	rs_eval_free(&v);
	rs_metrics_free(&ms);
	rs_scored_free(&p);
}

int
main(void)
{
	test_pairs_without_a_score_are_only_counted();
	test_only_truths_that_a_metric_needs_are_missed();
	test_a_truth_that_nobody_has_is_named();
	test_logloss_wants_probabilities();
	test_truths_are_joined_by_pair();
	test_a_constant_has_one_score_for_values_and_one_for_labels();
	return test_end();
}
