/*
 * evidence: what recommendations are judged by, read whole from files.
 *
 *	rs_evidence_pairs(&roster, "test", path, pool, &test);
 *	scored = rs_evidence_lists(&roster, "theirs.csv", &lists);
 *
 * Users and items are those of the roster.  Everything that can fail ends the
 * process with a message; what was left out is told.
 */
#ifndef RS_CLI_EVIDENCE_H
#define RS_CLI_EVIDENCE_H

#include <stdbool.h>

#include "base/pool.h"
#include "cli/roster.h"
#include "data/csr.h"
#include "data/lists.h"
#include "model/scored.h"

/* The distinct pairs of a stream, but those whose label is 0; the stream's
 * fingerprint. */
uint64_t rs_evidence_pairs(struct rs_roster *r, const char *role,
    const char *path, struct rs_pool *pool, struct rs_csr *m);

/* The same, and the users of its first rows: room for n at user, of which
 * *rows are filled. */
uint64_t rs_evidence_rows(struct rs_roster *r, const char *role,
    const char *path, struct rs_pool *pool, struct rs_csr *m, size_t n,
    uint32_t *user, size_t *rows);

/* The training pairs that a model keeps, as a matrix whose items are the
 * model's memory: free start alone. */
void rs_evidence_seen(const struct rs_model *model, struct rs_csr *m);

/* Recommendations, of a stream or of text; whether they have scores (else
 * the order of the file is all there is). */
bool rs_evidence_lists(struct rs_roster *r, const char *path,
    struct rs_lists *l);

/* Candidates for the users of test; how many negatives a case has. */
uint64_t rs_evidence_cases(struct rs_roster *r, const char *path,
    const struct rs_csr *test, struct rs_cases *c);

/* Scored pairs, of a stream or of text, with the truths that stand beside
 * them, or (test not NULL) those of the stream test: the last of equal pairs
 * counts. */
void rs_evidence_scored(struct rs_roster *r, const char *path,
    const char *test, struct rs_pool *pool, struct rs_scored *p);

/* The scores alone, with what truths stand beside them. */
void rs_evidence_scores(struct rs_roster *r, const char *path,
    struct rs_scored *p);

/* All distinct pairs of a stream, and the means of the columns value and label
 * over its rows: NaN where there is no such column. */
void rs_evidence_rated(struct rs_roster *r, const char *role,
    const char *path, struct rs_pool *pool, struct rs_csr *m, double *value,
    double *label);

#endif
