/* served: whom a model answers itself, and what everybody is served. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "model/recommend.h"
#include "model/served.h"

enum { WISHES = 1024 };		/* users asked about at once */

/* Whether any item is left above 0 for each user, told by a list of one. */
static void
try_lists(struct rs_served *s, bool keep_seen, struct rs_pool *pool)
{
	const struct rs_recommend_opts o = { .keep_seen = keep_seen };
	struct rs_err e, *why = rs_alloc(rs_size(WISHES, sizeof(*why)));
	struct rs_recommender *r = rs_recommender_new(s->model, &o, pool, &e);
	struct rs_wish *wish = rs_alloc(rs_size(WISHES, sizeof(*wish)));
	struct rs_hit *hit = rs_alloc(rs_size(WISHES, sizeof(*hit)));
	size_t *count = rs_alloc(rs_size(WISHES, sizeof(*count)));

	assert(r != NULL);
	for (size_t from = 0, n; from < s->n; from += n) {
		for (n = 0; n < WISHES && from + n < s->n; n++)
			wish[n] = (struct rs_wish){ .k = 1,
			    .kind = s->fallback[from + n] ? RS_WISH_NOBODY :
			    RS_WISH_USER, .index = s->user[from + n] };
		rs_recommend(r, wish, n, hit, 1, count, s->fallback + from,
		    why);
	}
	rs_recommender_free(r);
	free(why);
	free(wish);
	free(hit);
	free(count);
}

static bool
falls_back(const struct rs_served *s, uint32_t user)
{
	const size_t at = rs_ascending_place(s->user, s->n, user);

	assert(at < s->n && s->user[at] == user);
	return s->fallback[at];
}

/* How popular an item is, above 0 even where nobody has it: the fall-back
 * lists it all the same. */
static float
popularity(const struct rs_served *s, uint64_t item)
{
	return rs_model_popularity(s->model)[item] + 1;
}

static void
served_tile(const struct rs_scorer *scorer, const uint32_t *user,
    size_t users, size_t first, size_t n, float *score)
{
	const struct rs_served *s = scorer->arg;
	bool all = true;

	for (size_t i = 0; i < users; i++)
		all &= !falls_back(s, user[i]);
	if (all) {
		s->own.tile(&s->own, user, users, first, n, score);
		return;
	}
	for (size_t i = 0; i < users; i++) {
		float *row = score + i * n;

		if (!falls_back(s, user[i])) {
			s->own.tile(&s->own, &user[i], 1, first, n, row);
			continue;
		}
		for (size_t k = 0; k < n; k++)
			row[k] = popularity(s, first + k);
	}
}

static void
served_some(const struct rs_scorer *scorer, uint32_t user,
    const uint32_t *item, size_t n, float *score)
{
	const struct rs_served *s = scorer->arg;

	if (!falls_back(s, user)) {
		s->own.some(&s->own, user, item, n, score);
		return;
	}
	for (size_t i = 0; i < n; i++)
		score[i] = popularity(s, item[i]);
}

void
rs_served_begin(struct rs_served *s, const struct rs_model *m,
    const struct rs_eval_ask *ask, struct rs_pool *pool)
{
	*s = (struct rs_served){ .model = m };
	s->user = rs_eval_users(ask->test, &s->n);
	s->fallback = rs_alloc(rs_size(s->n, sizeof(*s->fallback)) + 1);
	for (size_t i = 0; i < s->n; i++)
		s->fallback[i] = !rs_recommend_knows(m, s->user[i]);
	if (rs_model_sparse(m))
		try_lists(s, ask->seen == NULL, pool);
	rs_scorer_of(&s->own, m);
	s->scorer = s->own;
	s->scorer.users = UINT64_MAX;
	s->scorer.tile = served_tile;
	s->scorer.some = served_some;
	s->scorer.above_zero = rs_model_sparse(m);
	s->scorer.arg = s;
	s->scorer.packed = NULL;
}

void
rs_served_put(const struct rs_served *s, const struct rs_metrics *ms,
    struct rs_eval *v)
{
	assert(v->users == s->n);
	for (size_t m = 0; m < ms->n; m++)
		for (size_t u = 0; u < v->users &&
		    ms->metric[m].def->kind == RS_METRIC_SERVED; u++)
			v->value[u * ms->n + m] = s->fallback[u];
}

void
rs_served_end(struct rs_served *s)
{
	rs_scorer_free(&s->own);
	free(s->user);
	free(s->fallback);
	*s = (struct rs_served){ 0 };
}
