/*
 * grading: one or two who score pairs, against what is true of them.
 *
 *	struct rs_grading g = { .one = "scores.tsv", .test = "test.rsi",
 *	    .pool = pool };
 *	rs_grading_open(&g);
 *	rs_metrics_parse(&ms, rs_scored_metrics(&g.pairs[0]), &err);
 *	rs_grading_judge(&g, &ms, &verdict);
 *	rs_grading_end(&g);
 *
 * What is asked is set before it is opened.  Everything that can fail ends
 * the process with a message; what was left out is told.  Two are judged on
 * the pairs that both score.
 */
#ifndef RS_CLI_GRADING_H
#define RS_CLI_GRADING_H

#include "base/pool.h"
#include "cli/holdout.h"
#include "cli/roster.h"
#include "model/scored.h"
#include "model/verdict.h"

struct rs_grading {
	/* What is asked; all but one may be NULL. */
	const char *one, *other, *dir, *test, *train;
	enum rs_overlap overlap;
	double threshold;
	struct rs_pool *pool;

	/* What there is. */
	struct rs_roster roster;
	struct rs_scored pairs[2];
	struct rs_csr seen;			/* of train */
	double value, label;		/* their means in train, or NaN */
	struct rs_holdout holdout;
};

void rs_grading_open(struct rs_grading *g);

/* Judge who is there, and with train the mean for everybody. */
void rs_grading_judge(struct rs_grading *g, const struct rs_metrics *ms,
    struct rs_verdict *v);

void rs_grading_end(struct rs_grading *g);

#endif
