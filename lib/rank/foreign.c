/* foreign: the figures of other tools, by their names and their formulas. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "rank/foreign.h"

const char *const rs_tool_names[] = {
	"own", "implicit", "recbole", "trec", "mymedialite", NULL
};

/* What a figure is over all users. */
enum total {
	MEAN,
	SUM,
	POOLED,		/* hits of all / the most hits that all could have */
	ITEMS,		/* the number of items that can be ranked */
};

enum { ASKED = 0, DEEP = -1 };	/* cuts: that of the list, no cut */

struct figure {
	const char *name;	/* %k stands for the cut */
	const char *ours;	/* the metric that it is, or NULL and */
	double (*ranking)(const struct rs_metrics *ms, uint64_t k,
	    const struct rs_ranking *r);
	int k;
	enum total total;
};

static uint64_t
listed(const struct rs_ranking *r)
{
	uint64_t n = 0;

	for (size_t i = 0; i < r->ties; i++)
		n += r->tie[i].hits;
	return n;
}

/*
 * implicit's "limited" AUC.  Each miss in the list counts the hits above it;
 * the items beyond the list, which nobody ranked, count the hits in it and
 * half of the others.  Items of train are among the misses; a list that is
 * short of k is filled up with them.
 */
static double
limited_auc(const struct rs_metrics *ms, uint64_t k,
    const struct rs_ranking *r)
{
	const double all = (double)r->relevant;
	const double others = (double)ms->items - all;
	double sum = 0, hits = 0, misses;

	for (size_t i = 0; i < r->ties && r->tie[i].above < k; i++) {
		const double above = (double)r->tie[i].above;

		sum += (double)k - above - 1;	/* places below it */
		hits++;
	}
	sum -= hits * (hits - 1) / 2;		/* which others took */
	misses = (double)k - hits;
	sum += (hits + all) / 2 * (others - misses);
	return sum / (all * others);
}

/* trec_eval's precision at the rank that a perfect list ends at. */
static double
r_precision(const struct rs_metrics *ms, uint64_t k,
    const struct rs_ranking *r)
{
	uint64_t hits = 0;

	(void)ms;
	(void)k;
	for (size_t i = 0; i < r->ties && r->tie[i].above < r->relevant; i++)
		hits++;
	return (double)hits / (double)r->relevant;
}

/*
 * MyMediaLite's AUC: of the pairs of a relevant item that it ranked and any
 * other candidate, those in the right order; one that it could not rank stands
 * below all, and counts as wrong where it is relevant.  0.5 without pairs.
 */
static double
ranked_auc(const struct rs_metrics *ms, uint64_t k,
    const struct rs_ranking *r)
{
	const double hits = (double)listed(r);
	const double others = (double)r->candidates - hits;
	const double dropped = (double)ms->unranked;
	const double missed = (double)r->relevant - hits;
	double sum = hits * (dropped - missed), before = 0;

	(void)k;
	if (hits * (others + dropped) <= 0)
		return 0.5;
	for (size_t i = 0; i < r->ties; i++) {
		const struct rs_tie *g = &r->tie[i];
		const double equal = (double)(g->size - g->hits);
		const double above = (double)g->above - before;

		sum += (double)g->hits * (others - above - equal / 2);
		before += (double)g->hits;
	}
	return sum / (hits * (others + dropped));
}

static double
one(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	(void)k;
	(void)r;
	return 1;
}

static double
candidates(const struct rs_metrics *ms, uint64_t k,
    const struct rs_ranking *r)
{
	(void)ms;
	(void)k;
	return (double)r->candidates;
}

static double
relevants(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	(void)k;
	return (double)r->relevant;
}

static double
hits(const struct rs_metrics *ms, uint64_t k, const struct rs_ranking *r)
{
	(void)ms;
	(void)k;
	return (double)listed(r);
}

static const struct figure implicit[] = {
	{ "precision", "recall@k:min", NULL, ASKED, POOLED },
	{ "map", "map@k", NULL, ASKED, MEAN },
	{ "ndcg", "ndcg@k", NULL, ASKED, MEAN },
	{ "auc", NULL, limited_auc, ASKED, MEAN },
	{ NULL, NULL, NULL, 0, MEAN }
};

static const struct figure recbole[] = {
	{ "recall@%k", "recall@k", NULL, ASKED, MEAN },
	{ "mrr@%k", "mrr@k", NULL, ASKED, MEAN },
	{ "ndcg@%k", "ndcg@k", NULL, ASKED, MEAN },
	{ "hit@%k", "hr@k", NULL, ASKED, MEAN },
	{ "precision@%k", "p@k", NULL, ASKED, MEAN },
	{ "map@%k", "map@k", NULL, ASKED, MEAN },
	{ NULL, NULL, NULL, 0, MEAN }
};

#define CUTS(name, ours) \
	{ name, ours, NULL, 5, MEAN }, { name, ours, NULL, 10, MEAN }, \
	{ name, ours, NULL, 15, MEAN }, { name, ours, NULL, 20, MEAN }, \
	{ name, ours, NULL, 30, MEAN }, { name, ours, NULL, 100, MEAN }, \
	{ name, ours, NULL, 200, MEAN }, { name, ours, NULL, 500, MEAN }, \
	{ name, ours, NULL, 1000, MEAN }

