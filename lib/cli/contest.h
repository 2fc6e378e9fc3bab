/*
 * contest: one or two who rank items, a model or lists each, on the same
 * held-out pairs.
 *
 *	struct rs_contest c = { .one = "als.model", .other = "bpr.model",
 *	    .test_path = "test.rsi", .metrics = &ms, .pool = pool };
 *	rs_contest_open(&c);
 *	rs_referee_judge(&c, &verdict);	(cli/referee.h)
 *	rs_contest_end(&c);
 *
 * What is asked is set before it is opened.  Everything that can fail ends
 * the process with a message; what is odd about the pairs is told.  Two
 * models must have the same dictionaries.  Each is kept from recommending
 * what it saw itself: --train's pairs if they are given, else those that it
 * keeps.
 */
#ifndef RS_CLI_CONTEST_H
#define RS_CLI_CONTEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "cli/holdout.h"
#include "cli/roster.h"
#include "data/csr.h"
#include "data/lists.h"
#include "model/agree.h"
#include "model/eval.h"
#include "rank/foreign.h"

struct rs_contender {
	const char *path;		/* NULL: there is nobody */
	struct rs_model *model;		/* or NULL: has lists */
	struct rs_lists lists;
	struct rs_csr own;		/* what the model keeps of train */
	const struct rs_csr *seen;	/* not to be recommended, or NULL */
	enum rs_ties ties;
};

struct rs_contest {
	/* What is asked. */
	const char *one, *other;	/* files; other may be NULL */
	bool lists;			/* one is no model */
	const char *dir, *test_path, *train_path, *candidates, *agree_path;
	bool keep_seen, as_served;
	enum rs_ties ties;
	enum rs_overlap overlap;
	const struct rs_metrics *metrics;
	enum rs_tool tool;		/* as whom to judge: cli/guise.h */
	uint64_t k;			/* length of that one's lists */
	struct rs_pool *pool;

	/* What there is. */
	bool ranks_seen;		/* what was seen, like all else */
	struct rs_contender contender[2];
	struct rs_model *lead;		/* the first model, or NULL */
	struct rs_roster roster;
	struct rs_csr test, given;	/* given: of --train */
	const struct rs_csr *train;	/* given, or the lead's own, or NULL */
	uint64_t test_print, train_print;	/* fingerprints of streams */
	uint64_t items;			/* that can be recommended */
	float *popularity;		/* (items) users of train, or NULL */
	double *surprise;		/* (items) for novelty, or NULL */
	struct rs_cases cases;		/* of candidates */
	uint64_t negatives;		/* in a case */
	struct rs_agree agree;		/* of agree_path */
	uint32_t *row;			/* (rows) users of test's first rows */
	size_t rows;
	struct rs_holdout holdout;
	struct rs_csr hidden;		/* of a guise: no candidates */
	uint64_t candidate_items;	/* of a guise */
};

/* Read everything that is named. */
void rs_contest_open(struct rs_contest *c);

/* What is asked of a contender. */
struct rs_eval_ask rs_contest_ask(const struct rs_contest *c,
    const struct rs_contender *x);

void rs_contest_end(struct rs_contest *c);

#endif
