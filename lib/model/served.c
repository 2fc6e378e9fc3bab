/* served: whom a model answers itself, and what everybody is served. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "model/recommend.h"
#include "model/served.h"

enum { WISHES = 1024 };		/* users asked about at once */

static void
add_list(struct rs_lists_builder *b, uint32_t user, const struct rs_hit *hit,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		rs_lists_add(b, user, hit[i].item, hit[i].score);
}

/* What n users, ascending, are served, and for whom that is the fall-back:
 * (n).  Whose scores are no numbers has no list. */
static void
serve(const struct rs_model *m, const uint32_t *user, size_t n, uint64_t k,
    bool keep_seen, struct rs_pool *pool, struct rs_lists *l, bool *fallback)
{
	const struct rs_recommend_opts o = { .keep_seen = keep_seen };
	const size_t room = k < rs_model_items(m) ? (size_t)k :
	    (size_t)rs_model_items(m);
	struct rs_err e, *why = rs_alloc(rs_size(WISHES, sizeof(*why)));
	struct rs_recommender *r = rs_recommender_new(m, &o, pool, &e);
	struct rs_wish *wish = rs_alloc(rs_size(WISHES, sizeof(*wish)));
	struct rs_hit *hit = rs_alloc(rs_size(rs_size(WISHES, room),
	    sizeof(*hit)) + 1);
	size_t *count = rs_alloc(rs_size(WISHES, sizeof(*count)));
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice;
	int status;

	assert(r != NULL);
	for (size_t from = 0, w; from < n; from += w) {
		for (w = 0; w < WISHES && from + w < n; w++)
			wish[w] = (struct rs_wish){ .k = room,
			    .kind = user[from + w] < rs_model_users(m) ?
			    RS_WISH_USER : RS_WISH_NOBODY,
			    .index = user[from + w] };
		rs_recommend(r, wish, w, hit, room, count, fallback + from,
		    why);
		for (size_t i = 0; i < w; i++)
			if (count[i] != RS_WISH_FAILED)
				add_list(b, user[from + i], hit + i * room,
				    count[i]);
	}
	status = rs_lists_done(b, 0, l, &twice);
	assert(status == 0);
	(void)status;
	rs_recommender_free(r);
	free(why);
	free(wish);
	free(hit);
	free(count);
}

void
rs_served_lists(const struct rs_model *m, const uint32_t *user, size_t n,
    uint64_t k, bool keep_seen, struct rs_pool *pool, struct rs_lists *l)
{
	bool *fallback = rs_alloc(rs_size(n, sizeof(*fallback)) + 1);

	serve(m, user, n, k, keep_seen, pool, l, fallback);
	free(fallback);
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
	struct rs_lists first;

	*s = (struct rs_served){ .model = m };
	s->user = rs_eval_users(ask->test, &s->n);
	s->fallback = rs_alloc(rs_size(s->n, sizeof(*s->fallback)) + 1);
	for (size_t i = 0; i < s->n; i++)
		s->fallback[i] = !rs_recommend_knows(m, s->user[i]);
	if (rs_model_sparse(m)) {
		/* A list of one tells whether any item is above 0. */
		serve(m, s->user, s->n, 1, ask->seen == NULL, pool, &first,
		    s->fallback);
		rs_lists_free(&first);
	}
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
