/*
 * metric: how good one user's ranking is, one record a metric.
 *
 * Letters, as in the comments below: a group of m candidates with one score
 * stands behind a others, h of the m are relevant, t of its m places lie
 * within the cut k.  Every order within the group is equally likely, so a
 * place of it is relevant with chance h/m, and two places both are with
 * chance h/m (h-1)/(m-1).  Which of the places are relevant in one group
 * says nothing about another's.  That is all the closed forms need; McSherry
 * and Najork (2008), Computing information retrieval performance measures
 * efficiently in the presence of tied scores, give them for most metrics.
 */
#include <assert.h>
#include <math.h>

#include "base/real.h"
#include "rank/metric.h"

const char *const rs_ties_names[] = {
	"expected", "worst", "best", "index", NULL
};

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* t: how many of a group's places lie within the cut. */
static uint64_t
within(const struct rs_tie *g, uint64_t k)
{
	return g->above < k ? least(g->size, k - g->above) : 0;
}

/* Expected hits among the first k: the sum of t h/m. */
static double
hits_at(const struct rs_ranking *r, uint64_t k)
{
	double hits = 0;
	uint64_t t;

	for (size_t i = 0; i < r->ties; i++) {
		t = within(&r->tie[i], k);
		if (t == 0)
			break;
		if (t == r->tie[i].size)
			hits += (double)r->tie[i].hits;
		else
			hits += (double)t * (double)r->tie[i].hits /
			    (double)r->tie[i].size;
	}
	return hits;
}

static double
precision(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	return hits_at(r, k) / (double)k;
}

static double
recall(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	return hits_at(r, k) / (double)r->relevant;
}

static double
recall_min(const struct rs_metrics *ms, uint64_t k,
    const struct rs_ranking *r)
{
	(void)ms;
	return hits_at(r, k) / (double)least(k, r->relevant);
}

/* The chance that t places of a group hold no relevant candidate:
 * C(m-h, t) / C(m, t), which is symmetric in t and h. */
static double
none_within(const struct rs_tie *g, uint64_t t)
{
	const uint64_t few = least(t, g->hits);
	const uint64_t many = t + g->hits - few;
	double p = 1;

	for (uint64_t i = 0; i < few; i++) {
		if (many + i >= g->size)
			return 0;
		p *= (double)(g->size - many - i) / (double)(g->size - i);
	}
	return p;
}

/* A group that lies wholly within the cut is a sure hit, and only the last
 * group can lie across it. */
static double
hit_rate(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	uint64_t t;

	(void)ms;
	if (r->ties == 0 || (t = within(&r->tie[0], k)) == 0)
		return 0;
	return 1 - none_within(&r->tie[0], t);
}

/* Sum over the first t places of a group of rel(p) hits(p) / p, where before
 * relevant candidates stand above it.  Given that place i (from 0) is
 * relevant, each of the i places before it in the group is with chance
 * (h-1)/(m-1). */
static double
precisions(uint64_t above, uint64_t m, uint64_t h, uint64_t t, double before)
{
	const double share = (double)h / (double)m;
	const double other = m > 1 ? (double)(h - 1) / (double)(m - 1) : 0;
	double sum = 0;

	for (uint64_t i = 0; i < t; i++)
		sum += (before + 1 + (double)i * other) /
		    (double)(above + i + 1);
	return sum * share;
}

static double
precision_sum(const struct rs_ranking *r, uint64_t k)
{
	double sum = 0, before = 0;

	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];
		const uint64_t t = within(g, k);

		if (t == 0)
			break;
		sum += precisions(g->above, g->size, g->hits, t, before);
		before += (double)g->hits;
	}
	return sum;
}

static double
map_min(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	return precision_sum(r, k) / (double)least(k, r->relevant);
}

static double
map_rel(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	return precision_sum(r, k) / (double)r->relevant;
}

