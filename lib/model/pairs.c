/* pairs: the scores of many (user, item) pairs. */
#include <math.h>

#include "model/pairs.h"

enum { SHARD = 2048 };		/* pairs a task */

struct work {
	const struct rs_model *m;
	const uint32_t *user, *item;
	size_t n;
	float *score;
};

static bool
known(const struct work *w, size_t i)
{
	return w->user[i] < rs_model_users(w->m) &&
	    w->item[i] < rs_model_items(w->m);
}

static void
score_shard(void *arg, size_t task, int thread)
{
	const struct work *w = arg;
	const size_t begin = task * SHARD;
	const size_t end = w->n - begin < SHARD ? w->n : begin + SHARD;
	size_t run;

	(void)thread;
	for (size_t i = begin; i < end; i += run) {
		run = 1;
		if (!known(w, i)) {
			w->score[i] = NAN;
			continue;
		}
		while (i + run < end && w->user[i + run] == w->user[i] &&
		    known(w, i + run))
			run++;
		rs_model_score(w->m, w->user[i], w->item + i, run,
		    w->score + i);
	}
}

void
rs_score_pairs(const struct rs_model *m, const uint32_t *user,
    const uint32_t *item, size_t n, float *score, struct rs_pool *pool)
{
	struct work w = { m, user, item, n, score };

	rs_pool_run(pool, (n + SHARD - 1) / SHARD, score_shard, &w);
}