static const struct figure trec[] = {
	{ "num_q", NULL, one, DEEP, SUM },
	{ "num_ret", NULL, candidates, DEEP, SUM },
	{ "num_rel", NULL, relevants, DEEP, SUM },
	{ "num_rel_ret", NULL, hits, DEEP, SUM },
	{ "map", "map@k:rel", NULL, DEEP, MEAN },
	{ "Rprec", NULL, r_precision, DEEP, MEAN },
	{ "recip_rank", "mrr", NULL, DEEP, MEAN },
	{ "ndcg", "ndcg@k", NULL, DEEP, MEAN },
	CUTS("P_%k", "p@k"),
	CUTS("recall_%k", "recall@k"),
	CUTS("map_cut_%k", "map@k:rel"),
	CUTS("ndcg_cut_%k", "ndcg@k"),
	{ "success_%k", "hr@k", NULL, 1, MEAN },
	{ "success_%k", "hr@k", NULL, 5, MEAN },
	{ "success_%k", "hr@k", NULL, 10, MEAN },
	{ NULL, NULL, NULL, 0, MEAN }
};

static const struct figure mymedialite[] = {
	{ "AUC", NULL, ranked_auc, DEEP, MEAN },
	{ "prec@%k", "p@k", NULL, 5, MEAN },
	{ "prec@%k", "p@k", NULL, 10, MEAN },
	{ "MAP", "map@k:rel", NULL, DEEP, MEAN },
	{ "recall@%k", "recall@k", NULL, 5, MEAN },
	{ "recall@%k", "recall@k", NULL, 10, MEAN },
	{ "NDCG", "ndcg@k", NULL, DEEP, MEAN },
	{ "MRR", "mrr", NULL, DEEP, MEAN },
	{ "num_users", NULL, one, DEEP, SUM },
	{ "num_items", NULL, one, DEEP, ITEMS },
	{ "num_lists", NULL, one, DEEP, SUM },
	{ NULL, NULL, NULL, 0, MEAN }
};

static const struct figure *const figures[] = {
	NULL, implicit, recbole, trec, mymedialite
};

/* RecBole prints 4 decimals, and hands on what it prints. */
static double
four_decimals(double mean)
{
	char text[64];
	double x = mean;

	if (isfinite(mean))
		rs_parse_real(text, (size_t)snprintf(text, sizeof(text),
		    "%.4f", mean), &x);
	return x;
}

static const struct rs_metric_def *
find(const char *name)
{
	const struct rs_metric_def *d = rs_metric_defs;

	while (d->name != NULL && strcmp(d->name, name) != 0)
		d++;
	assert(d->name != NULL);
	return d;
}

static void
name_metric(const char *pattern, struct rs_metric *m)
{
	const char *cut = strstr(pattern, "%k");

	if (cut == NULL)
		snprintf(m->name, sizeof(m->name), "%s", pattern);
	else
		snprintf(m->name, sizeof(m->name), "%.*s%" PRIu64,
		    (int)(cut - pattern), pattern, m->k);
}

struct rs_metric_def *
rs_foreign_metrics(enum rs_tool tool, uint64_t k, struct rs_metrics *ms)
{
	const struct figure *f = figures[tool];
	struct rs_metric_def *def;
	size_t n = 0;

	while (f[n].name != NULL)
		n++;
	def = rs_zalloc(rs_size(n, sizeof(*def)));
	memset(ms, 0, sizeof(*ms));
	for (size_t i = 0; i < n; i++) {
		def[i].kind = RS_METRIC_LIST;
		if (f[i].ours != NULL)
			def[i] = *find(f[i].ours);
		else
			def[i].ranking = f[i].ranking;
		def[i].name = f[i].name;
		def[i].more_is_better = true;
		if (tool == RS_TOOL_RECBOLE)
			def[i].finish = four_decimals;
		rs_metrics_add(ms, &def[i], def[i].kind == RS_METRIC_FULL ?
		    0 : f[i].k > 0 ? (uint64_t)f[i].k : k);
		ms->metric[i].whole = f[i].total != MEAN;
		name_metric(f[i].name, &ms->metric[i]);
	}
	rs_metrics_tabulate(ms);
	return def;
}

void
rs_foreign_total(enum rs_tool tool, const struct rs_metrics *ms,
    size_t users, const uint64_t *relevant, const double *value,
    double *whole)
{
	const struct figure *f = figures[tool];

	for (size_t m = 0; m < ms->n; m++) {
		double sum = 0, most = 0;

		if (f[m].total == MEAN)
			continue;
		for (size_t u = 0; u < users; u++) {
			const uint64_t k = ms->metric[m].k;
			const double can = (double)(relevant[u] < k ?
			    relevant[u] : k);

			most += can;
			sum += f[m].total == POOLED ?
			    floor(value[u * ms->n + m] * can + 0.5) :
			    value[u * ms->n + m];
		}
		whole[m] = f[m].total == POOLED ? sum / most :
		    f[m].total == ITEMS ? (double)ms->items : sum;
	}
}
