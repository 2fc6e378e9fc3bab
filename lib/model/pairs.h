/*
 * pairs: the scores of many (user, item) pairs.
 *
 *	rs_score_pairs(model, user, item, n, score, pool);
 *
 * A pair of which the model does not know both gets NaN, and so does one
 * whose score is not a number.  Pairs may stand in any order; where the
 * algorithm scores by the user, runs of pairs of one user cost least.  The
 * same bits as when items are ranked, for any number of threads, and raw:
 * rs_model_link makes of them what is shown.
 */
#ifndef RS_MODEL_PAIRS_H
#define RS_MODEL_PAIRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"
#include "model/model.h"

void rs_score_pairs(const struct rs_model *m, const uint32_t *user,
    const uint32_t *item, size_t n, float *score, struct rs_pool *pool);

#endif
