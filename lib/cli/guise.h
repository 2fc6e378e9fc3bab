/*
 * guise: a contest that is judged as another tool would judge it.
 *
 *	contest.tool = RS_TOOL_TREC;
 *	rs_contest_open(&contest);
 *	def = rs_guise_don(&contest, &ms);	(ms are its metrics then)
 *	rs_referee_judge(&contest, &verdict);
 *	free(def);
 *
 * rank/foreign.h has the formulas; here are the rules about whom and what
 * they count, and how equal scores are ordered:
 *
 *	implicit	of equal scores at the end of the list the lower
 *			indices stay in; in the list the higher come first;
 *			who has too few other items gets seen ones; the AUC
 *			counts the items of train as others
 *	RecBole		torch.topk leaves the order of equal scores open
 *	trec_eval	a run's scores are floats, equal ones are ordered by
 *			falling item id; users without a list do not count
 *	MyMediaLite	candidates are the items of train and test; a user
 *			whose candidates are all relevant does not count;
 *			candidates are shuffled, so equal scores have any order
 *
 * What is open is the exact mean over all orders, and that is told.
 */
#ifndef RS_CLI_GUISE_H
#define RS_CLI_GUISE_H

#include "cli/contest.h"

/* Form the tool's metrics, and leave out of an open contest what the tool
 * leaves out.  yours */
struct rs_metric_def *rs_guise_don(struct rs_contest *c,
    struct rs_metrics *ms);

/* Judge a model or lists. */
void rs_guise_judge(const struct rs_contest *c, struct rs_contender *x,
    struct rs_eval *v);

#endif
