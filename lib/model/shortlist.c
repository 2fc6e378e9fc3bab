/* shortlist: the best k items of everybody with test items. */
#include <stdlib.h>

#include "base/mem.h"
#include "kernel/best.h"
#include "kernel/count.h"
#include "model/shortlist.h"

struct job {
	const struct rs_scorer *scorer;
	const struct rs_eval_ask *ask;
	uint32_t *user;		/* (users) with test items, ascending */
	size_t users, k;
	struct rs_hit *hit;	/* (users, k) */
	size_t *n;		/* (users) hits of each */
	float **tile;		/* (threads) (tile_users, tile_items) */
	struct rs_flaw flaw;
};

static void
add_tile(struct job *j, size_t at, size_t first, float *score, size_t n,
    struct rs_best *best)
{
	if (rs_count_numbers(score, n) != n) {
		rs_flaw_note(&j->flaw, j->user[at]);
		return;
	}
	rs_eval_mask(j->ask->seen, j->user[at], first, n, score);
	for (size_t i = 0; i < n; i++)
		if (score[i] == score[i])
			rs_best_add(best, (uint32_t)(first + i), score[i]);
}

static void
list_tile(void *arg, size_t task, int thread)
{
	struct job *j = arg;
	const struct rs_scorer *s = j->scorer;
	const size_t at = task * s->tile_users;
	size_t users = j->users - at;
	struct rs_best *best;

	if (users > s->tile_users)
		users = s->tile_users;
	/* Users are ascending, so the unknown ones are the last. */
	while (users > 0 && j->user[at + users - 1] >= s->users)
		j->n[at + --users] = 0;
	best = rs_alloc(rs_size(users, sizeof(*best)) + 1);
	for (size_t i = 0; i < users; i++)
		rs_best_init(&best[i], j->hit + (at + i) * j->k, j->k);
	for (size_t first = 0; first < s->items && users > 0;
	    first += s->tile_items) {
		const size_t n = s->items - first < s->tile_items ?
		    s->items - first : s->tile_items;
		float *tile = j->tile[thread];

		s->tile(s, j->user + at, users, first, n, tile);
		for (size_t i = 0; i < users; i++)
			add_tile(j, at + i, first, tile + i * n, n, &best[i]);
	}
	for (size_t i = 0; i < users; i++)
		j->n[at + i] = rs_best_take(&best[i]);
	free(best);
}

static void
gather(const struct job *j, struct rs_lists *l)
{
	size_t n = 0;

	*l = (struct rs_lists){ .users = j->ask->test->users,
	    .items = j->scorer->items };
	l->start = rs_zalloc(rs_size(l->users + 1, sizeof(*l->start)));
	for (size_t u = 0; u < j->users; u++) {
		l->start[j->user[u] + 1] = j->n[u];
		n += j->n[u];
	}
	for (uint64_t u = 0; u < l->users; u++)
		l->start[u + 1] += l->start[u];
	l->item = rs_alloc(rs_size(n, sizeof(*l->item)) + 1);
	l->score = rs_alloc(rs_size(n, sizeof(*l->score)) + 1);
	for (size_t u = 0; u < j->users; u++)
		for (size_t i = 0; i < j->n[u]; i++) {
			const uint64_t to = l->start[j->user[u]] + i;

			l->item[to] = j->hit[u * j->k + i].item;
			l->score[to] = j->hit[u * j->k + i].score;
		}
}

int
rs_shortlist(const struct rs_scorer *s, const struct rs_eval_ask *ask,
    uint64_t k, struct rs_pool *pool, struct rs_lists *l, struct rs_err *e)
{
	const size_t threads = (size_t)rs_pool_threads(pool);
	struct job j = { .scorer = s, .ask = ask,
	    .k = (size_t)(k < s->items ? k : s->items),
	    .flaw.user = RS_FLAWLESS };
	struct rs_eval none = { 0 };

	j.user = rs_eval_users(ask->test, &j.users);
	j.hit = rs_alloc(rs_size(rs_size(j.users, j.k), sizeof(*j.hit)) + 1);
	j.n = rs_zalloc(rs_size(j.users, sizeof(*j.n)) + 1);
	j.tile = rs_alloc(rs_size(threads, sizeof(*j.tile)));
	for (size_t t = 0; t < threads; t++)
		j.tile[t] = rs_aligned(rs_size(rs_size(s->tile_users,
		    s->tile_items), sizeof(**j.tile)));
	rs_pool_run(pool, (j.users + s->tile_users - 1) / s->tile_users,
	    list_tile, &j);
	gather(&j, l);
	for (size_t t = 0; t < threads; t++)
		free(j.tile[t]);
	free(j.tile);
	free(j.user);
	free(j.hit);
	free(j.n);
	if (rs_flaw_end(&j.flaw, &none, e) == 0)
		return 0;
	rs_lists_free(l);
	return -1;
}
