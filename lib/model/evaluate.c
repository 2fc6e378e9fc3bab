/*
 * evaluate: what a model's rankings are worth on held-out pairs.
 *
 * A task is a tile's users.  A user's state (where the relevant items stand,
 * the best list for the catalogue) is in the scratch of the thread that has
 * the task; a user's row of values is written once, by that task.  What stands
 * in the lists is gathered per thread in whole numbers, whose sum no order
 * changes.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "kernel/best.h"
#include "kernel/count.h"
#include "model/catalogue.h"
#include "model/evaluate.h"
#include "rank/standing.h"

/* Everything that one thread needs. */
struct scratch {
	float *tile;		/* (tile_users, tile_items) */
	struct rs_standing *standing;	/* (tile_users) */
	struct rs_best *best;	/* (tile_users) */
	struct rs_hit *hits;	/* (tile_users, longest + 1) */
	struct rs_catalogue *catalogue;	/* or NULL */
	uint32_t *item;		/* relevant items of one user */
	float *score;		/* theirs */
	float *row;		/* (items) for one user, see shelve_tie */
	size_t room;
	bool failed;		/* a score of this tile is not a number, so
				 * its standings contradict themselves */
};

struct job {
	const struct rs_scorer *scorer;
	const struct rs_eval_ask *ask;
	struct rs_eval *v;
	uint64_t longest;	/* the catalogue's longest cut; 0: none */
	uint64_t depth;		/* ranks that any metric looks at */
	struct scratch *scratch;	/* (threads) */
	struct rs_flaw flaw;
};

static void
note_bad(struct job *j, struct scratch *t, uint32_t user)
{
	t->failed = true;
	rs_flaw_note(&j->flaw, user);
}

static void
room_for_items(struct scratch *t, size_t n)
{
	if (n <= t->room)
		return;
	t->room = n;
	t->item = rs_realloc(t->item, rs_size(n, sizeof(*t->item)));
	t->score = rs_realloc(t->score, rs_size(n, sizeof(*t->score)));
}

/* Drop the items whose scores say that nothing is known of them. */
static size_t
keep_candidates(struct scratch *t, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (t->score[i] > 0) {
			t->item[kept] = t->item[i];
			t->score[kept++] = t->score[i];
		}
	return kept;
}

/* The user's test items that the model can put into the list. */
static void
begin_user(struct job *j, struct scratch *t, size_t slot, uint32_t user)
{
	const struct rs_eval_ask *ask = j->ask;
	size_t tests, seens, n = 0;
	const uint32_t *test = rs_eval_items(ask->test, user,
	    j->scorer->items, &tests);
	const uint32_t *seen = rs_eval_items(ask->seen, user,
	    j->scorer->items, &seens);

	room_for_items(t, tests);
	for (size_t i = 0; i < tests; i++)
		if (!rs_ascending_holds(seen, seens, test[i]))
			t->item[n++] = test[i];
	j->scorer->some(j->scorer, user, t->item, n, t->score);
	if (rs_count_numbers(t->score, n) != n) {
		note_bad(j, t, user);
		n = 0;
	}
	if (j->scorer->above_zero)
		n = keep_candidates(t, n);
	rs_standing_begin(&t->standing[slot], ask->ties, j->depth, t->item,
	    t->score, n);
	if (j->longest > 0)
		rs_best_init(&t->best[slot], t->hits + slot *
		    (j->longest + 1), j->longest + 1);
}

/* Turn the scores of what is no candidate into NaN, which stands nowhere. */
static void
mask(const struct job *j, uint32_t user, size_t first, size_t n, float *score)
{
	for (size_t i = 0; i < n && j->scorer->above_zero; i++)
		if (!(score[i] > 0))
			score[i] = (float)NAN;
	rs_eval_mask(j->ask->seen, user, first, n, score);
}

/* Most scores are below the bar: they are passed over by the run, in a loop
 * that the compiler turns into vectors. */
