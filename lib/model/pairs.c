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

/* Those that the model knows are asked for all at once. */
static void
score_shard(void *arg, size_t task, int thread)
{
	const struct work *w = arg;
	const size_t begin = task * SHARD;
	const size_t end = w->n - begin < SHARD ? w->n : begin + SHARD;
	uint32_t user[SHARD], item[SHARD];
	float score[SHARD], *to[SHARD];
	size_t n = 0;

	(void)thread;
	for (size_t i = begin; i < end; i++) {
		w->score[i] = (float)NAN;
		if (!known(w, i))
			continue;
		user[n] = w->user[i];
		item[n] = w->item[i];
		to[n++] = &w->score[i];
	}
	if (n > 0)
		rs_model_score_pairs(w->m, user, item, n, score);
	for (size_t i = 0; i < n; i++)
		*to[i] = score[i];
}

void
rs_score_pairs(const struct rs_model *m, const uint32_t *user,
    const uint32_t *item, size_t n, float *score, struct rs_pool *pool)
{
	struct work w = { m, user, item, n, score };

	rs_pool_run(pool, (n + SHARD - 1) / SHARD, score_shard, &w);
}
