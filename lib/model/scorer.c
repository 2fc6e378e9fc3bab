/* scorer: whoever gives scores to be ranked. */
#include <assert.h>
#include <string.h>

#include "model/scorer.h"

enum {
	TILE_USERS = 24,	/* whole groups of the kernel's 6 and of 8 */
	TILE_ITEMS = 2064,	/* whole panels of 16 and of 48; 194 KiB of
				 * scores are half a second cache */
};

static void
linear_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	const struct rs_topk_factors *u = &s->linear.user;
	const struct rs_topk_ask ask = { .users = u->row, .stride = u->stride,
	    .bias = u->bias, .row = user, .n = users };

	rs_topk_tile(s->packed, &ask, first, n, score);
}

static void
model_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	assert(first == 0);
	for (size_t i = 0; i < users; i++)
		rs_model_score(s->arg, user[i], NULL, n, score + i * n);
}

static void
model_some(const struct rs_scorer *s, uint32_t user, const uint32_t *item,
    size_t n, float *score)
{
	rs_model_score(s->arg, user, item, n, score);
}

void
rs_scorer_of(struct rs_scorer *s, const struct rs_model *m)
{
	memset(s, 0, sizeof(*s));
	s->users = rs_model_users(m);
	s->items = rs_model_items(m);
	s->arg = m;
	s->some = model_some;
	if (rs_model_linear(m, &s->linear)) {
		s->tile_users = TILE_USERS;
		s->tile_items = TILE_ITEMS;
		s->tile = linear_tile;
		s->packed = rs_topk_items_in_order(&s->linear.item);
	} else {
		s->tile_users = 1;
		s->tile_items = s->items;
		s->tile = model_tile;
	}
}

/* The same scores for everybody. */

static void
popularity_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	const float *popularity = s->arg;

	(void)user;
	for (size_t i = 0; i < users; i++)
		memcpy(score + i * n, popularity + first, n * sizeof(*score));
}

static void
popularity_some(const struct rs_scorer *s, uint32_t user,
    const uint32_t *item, size_t n, float *score)
{
	const float *popularity = s->arg;

	(void)user;
	for (size_t i = 0; i < n; i++)
		score[i] = popularity[item[i]];
}

void
rs_scorer_popularity(struct rs_scorer *s, const float *popularity,
    uint64_t items)
{
	memset(s, 0, sizeof(*s));
	s->users = UINT64_MAX;
	s->items = items;
	s->tile_users = 1;
	s->tile_items = TILE_ITEMS;
	s->tile = popularity_tile;
	s->some = popularity_some;
	s->arg = popularity;
}

void
rs_scorer_free(struct rs_scorer *s)
{
	rs_topk_items_free(s->packed);
	s->packed = NULL;
}