/*
 * The group across the cut where the sum is divided by the hits: given that
 * x of its t places within the cut are relevant, those x are in any order
 * again, so the sum is precisions() of a group of t with x.  x is
 * hypergeometric; its chances are taken relative to that of the likeliest x
 * by the ratio
 *
 *	P(x+1) / P(x) = (h-x) (t-x) / ((x+1) (m-h-t+x+1))
 *
 * upwards and downwards, and divided by their sum, so none underflows that
 * matters.
 */
static double
cut_group_by_hits(const struct rs_tie *g, uint64_t t, double sum,
    double before)
{
	const double m = (double)g->size, h = (double)g->hits;
	const uint64_t high = least(g->hits, t);
	const uint64_t low = g->hits + t > g->size ? g->hits + t - g->size : 0;
	uint64_t mode = (uint64_t)floor(((double)t + 1) * (h + 1) / (m + 2));
	double w = 1, all = 0, value = 0;

	mode = mode < low ? low : least(mode, high);
	for (uint64_t x = mode; ; x++) {
		const double hits = before + (double)x;

		all += w;
		if (hits > 0)
			value += w * (sum + precisions(g->above, t, x, x > 0 ?
			    t : 0, before)) / hits;
		if (x == high || w < 1e-20)
			break;
		w *= (h - (double)x) * (double)(t - x) / (((double)x + 1) *
		    (m - h - (double)t + (double)x + 1));
	}
	w = 1;
	for (uint64_t x = mode; x > low && w >= 1e-20; ) {
		double hits;

		w *= (double)x * (m - h - (double)t + (double)x) /
		    ((h - (double)x + 1) * ((double)t - (double)x + 1));
		x--;
		hits = before + (double)x;
		all += w;
		if (hits > 0)
			value += w * (sum + precisions(g->above, t, x, x > 0 ?
			    t : 0, before)) / hits;
	}
	return value / all;
}

static double
map_hits(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	double sum = 0, before = 0;

	(void)ms;
	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];
		const uint64_t t = within(g, k);

		if (t == 0)
			break;
		if (t < g->size)
			return cut_group_by_hits(g, t, sum, before);
		sum += precisions(g->above, g->size, g->hits, t, before);
		before += (double)g->hits;
	}
	return before > 0 ? sum / before : 0;
}

static double
ndcg(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	double sum = 0;

	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];
		const uint64_t t = within(g, k);
		double part = 0;

		if (t == 0)
			break;
		if (g->hits == g->size) {
			/* nothing is left to chance: add as ideal does, so a
			 * perfect list is exactly 1 */
			for (uint64_t p = 1; p <= t; p++)
				sum += ms->discount[g->above + p];
			continue;
		}
		for (uint64_t p = 1; p <= t; p++)
			part += ms->discount[g->above + p];
		sum += part * (double)g->hits / (double)g->size;
	}
	return sum / ms->ideal[least(k, r->relevant)];
}

/* The n-th harmonic number: summed, or by its asymptotic series, whose first
 * term left out is below 2^-70 from n = 256 on. */
static double
harmonic(uint64_t n)
{
	const double x = (double)n, y = x * x;
	double sum = 0;

	if (n < 256) {
		for (uint64_t i = n; i > 0; i--)
			sum += 1 / (double)i;
		return sum;
	}
	return rs_log(x) + 0x1.2788cfc6fb619p-1 /* Euler's constant */ +
	    1 / (2 * x) - 1 / (12 * y) + 1 / (120 * y * y) -
	    1 / (252 * y * y * y);
}

/* The sum of 1/p for p in a+1 .. a+m. */
static double
reciprocals(uint64_t a, uint64_t m)
{
	double sum = 0;

	/* The difference of two harmonic numbers loses digits where m is a
	 * small part of a; short runs are summed. */
	if (m > 1024)
		return harmonic(a + m) - harmonic(a);
	for (uint64_t i = m; i > 0; i--)
		sum += 1 / (double)(a + i);
	return sum;
}

