/* metric: every expectation equals the mean over all orders of the ties. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "rank/metric.h"
#include "test.h"

enum { PLACES = 12, GROUPS = 6 };

static const char *const all_at[] = {
	"p@%u,recall@%u,recall@%u:min,map@%u,map@%u:rel,map@%u:hits,ndcg@%u,"
	"hr@%u,mrr@%u,mrr,mrr:all,auc"
};

/* The definitions once more, over a list of 0 and 1, as plain as can be. */
static double
plain(const char *name, const int *rel, unsigned n, unsigned k, unsigned r)
{
	const unsigned cut = k < n ? k : n;
	double hits = 0, sum = 0, dcg = 0, ideal = 0, pairs = 0, right = 0;
	double every = 0, first = 0, first_k = 0;

	for (unsigned p = 0; p < n; p++) {
		if (rel[p] && p < cut) {
			hits++;
			sum += hits / (p + 1);
			dcg += 1 / log2(p + 2.0);
			if (first_k == 0)
				first_k = 1 / (p + 1.0);
		}
		if (rel[p] && first == 0)
			first = 1 / (p + 1.0);
		every += rel[p] / (p + 1.0);
		for (unsigned q = 0; q < n; q++)
			if (rel[p] && !rel[q])
				right += q > p;
	}
	for (unsigned p = 0; p < n; p++)
		pairs += !rel[p];
	for (unsigned p = 0; p < k && p < r; p++)
		ideal += 1 / log2(p + 2.0);
	if (strncmp(name, "p@", 2) == 0)
		return hits / k;
	if (strstr(name, "recall") && strstr(name, ":min"))
		return hits / (k < r ? k : r);
	if (strstr(name, "recall"))
		return hits / r;
	if (strstr(name, "map") && strstr(name, ":rel"))
		return sum / r;
	if (strstr(name, "map") && strstr(name, ":hits"))
		return hits > 0 ? sum / hits : 0;
	if (strstr(name, "map"))
		return sum / (k < r ? k : r);
	if (strstr(name, "ndcg"))
		return dcg / ideal;
	if (strstr(name, "hr"))
		return hits > 0;
	if (strcmp(name, "mrr") == 0)
		return first;
	if (strcmp(name, "mrr:all") == 0)
		return every / r;
	if (strstr(name, "mrr"))
		return first_k;
	return pairs > 0 ? right / (pairs * r) : NAN;	/* auc */
}

/* One shape: sizes and hits of the groups, all places of the list. */
struct shape {
	unsigned groups, size[GROUPS], hits[GROUPS], places, hit, lost;
};

static struct shape
draw_shape(uint64_t n)
{
	struct shape s = { .groups = 0 };
	uint64_t d = 0;

	s.groups = 1 + (unsigned)rs_below(GROUPS, rs_draw2(1, 1, n, d++));
	for (unsigned g = 0; g < s.groups; g++) {
		const unsigned left = PLACES - s.places - (s.groups - 1 - g);

		s.size[g] = 1 + (unsigned)rs_below(left < 7 ? left : 7,
		    rs_draw2(1, 1, n, d++));
		s.hits[g] = (unsigned)rs_below(s.size[g] + 1,
		    rs_draw2(1, 1, n, d++));
		s.places += s.size[g];
		s.hit += s.hits[g];
	}
	s.lost = (unsigned)rs_below(3, rs_draw2(1, 1, n, d++));
	return s;
}

static void
ranking_of(const struct shape *s, struct rs_tie *tie, struct rs_ranking *r)
{
	uint64_t above = 0;

	*r = (struct rs_ranking){ .tie = tie, .relevant = s->hit + s->lost,
	    .candidates = s->places };
	for (unsigned g = 0; g < s->groups; g++) {
		if (s->hits[g] > 0)
			tie[r->ties++] = (struct rs_tie){ above, s->size[g],
			    s->hits[g] };
		above += s->size[g];
	}
}