static void
add_best(struct rs_best *best, size_t first, const float *score, size_t n)
{
	enum { RUN = 64 };

	for (size_t from = 0; from < n; from += RUN) {
		const size_t end = n - from < RUN ? n : from + RUN;
		const bool full = rs_best_full(best);
		const float bar = full ? rs_best_bar(best) : 0;
		int any = !full;

		for (size_t i = from; i < end; i++)
			any |= score[i] > bar;
		for (size_t i = from; i < end && any; i++)
			if (score[i] == score[i])
				rs_best_add(best, (uint32_t)(first + i),
				    score[i]);
	}
}

static void
add_scores(struct job *j, struct scratch *t, size_t slot, uint32_t user,
    size_t first, float *score, size_t n)
{
	if (rs_count_numbers(score, n) != n) {
		note_bad(j, t, user);
		return;
	}
	mask(j, user, first, n, score);
	rs_standing_add(&t->standing[slot], first, score, n);
	if (j->longest > 0)
		add_best(&t->best[slot], first, score, n);
}

/* Scores equal to the last one that the cut lets in go on behind it: each
 * item with that score has the same chance.  How many there are the list
 * does not say, so all scores are looked at once more. */
static void
shelve_tie(struct job *j, struct scratch *t, size_t cut, uint32_t user,
    float last, uint64_t places)
{
	const struct rs_scorer *s = j->scorer;
	uint64_t above = 0, equal = 0;

	if (t->row == NULL)
		t->row = rs_alloc(rs_size(s->items, sizeof(*t->row)));
	for (size_t first = 0; first < s->items; first += s->tile_items) {
		const size_t n = s->items - first < s->tile_items ?
		    s->items - first : s->tile_items;

		s->tile(s, &user, 1, first, n, t->row + first);
	}
	mask(j, user, 0, s->items, t->row);
	rs_count(t->row, s->items, last, &above, &equal);
	for (size_t i = 0; i < s->items; i++)
		if (t->row[i] == last)
			rs_catalogue_add(t->catalogue, cut, i,
			    (double)places / (double)equal);
}

/* The list of a user, n best ones and at least one beyond the cut where
 * there are so many. */
static void
shelve(struct job *j, struct scratch *t, size_t cut, uint32_t user,
    const struct rs_hit *hit, size_t n, double *row)
{
	const uint64_t k = rs_catalogue_k(t->catalogue, cut);
	size_t sure = n < k ? n : k;

	if (n > k && hit[k].score == hit[k - 1].score &&
	    j->ask->ties != RS_TIES_INDEX) {
		while (sure > 0 && hit[sure - 1].score == hit[k].score)
			sure--;
		shelve_tie(j, t, cut, user, hit[k].score, k - sure);
	}
	for (size_t i = 0; i < sure; i++)
		rs_catalogue_add(t->catalogue, cut, hit[i].item, 1);
	rs_catalogue_next(t->catalogue, cut, row);
}

static void
end_user(struct job *j, struct scratch *t, size_t slot, size_t at)
{
	const struct rs_metrics *ms = j->ask->metrics;
	const uint32_t user = j->v->user[at];
	double *row = j->v->value + at * ms->n;
	struct rs_ranking r;
	size_t seens, n;

	rs_eval_items(j->ask->seen, user, j->scorer->items, &seens);
	rs_standing_end(&t->standing[slot], rs_csr_count(j->ask->test, user),
	    j->scorer->items - seens, &r);
	rs_eval_put(ms, &r, row);
	if (j->longest == 0)
		return;
	n = rs_best_take(&t->best[slot]);
	for (size_t cut = 0; cut < rs_catalogue_cuts(t->catalogue); cut++)
		shelve(j, t, cut, user, t->hits + slot * (j->longest + 1), n,
		    row);
}

/* Nobody whom the model does not know gets anything. */
static void
miss_user(struct job *j, size_t at)
{
	const struct rs_metrics *ms = j->ask->metrics;
	const struct rs_ranking r = {
		.relevant = rs_csr_count(j->ask->test, j->v->user[at])
	};

	rs_eval_put(ms, &r, j->v->value + at * ms->n);
}