/*
 * 1 / rank of the first relevant candidate, 0 beyond the cut (k = 0: none).
 * It is in the first group, at its place j with chance C(m-j, h-1) / C(m, h):
 * h/m for j = 1, then times (m-h-j+1) / (m-j) from j to j+1.  Where nobody
 * stands above and all places count, the sum is h (H(m) - H(h-1)) / (m-h+1),
 * by sum over j of C(m-j, h-1) / j = C(m, h-1) (H(m) - H(h-1)).
 */
static double
first_hit(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	const struct rs_tie *g = r->tie;
	uint64_t last;
	double p, sum = 0;

	(void)ms;
	if (r->ties == 0)
		return 0;
	last = g->size - g->hits + 1;
	if (k > 0)
		last = least(last, within(g, k));
	if (last == 0)
		return 0;
	if (g->hits == g->size)
		return 1 / (double)(g->above + 1);
	if (g->hits == 1)
		return reciprocals(g->above, last) / (double)g->size;
	if (g->above == 0 && last == g->size - g->hits + 1)
		return (double)g->hits * reciprocals(g->hits - 1, last) /
		    (double)last;
	p = (double)g->hits / (double)g->size;
	for (uint64_t j = 1; ; j++) {
		sum += p / (double)(g->above + j);
		if (j == last)
			return sum;
		p *= (double)(g->size - g->hits - j + 1) /
		    (double)(g->size - j);
	}
}

/* The mean of 1 / rank over all relevant items; one that stands nowhere in
 * the list adds 0. */
static double
every_hit(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	double sum = 0;

	(void)ms;
	(void)k;
	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];

		sum += reciprocals(g->above, g->size) * (double)g->hits /
		    (double)g->size;
	}
	return sum / (double)r->relevant;
}

/* The share of (relevant, other) pairs in the right order, an equal pair
 * counting half; a relevant item that stands nowhere loses all its pairs.
 * Not defined where every candidate is relevant. */
static double
auc(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	uint64_t listed = 0, before = 0, others;
	double sum = 0;

	(void)ms;
	(void)k;
	for (size_t i = 0; i < r->ties; i++)
		listed += r->tie[i].hits;
	assert(listed <= r->candidates);
	others = r->candidates - listed;
	if (others == 0)
		return (double)NAN;
	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];
		const uint64_t equal = g->size - g->hits;
		const uint64_t below = others - (g->above - before) - equal;

		sum += (double)g->hits * ((double)below + (double)equal / 2);
		before += g->hits;
	}
	return sum / ((double)r->relevant * (double)others);
}

static double
squared(double score, double truth, double threshold)
{
	(void)threshold;
	return (score - truth) * (score - truth);
}

static double
absolute(double score, double truth, double threshold)
{
	(void)threshold;
	return fabs(score - truth);
}

/* The truth is 1 or 0.  A probability is kept off 0 and 1 by 1e-15, the
 * custom of this metric, lest one pair make the mean infinite. */
static double
log_loss(double score, double truth, double threshold)
{
	const double p = score < 1e-15 ? 1e-15 :
	    score > 1 - 1e-15 ? 1 - 1e-15 : score;

	(void)threshold;
	return truth > 0 ? -rs_log(p) : -rs_log(1 - p);
}

static double
agrees(double score, double truth, double threshold)
{
	return (score >= threshold) == (truth > 0);
}

static double
root(double mean)
{
	return sqrt(mean);
}

/* Each kind's records have the same fields. */
#define OF_LIST(n, s, f) { .name = n, .summary = s, .kind = RS_METRIC_LIST, \
	.ranking = f, .more_is_better = true }
#define OF_ALL(n, s, f) { .name = n, .summary = s, .kind = RS_METRIC_FULL, \
	.ranking = f, .more_is_better = true }
#define OF_SHELF(n, s, f, more) { .name = n, .summary = s, \
	.kind = RS_METRIC_CATALOGUE, .shelf = f, .more_is_better = more }
#define OF_PAIRS(n, s, of, f, end, labels, more) { .name = n, .summary = s, \
	.kind = of, .pair = f, .finish = end, .of_labels = labels, \
	.more_is_better = more }

