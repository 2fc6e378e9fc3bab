/* Weights: each formula beside itself in long hand. */
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "data/weight.h"
#include "test.h"

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-13 * (fabs(a) + fabs(b));
}

static void
test_events_are_parsed_strictly(void)
{
	static const char *const bad[] = {
		"", "View", "View=", "=1", "View=1,", ",View=1", "View=x",
		"View=1,View=2", "View=nan", "View=1 ",
	};
	struct rs_events v = { 0 };
	struct rs_err e;

	ok(rs_events_parse(&v, "View=1,Add to cart=2.5,a=b=-3", &e) == 0,
	    "%s", e.text);
	ok(v.n == 3, "three events");
	ok(*rs_events_find(&v, "Add to cart", 11) == 2.5, "with a blank");
	ok(*rs_events_find(&v, "a=b", 3) == -3, "with an equals sign");
	ok(rs_events_find(&v, "view", 4) == NULL, "case matters");
	ok(rs_events_find(&v, "View", 3) == NULL, "length matters");
	rs_events_free(&v);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(rs_events_parse(&v, bad[i], &e) == -1, "'%s'", bad[i]);
		rs_events_free(&v);
	}
}

static void
test_decay_halves_exactly(void)
{
	ok(rs_weight_decay(0, 10) == 1, "no age");
	ok(rs_weight_decay(-5, 10) == 1, "the future");
	ok(rs_weight_decay(INT64_MIN, 1) == 1, "the far future");
	for (int i = 1; i <= 1022; i++)
		ok(rs_weight_decay(7 * i, 7) == ldexp(1, -i), "%d halves", i);
	ok(rs_weight_decay(INT64_MAX, 1) == 0, "the far past");
	for (int64_t age = 1; age < 100000; age = age * 5 / 4 + 1)
		ok(near(rs_weight_decay(age, 1234),
		    exp2(-(double)age / 1234)), "age %d", (int)age);
}

static void
test_scales_are_their_formulas(void)
{
	struct rs_scaling s = { .alpha = 40, .eps = 0.25 };

	for (double r = 0; r < 1e6; r = 3 * r + 0.7) {
		s.scale = RS_SCALE_NONE;
		ok(rs_weight_scaled(&s, NULL, 0, 0, r) == r, "none");
		s.scale = RS_SCALE_ALPHA;
		ok(rs_weight_scaled(&s, NULL, 0, 0, r) == 40 * r, "alpha");
		s.scale = RS_SCALE_LINEAR;
		ok(rs_weight_scaled(&s, NULL, 0, 0, r) == 1 + 40 * r,
		    "linear");
		s.scale = RS_SCALE_LOG;
		ok(near(rs_weight_scaled(&s, NULL, 0, 0, r),
		    1 + 40 * log(1 + r / 0.25)), "log of %g", r);
		ok(rs_weight_refused(&s, r) == NULL, "%g is fine", r);
	}
	ok(rs_weight_refused(&s, -1) != NULL, "a negative logarithm");
	ok(rs_weight_refused(&s, NAN) != NULL, "no number");
	ok(rs_weight_refused(&s, INFINITY) != NULL, "too much");
	s.scale = RS_SCALE_ALPHA;
	ok(rs_weight_refused(&s, -1) == NULL, "dislike is said so");
}

enum { U = 5, I = 7 };

static void
test_bm25_and_tfidf_are_implicits(void)
{
	static const double r[U][I] = {
		{ 1, 0, 0, 4, 0, 0, 0 },
		{ 0, 2, 0, 0, 0, 0, 0 },
		{ 3, 1, 1, 0, 0.5, 0, 0 },
		{ 0 },
		{ 9, 1, 1, 1, 1, 1, 0 },
	};
	struct rs_scaling bm25 = { .scale = RS_SCALE_BM25, .k1 = 100, .b = 0.8 };
	struct rs_scaling tfidf = { .scale = RS_SCALE_TFIDF };
	double length[I] = { 0 }, df[U] = { 0 }, all = 0;
	struct rs_totals t = { 0 };
	struct rs_err e;

	for (uint32_t u = 0; u < U; u++) {
		for (uint32_t i = 0; i < I; i++) {
			if (!(r[u][i] > 0))
				continue;
			ok(rs_totals_add(&t, u, i, r[u][i], &e) == 0, "added");
			df[u]++;
			length[i] += r[u][i];
			all += r[u][i];
		}
	}
	rs_totals_done(&t, I);	/* nobody has the last one */
	for (uint32_t u = 0; u < U; u++) {
		for (uint32_t i = 0; i < I; i++) {
			const double idf = log(I) - log1p(df[u]);
			const double norm = 0.2 + 0.8 * length[i] / (all / I);

			if (!(r[u][i] > 0))
				continue;
			ok(fabs(rs_weight_scaled(&bm25, &t, u, i, r[u][i]) -
			    (idf > 0 ? idf : 0) * r[u][i] * 101 /
			    (100 * norm + r[u][i])) < 1e-13,
			    "bm25 of %u %u", u, i);
			ok(fabs(rs_weight_scaled(&tfidf, &t, u, i, r[u][i]) -
			    (idf > 0 ? idf : 0) * sqrt(r[u][i])) < 1e-13,
			    "tfidf of %u %u", u, i);
		}
	}
	ok(rs_weight_scaled(&tfidf, &t, 4, 0, 9) >= 0, "never below 0");
	rs_totals_free(&t);
	ok(rs_totals_add(&t, UINT32_MAX, 0, 1, &e) == -1, "absurd user");
	ok(rs_totals_add(&t, 0, UINT32_MAX, 1, &e) == -1, "absurd item");
	rs_totals_free(&t);
}

int
main(void)
{
	test_events_are_parsed_strictly();
	test_decay_halves_exactly();
	test_scales_are_their_formulas();
	test_bm25_and_tfidf_are_implicits();
	return test_end();
}