/* Mean over all subsets of places with the right number in each group. */
static double
mean_of_orders(const struct shape *s, const char *name, unsigned k)
{
	double sum = 0;
	unsigned n = 0;

	for (unsigned set = 0; set < 1u << s->places; set++) {
		int rel[PLACES];
		unsigned p = 0, g;

		for (g = 0; g < s->groups; g++) {
			unsigned in = 0;

			for (unsigned i = 0; i < s->size[g]; i++, p++)
				in += (unsigned)(rel[p] = set >> p & 1);
			if (in != s->hits[g])
				break;
		}
		if (g < s->groups)
			continue;
		sum += plain(name, rel, s->places, k, s->hit + s->lost);
		n++;
	}
	return sum / n;
}

static double
one_order(const struct shape *s, const char *name, unsigned k, bool best)
{
	int rel[PLACES] = { 0 };
	unsigned at = 0;

	for (unsigned g = 0; g < s->groups; g++) {
		const unsigned from = best ? 0 : s->size[g] - s->hits[g];

		for (unsigned i = 0; i < s->hits[g]; i++)
			rel[at + from + i] = 1;
		at += s->size[g];
	}
	return plain(name, rel, s->places, k, s->hit + s->lost);
}

static bool
near(double a, double b)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) < 1e-12;
}

static void
parse_all(struct rs_metrics *ms, unsigned k)
{
	char list[256], *p = list;
	struct rs_err e;

	for (const char *c = all_at[0]; *c != '\0'; c++) {
		if (c[0] == '%') {
			p += sprintf(p, "%u", k);
			c++;
		} else {
			*p++ = *c;
		}
	}
	*p = '\0';
	ok(rs_metrics_parse(ms, list, &e) == 0, "%s: %s", list, e.text);
}

static void
test_a_tie_counts_what_its_orders_average(void)
{
	struct rs_metrics ms;
	struct rs_tie tie[GROUPS];
	struct rs_ranking r;

	for (uint64_t n = 0; n < 150; n++) {
		const struct shape s = draw_shape(n);
		const unsigned k = 1 + (unsigned)(n % (PLACES + 2));

		if (s.hit + s.lost == 0)
			continue;
		parse_all(&ms, k);
		for (size_t i = 0; i < ms.n; i++) {
			const char *name = ms.metric[i].name;
			double want, got;

			ranking_of(&s, tie, &r);
			want = mean_of_orders(&s, name, k);
			got = rs_metric_value(&ms, i, &r);
			ok(near(got, want), "shape %" PRIu64 " %s: %.17g, "
			    "not %.17g", n, name, got, want);

			rs_ranking_settle(&r, RS_TIES_BEST);
			want = one_order(&s, name, k, true);
			got = rs_metric_value(&ms, i, &r);
			ok(near(got, want), "shape %" PRIu64 " best %s: "
			    "%.17g, not %.17g", n, name, got, want);

			ranking_of(&s, tie, &r);
			rs_ranking_settle(&r, RS_TIES_WORST);
			want = one_order(&s, name, k, false);
			got = rs_metric_value(&ms, i, &r);
			ok(near(got, want), "shape %" PRIu64 " worst %s: "
			    "%.17g, not %.17g", n, name, got, want);
		}
		rs_metrics_free(&ms);
	}
}

/* Large groups against the same sums taken place by place in long double. */
static void
test_a_group_of_thousands_is_exact(void)
{
	static const uint64_t shape[][3] = {
		{ 0, 40000, 1 }, { 0, 40000, 7 }, { 17, 5000, 3 },
		{ 100000, 3000, 2 }, { 5, 2000, 1000 }, { 0, 3000, 2999 },
	};
	struct rs_metrics ms;
	struct rs_err e;

	rs_metrics_parse(&ms, "mrr,mrr:all,map@1500:hits,hr@1500", &e);
	for (size_t c = 0; c < sizeof(shape) / sizeof(shape[0]); c++) {
		const uint64_t a = shape[c][0], m = shape[c][1],
		    h = shape[c][2];
		struct rs_tie tie = { a, m, h };
		struct rs_ranking r = { &tie, 1, h, a + m };
		long double p = (long double)h / (long double)m;
		long double first = 0, every = 0, v;

		for (uint64_t j = 1; j <= m; j++) {
			every += 1 / (long double)(a + j);
			if (j > m - h + 1)
				continue;
			first += p / (long double)(a + j);
			p *= (long double)(m - j - h + 1) /
			    (long double)(m - j);
		}
		every /= (long double)m;
		v = rs_metric_value(&ms, 0, &r);
		ok(fabsl(v - first) < 1e-12L * first, "case %zu mrr %.17g",
		    c, (double)v);
		v = rs_metric_value(&ms, 1, &r);
		ok(fabsl(v - every) < 1e-11L * every, "case %zu mrr:all "
		    "%.17g, not %.17g", c, (double)v, (double)every);
		v = rs_metric_value(&ms, 2, &r);
		ok(v >= 0 && v <= 1, "case %zu map:hits %.17g", c, (double)v);
		ok(a >= 1500 ? v == 0 : v > 0, "case %zu map:hits %.17g", c,
		    (double)v);
		v = rs_metric_value(&ms, 3, &r);
		ok(v >= 0 && v <= 1, "case %zu hr %.17g", c, (double)v);
	}
	rs_metrics_free(&ms);
}

