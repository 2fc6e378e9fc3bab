/*
 * verdict: what evaluations say, a row a metric, and how sure it is.
 *
 *	struct rs_verdict v = { .metrics = &ms };
 *	rs_verdict_add(&v, "", &eval);
 *	rs_verdict_against(&v, &other);		(or not)
 *	rs_verdict_add(&v, "pop:", &baseline);
 *	rs_verdict_settle(&v, seed, pool);
 *	rs_verdict_tsv(&v, &buf);
 *	rs_verdict_free(&v);
 *
 * Evaluations of the same users stand below each other; all share the draws
 * of the bootstrap, so that their intervals may be compared.  A second
 * contender has its own rows ("against:"), those of the first less the second
 * ("diff:", an interval of the difference) and of the chance that luck alone
 * brings as much of it ("p:", rank/paired.h).  Plain data, one thread.
 */
#ifndef RS_MODEL_VERDICT_H
#define RS_MODEL_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/pool.h"
#include "data/ids.h"
#include "io/sink.h"
#include "model/eval.h"
#include "rank/metric.h"

enum { RS_VERDICT_PARTS = 4 };	/* two contenders and two baselines */

struct rs_verdict_row {
	char name[RS_METRIC_NAME_MAX + 64];
	double value, low, high;	/* NaN: none */
	uint64_t users;
};

struct rs_verdict {
	const struct rs_metrics *metrics;
	uint64_t sampled;	/* N of :sN behind each name; 0: none */
	double *weight;		/* (users) what a user counts, or NULL; its */
	struct rs_eval part[RS_VERDICT_PARTS];
	const char *who[RS_VERDICT_PARTS];
	size_t parts;
	bool paired;		/* part 1 is the second contender */
	struct rs_verdict_row *row;	/* (rows) once settled */
	size_t rows;
};

/* Take an evaluation, whose metrics will be called who in front. */
void rs_verdict_add(struct rs_verdict *v, const char *who,
    const struct rs_eval *eval);

/* Take that of the second contender, next after the first. */
void rs_verdict_against(struct rs_verdict *v, const struct rs_eval *eval);

/* The names that the rows will have with the first contender, a second one if
 * they are paired, and n others, called who: (rows), yours. */
struct rs_verdict_row *rs_verdict_plan(const struct rs_verdict *v,
    bool paired, const char *const *who, size_t n, size_t *rows);

/* Form the rows. */
void rs_verdict_settle(struct rs_verdict *v, uint64_t seed,
    struct rs_pool *pool);

/* Lines "metric value low high users", or a JSON array of the same. */
void rs_verdict_tsv(const struct rs_verdict *v, struct rs_buf *b);
void rs_verdict_json(const struct rs_verdict *v, struct rs_buf *b);

/* Each user's values for the contenders, as TSV with a header. */
void rs_verdict_users(const struct rs_verdict *v, const struct rs_ids *users,
    struct rs_sink *s);

void rs_verdict_free(struct rs_verdict *v);

#endif
