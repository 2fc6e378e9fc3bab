/*
 * metric: how good one user's ranking is, one record a metric.
 *
 *	if (rs_metrics_parse(&ms, "ndcg@10,recall@20", &err) != 0)
 *		complain(&err);
 *	rs_ranking_settle(&ranking, RS_TIES_EXPECTED);
 *	for (i = 0; i < ms.n; i++)
 *		sum[i] += rs_metric_value(&ms, i, &ranking);
 *
 * A ranking is what a metric needs to know of a list: for each group of
 * candidates with one score that holds relevant ones, how many candidates
 * stand above it, how many are in it and how many of those are relevant.
 * A group of one is a plain rank.  The value is the expectation over all
 * orders of the candidates within their groups, in closed form; settling a
 * ranking for another rule of ties first leaves nothing to chance.
 *
 * A name says its definition, always: p@k is hits / k, and so on; the whole
 * list is in metric.c.  A parsed list is read-only: any thread may use it.
 */
#ifndef RS_RANK_METRIC_H
#define RS_RANK_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "rank/shelf.h"

enum {
	RS_METRIC_K_MAX = 1000000,	/* longest cut */
	RS_METRIC_NAME_MAX = 64,	/* bytes of a name, with its NUL */
};

/* Candidates of equal score, some of them relevant. */
struct rs_tie {
	uint64_t above;		/* candidates that score higher */
	uint64_t size;		/* candidates with this score */
	uint64_t hits;		/* relevant ones among them, 1..size */
};

struct rs_ranking {
	struct rs_tie *tie;	/* best first; never overlapping */
	size_t ties;
	uint64_t relevant;	/* all relevant items, also those that stand
				 * nowhere in the list; at least 1 */
	uint64_t candidates;	/* all that were ranked */
};

/* Who comes first among equal scores. */
enum rs_ties {
	RS_TIES_EXPECTED,	/* every order is equally likely */
	RS_TIES_WORST,		/* the relevant ones last */
	RS_TIES_BEST,		/* the relevant ones first */
	RS_TIES_INDEX,		/* the lower index: whoever forms the ranking
				 * gives each relevant item a group of one */
};

extern const char *const rs_ties_names[];	/* in that order, NULL-ended */

/* What a metric is computed from. */
enum rs_metric_kind {
	RS_METRIC_LIST,		/* the first k of each user's ranking */
	RS_METRIC_FULL,		/* the whole ranking */
	RS_METRIC_CONTENT,	/* what each user's first k are, relevant or
				 * not */
	RS_METRIC_CATALOGUE,	/* the first k of all users together */
	RS_METRIC_SERVED,	/* who answers a user */
	RS_METRIC_AGREED,	/* the first k, judged by another's first k */
	RS_METRIC_SCORED,	/* a score and a truth for each pair */
	RS_METRIC_LEARNED,	/* the same of train, while it is learned */
};

struct rs_metrics;

struct rs_metric_def {
	const char *name;	/* "recall@k:min": @k is a cut to fill in */
	const char *summary;	/* its formula in a few words */
	enum rs_metric_kind kind;
	/* LIST, FULL: the value, or NaN where it is not defined. */
	double (*ranking)(const struct rs_metrics *ms, uint64_t k,
	    const struct rs_ranking *r);
	/* SCORED, LEARNED: the loss or gain of one pair; the value is
	 * finish (NULL: itself) of the mean over pairs. */
	double (*pair)(double score, double truth, double threshold);
	double (*finish)(double mean);
	/* CATALOGUE: the value. */
	double (*shelf)(const struct rs_shelf *s);
	bool of_labels;		/* SCORED: the truth is yes or no */
	bool more_is_better;
};

extern const struct rs_metric_def rs_metric_defs[];	/* name NULL ends */

struct rs_metric {
	const struct rs_metric_def *def;
	uint64_t k;		/* its cut; 0 where it has none */
	uint64_t first;		/* N of :firstN; 0: none */
	bool whole;		/* of all users together, no mean over them */
	char name[RS_METRIC_NAME_MAX];	/* as asked for, without :sN */
};

struct rs_metrics {
	struct rs_metric *metric;
	size_t n, room;
	uint64_t sampled;	/* N of :sN, 0 where no name has it */
	uint64_t k;		/* the longest cut */
	double *discount;	/* (k + 1) 1 / log2(rank + 1) */
	double *ideal;		/* (k + 1) its running sum */
	uint64_t items;		/* for rank/foreign.h: all items there are, */
	uint64_t unranked;	/* and candidates that could not be ranked */
};

/* A list "name,name...".  -1 with a sentence that names the unknown one and
 * lists the known.  Free it either way. */
int rs_metrics_parse(struct rs_metrics *ms, const char *list,
    struct rs_err *e);
void rs_metrics_free(struct rs_metrics *ms);

/* A metric that no list names, to be named by its caller, who tabulates the
 * ranks when all are there. */
void rs_metrics_add(struct rs_metrics *ms, const struct rs_metric_def *d,
    uint64_t k);
void rs_metrics_tabulate(struct rs_metrics *ms);

/* Whether any of them is of that kind. */
bool rs_metrics_have(const struct rs_metrics *ms, enum rs_metric_kind kind);

/* The longest cut of those of a kind; 0: none has any. */
uint64_t rs_metrics_longest(const struct rs_metrics *ms,
    enum rs_metric_kind kind);

/* How many ranks of a list they look at: all, or the longest cut. */
uint64_t rs_metrics_depth(const struct rs_metrics *ms);

/* Metric i of a settled ranking; for LIST and FULL only. */
double rs_metric_value(const struct rs_metrics *ms, size_t i,
    const struct rs_ranking *r);

/* Turn a ranking with ties into the one that the rule chooses. */
void rs_ranking_settle(struct rs_ranking *r, enum rs_ties rule);

#endif