/* Hits at the ranks of the article whose AP@6 divides by the hits.  Its
 * 0.47778 "for ranks 3 and 4" is that of ranks 3, 4 and 5. */
static void
test_published_average_precisions(void)
{
	static const struct {
		unsigned rank[4];
		double ap;
	} vector[] = {
		{ { 1, 2 }, 1.0 }, { { 3, 4, 5 }, 0.47778 },
		{ { 3, 4 }, 0.41667 }, { { 5, 6 }, 0.26667 }, { { 0 }, 0 },
	};
	struct rs_metrics ms;
	struct rs_err e;

	rs_metrics_parse(&ms, "map@6:hits", &e);
	for (size_t c = 0; c < sizeof(vector) / sizeof(vector[0]); c++) {
		struct rs_tie tie[4];
		struct rs_ranking r = { tie, 0, 5, 100 };
		double v;

		for (; vector[c].rank[r.ties] != 0; r.ties++)
			tie[r.ties] = (struct rs_tie){
			    vector[c].rank[r.ties] - 1, 1, 1 };
		v = rs_metric_value(&ms, 0, &r);
		ok(fabs(v - vector[c].ap) < 0.5e-5, "case %zu: %.17g", c, v);
	}
	rs_metrics_free(&ms);
}

static void
test_a_perfect_list_is_exactly_one(void)
{
	struct rs_metrics ms;
	struct rs_err e;

	rs_metrics_parse(&ms, "ndcg@20,map@20,p@5,recall@20,auc,mrr,hr@1", &e);
	for (uint64_t n = 5; n <= 20; n++) {
		struct rs_tie tie[2] = { { 0, 3, 3 }, { 3, n - 3, n - 3 } };
		struct rs_ranking r = { tie, 2, n, 100 };

		for (size_t i = 0; i < ms.n; i++)
			ok(rs_metric_value(&ms, i, &r) == 1, "%s of %" PRIu64,
			    ms.metric[i].name, n);
	}
	rs_metrics_free(&ms);
}

static void
test_names_are_strict(void)
{
	static const char *const bad[] = {
		"", "ndcg", "ndcg@", "ndcg@0", "ndcg@010", "ndcg@10x",
		"ndcg@10:s", "ndcg@10:s0", "ndcg@10,", ",ndcg@10", "p@1000001",
		"p@99999999999999999999", "map@10:foo", "auc@5", "NDCG@10",
		"ndcg@10,ndcg@10", "hr@10:s99,hr@5:s100", "rmse:s9", "p@-1",
		"coverage@3:s9", " p@1",
	};
	struct rs_metrics ms;
	struct rs_err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ok(rs_metrics_parse(&ms, bad[i], &e) == -1, "'%s'", bad[i]);
		rs_metrics_free(&ms);
	}
	ok(rs_metrics_parse(&ms, "map@10:hits:s99,auc:s99,p@1", &e) == 0,
	    "%s", e.text);
	ok(ms.n == 3 && ms.sampled == 99 && ms.k == 10 &&
	    strcmp(ms.metric[0].name, "map@10:hits") == 0, "parsed");
	rs_metrics_free(&ms);
}

int
main(void)
{
	test_a_tie_counts_what_its_orders_average();
	test_a_group_of_thousands_is_exact();
	test_published_average_precisions();
	test_a_perfect_list_is_exactly_one();
	test_names_are_strict();
	return test_end();
}