static void
evaluate_tile(void *arg, size_t task, int thread)
{
	struct job *j = arg;
	const struct rs_scorer *s = j->scorer;
	struct scratch *t = &j->scratch[thread];
	const size_t at = task * s->tile_users;
	const uint32_t *user = j->v->user + at;
	size_t users = j->v->users - at;

	if (users > s->tile_users)
		users = s->tile_users;
	t->failed = false;
	/* Users are ascending, so the unknown ones are the last. */
	while (users > 0 && user[users - 1] >= s->users)
		miss_user(j, at + --users);
	for (size_t i = 0; i < users; i++)
		begin_user(j, t, i, user[i]);
	for (size_t first = 0; first < s->items && users > 0;
	    first += s->tile_items) {
		const size_t n = s->items - first < s->tile_items ?
		    s->items - first : s->tile_items;

		s->tile(s, user, users, first, n, t->tile);
		for (size_t i = 0; i < users; i++)
			add_scores(j, t, i, user[i], first, t->tile + i * n,
			    n);
	}
	if (t->failed)
		return;
	for (size_t i = 0; i < users; i++)
		end_user(j, t, i, at + i);
}

static void
scratch_new(struct scratch *t, const struct job *j)
{
	const struct rs_scorer *s = j->scorer;

	memset(t, 0, sizeof(*t));
	t->standing = rs_zalloc(rs_size(s->tile_users, sizeof(*t->standing)));
	t->tile = rs_aligned(rs_size(rs_size(s->tile_users, s->tile_items),
	    sizeof(*t->tile)));
	if (j->longest == 0)
		return;
	t->best = rs_alloc(rs_size(s->tile_users, sizeof(*t->best)));
	t->hits = rs_alloc(rs_size(rs_size(s->tile_users, j->longest + 1),
	    sizeof(*t->hits)));
	t->catalogue = rs_catalogue_new(j->ask, s->items);
}

static void
scratch_free(struct scratch *t, const struct job *j)
{
	for (size_t i = 0; i < j->scorer->tile_users; i++)
		rs_standing_free(&t->standing[i]);
	rs_catalogue_free(t->catalogue);
	free(t->tile);
	free(t->standing);
	free(t->best);
	free(t->hits);
	free(t->item);
	free(t->score);
	free(t->row);
}

static void
fold_catalogue(struct job *j, int threads)
{
	struct rs_catalogue *all = j->scratch[0].catalogue;

	for (int t = 1; t < threads && all != NULL; t++)
		rs_catalogue_merge(all, j->scratch[t].catalogue);
	rs_catalogue_values(all, j->v->whole);
}

int
rs_evaluate(const struct rs_scorer *s, const struct rs_eval_ask *ask,
    struct rs_pool *pool, struct rs_eval *v, struct rs_err *e)
{
	const int threads = rs_pool_threads(pool);
	struct job j = { .scorer = s, .ask = ask, .v = v,
	    .depth = rs_metrics_depth(ask->metrics),
	    .longest = rs_catalogue_longest(ask->metrics),
	    .flaw.user = RS_FLAWLESS };

	rs_eval_begin(v, ask);
	/* A list cannot be longer than there are items. */
	if (j.longest > s->items)
		j.longest = s->items;
	j.scratch = rs_alloc(rs_size((size_t)threads, sizeof(*j.scratch)));
	for (int t = 0; t < threads; t++)
		scratch_new(&j.scratch[t], &j);
	rs_pool_run(pool, (v->users + s->tile_users - 1) / s->tile_users,
	    evaluate_tile, &j);
	fold_catalogue(&j, threads);
	for (int t = 0; t < threads; t++)
		scratch_free(&j.scratch[t], &j);
	free(j.scratch);
	return rs_flaw_end(&j.flaw, v, e);
}