const struct rs_metric_def rs_metric_defs[] = {
	OF_LIST("p@k", "hits / k", precision),
	OF_LIST("recall@k", "hits / relevant", recall),
	OF_LIST("recall@k:min", "hits / min(k, relevant)", recall_min),
	OF_LIST("map@k", "sum of precision at each hit / min(k, relevant)",
	    map_min),
	OF_LIST("map@k:rel", "sum of precision at each hit / relevant",
	    map_rel),
	OF_LIST("map@k:hits", "sum of precision at each hit / hits",
	    map_hits),
	OF_LIST("ndcg@k", "sum of 1 / log2(rank + 1) over hits / its best "
	    "value", ndcg),
	OF_LIST("hr@k", "1 where there is a hit", hit_rate),
	OF_LIST("mrr@k", "1 / rank of the first hit within k", first_hit),
	OF_ALL("mrr", "1 / rank of the first hit", first_hit),
	OF_ALL("mrr:all", "mean of 1 / rank over all relevant", every_hit),
	OF_ALL("auc", "share of pairs in the right order", auc),
	OF_SHELF("coverage@k", "share of all items that stand in any list",
	    rs_shelf_coverage, true),
	OF_SHELF("overlap@k", "items that two users' lists share / k, mean "
	    "over pairs of users", rs_shelf_overlap, false),
	OF_SHELF("gini@k", "Gini's coefficient of how often items are in "
	    "lists", rs_shelf_gini, false),
	{ .name = "novelty@k", .summary = "mean of -log2(share of train's "
	    "users who have the item) over a list",
	    .kind = RS_METRIC_CONTENT, .more_is_better = true },
	{ .name = "fallback", .summary = "1 for a user of whom the model "
	    "knows nothing", .kind = RS_METRIC_SERVED },
	{ .name = "agree-map@k", .summary = "map@k:hits of one list by "
	    "another's first k", .kind = RS_METRIC_AGREED,
	    .more_is_better = true },
	{ .name = "agree-map@k:firstN", .summary = "the same over the users "
	    "of test's first N rows", .kind = RS_METRIC_AGREED,
	    .more_is_better = true },
	OF_PAIRS("rmse", "root of the mean squared error", RS_METRIC_SCORED,
	    squared, root, false, false),
	OF_PAIRS("mae", "mean absolute error", RS_METRIC_SCORED,
	    absolute, NULL, false, false),
	OF_PAIRS("mse", "mean squared error", RS_METRIC_SCORED,
	    squared, NULL, false, false),
	OF_PAIRS("logloss", "mean of -log of the probability of the truth",
	    RS_METRIC_SCORED, log_loss, NULL, true, false),
	OF_PAIRS("accuracy", "share of pairs on the right side of the "
	    "threshold", RS_METRIC_SCORED, agrees, NULL, true, true),
	OF_PAIRS("rmse:train", "the same of train, for rs-fit",
	    RS_METRIC_LEARNED, squared, root, false, false),
	OF_PAIRS("mae:train", "the same of train, for rs-fit",
	    RS_METRIC_LEARNED, absolute, NULL, false, false),
	OF_PAIRS("mse:train", "the same of train, for rs-fit",
	    RS_METRIC_LEARNED, squared, NULL, false, false),
	{ .name = NULL }
};

double
rs_metric_value(const struct rs_metrics *ms, size_t i,
    const struct rs_ranking *r)
{
	assert(ms->metric[i].def->ranking != NULL && r->relevant > 0);
	return ms->metric[i].def->ranking(ms, ms->metric[i].k, r);
}

void
rs_ranking_settle(struct rs_ranking *r, enum rs_ties rule)
{
	if (rule != RS_TIES_WORST && rule != RS_TIES_BEST)
		return;
	for (size_t i = 0; i < r->ties; i++) {
		struct rs_tie *g = &r->tie[i];

		if (rule == RS_TIES_WORST)
			g->above += g->size - g->hits;
		g->size = g->hits;
	}
}
