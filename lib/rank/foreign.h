/*
 * foreign: the figures of other tools, by their names and their formulas.
 *
 *	def = rs_foreign_metrics(RS_TOOL_TREC, 1000, &ms);
 *	... (evaluate as with any metrics)
 *	rs_foreign_total(RS_TOOL_TREC, &ms, users, relevant, value, whole);
 *	rs_metrics_free(&ms);
 *	free(def);
 *
 * implicit 0.7 (ranking_metrics_at_k), RecBole 1.2 (its default metrics and
 * MAP), trec_eval 9 (without -c) and MyMediaLite 3.11 (item_recommendation).
 * What they do beyond formulas, which users and items count and how equal
 * scores are ordered, is up to who ranks.
 */
#ifndef RS_RANK_FOREIGN_H
#define RS_RANK_FOREIGN_H

#include <stddef.h>
#include <stdint.h>

#include "rank/metric.h"

enum rs_tool {
	RS_TOOL_OWN,		/* none of them */
	RS_TOOL_IMPLICIT,
	RS_TOOL_RECBOLE,
	RS_TOOL_TREC,
	RS_TOOL_MYMEDIALITE,
};

extern const char *const rs_tool_names[];	/* in that order, NULL-ended */

/* A tool's metrics; k: the length of the list of those that are asked for
 * one, the longest list or ranking of the others.  yours, as ms is */
struct rs_metric_def *rs_foreign_metrics(enum rs_tool tool, uint64_t k,
    struct rs_metrics *ms);

/* To (metrics) whole what is a total and no mean over users, of a table (users,
 * metrics) of values; relevant: how many items each user's test has. */
void rs_foreign_total(enum rs_tool tool, const struct rs_metrics *ms,
    size_t users, const uint64_t *relevant, const double *value,
    double *whole);

#endif
