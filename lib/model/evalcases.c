/* evaluate: rankings of candidates alone. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "kernel/count.h"
#include "model/evaluate.h"
#include "rank/standing.h"

enum { CASE_USERS = 64 };	/* users a task */

/* What one thread needs for one case. */
struct scratch {
	struct rs_standing standing;
	uint32_t *item;		/* (room) its candidates */
	float *score;		/* (room) */
	size_t room;
	size_t *count;		/* (metrics) cases in which one is defined */
};

struct job {
	const struct rs_scorer *scorer;
	const struct rs_eval_ask *ask;
	const struct rs_cases *cases;
	struct rs_eval *v;
	size_t *first;		/* (users + 1) first case of each */
	uint64_t depth;		/* ranks that any metric looks at */
	struct scratch *scratch;	/* (threads) */
	struct rs_flaw flaw;
};

static void
room_for(struct scratch *t, size_t n)
{
	if (n <= t->room)
		return;
	t->room = n;
	t->item = rs_realloc(t->item, rs_size(n, sizeof(*t->item)));
	t->score = rs_realloc(t->score, rs_size(n, sizeof(*t->score)));
}

/* Add the values of one case; count holds how many were defined. */
static void
add_values(const struct rs_metrics *ms, const struct rs_ranking *r,
    double *sum, size_t *count)
{
	for (size_t m = 0; m < ms->n; m++) {
		double x;

		if (ms->metric[m].def->ranking == NULL)
			continue;
		x = rs_metric_value(ms, m, r);
		if (x == x) {
			sum[m] += x;
			count[m]++;
		}
	}
}

/* The candidates of a case, ascending, and the scores of those that the scorer
 * knows, which are the first: how many. */
static size_t
score_case(struct job *j, struct scratch *t, size_t c)
{
	const uint64_t from = j->cases->start[c];
	const size_t all = (size_t)(j->cases->start[c + 1] - from);
	const uint32_t user = j->cases->user[c];
	size_t n = 0;

	memcpy(t->item, j->cases->item + from, all * sizeof(*t->item));
	rs_ascending_sort(t->item, all);
	if (user < j->scorer->users)
		n = rs_ascending_place(t->item, all, j->scorer->items);
	j->scorer->some(j->scorer, user, t->item, n, t->score);
	if (rs_count_numbers(t->score, n) == n)
		return n;
	rs_flaw_note(&j->flaw, user);
	return 0;
}

/* Rank one case.  The relevant items are known by their places among the
 * candidates, ascending, as if those were all the items there are. */
static void
rank_case(struct job *j, struct scratch *t, size_t c, struct rs_ranking *r)
{
	const size_t all = (size_t)(j->cases->start[c + 1] -
	    j->cases->start[c]);
	size_t n, tests, relevant = 0, hits = 0;
	const uint32_t *test = rs_eval_items(j->ask->test, j->cases->user[c],
	    UINT64_MAX, &tests);
	uint32_t *at;
	float *theirs;

	/* Two lists of each kind: all candidates, then the relevant ones. */
	room_for(t, 2 * all);
	at = t->item + all;
	theirs = t->score + all;
	n = score_case(j, t, c);
	for (size_t i = 0; i < all; i++) {
		if (!rs_ascending_holds(test, tests, t->item[i]))
			continue;
		relevant++;
		if (i < n) {
			at[hits] = (uint32_t)i;
			theirs[hits++] = t->score[i];
		}
	}
	rs_standing_begin(&t->standing, j->ask->ties, j->depth, at, theirs,
	    hits);
	rs_standing_add(&t->standing, 0, t->score, n);
	rs_standing_end(&t->standing, relevant, all - (relevant - hits), r);
}

static void
evaluate_case_users(void *arg, size_t task, int thread)
{
	struct job *j = arg;
	struct scratch *t = &j->scratch[thread];
	const struct rs_metrics *ms = j->ask->metrics;
	size_t *count = t->count;
	struct rs_ranking r;

	for (size_t u = task * CASE_USERS;
	    u < j->v->users && u < (task + 1) * CASE_USERS; u++) {
		double *value = j->v->value + u * ms->n;

		for (size_t m = 0; m < ms->n; m++) {
			value[m] = 0;
			count[m] = 0;
		}
		for (size_t c = j->first[u]; c < j->first[u + 1]; c++) {
			rank_case(j, t, c, &r);
			add_values(ms, &r, value, count);
		}
		for (size_t m = 0; m < ms->n; m++)
			value[m] = count[m] > 0 ? value[m] / (double)count[m] :
			    (double)NAN;
	}
}

static void
scratch_free(struct scratch *t)
{
	rs_standing_free(&t->standing);
	free(t->item);
	free(t->score);
	free(t->count);
}

/* The users of the cases, and where each one's cases begin. */
static size_t *
case_users(struct rs_eval *v, const struct rs_cases *c,
    const struct rs_metrics *ms)
{
	size_t users = 0, *first;

	for (size_t i = 0; i < c->n; i++)
		users += i == 0 || c->user[i] != c->user[i - 1];
	rs_eval_new(v, ms, users);
	first = rs_alloc(rs_size(users + 1, sizeof(*first)));
	for (size_t i = 0; i < c->n; i++) {
		if (i > 0 && c->user[i] == c->user[i - 1])
			continue;
		first[v->users] = i;
		v->user[v->users++] = c->user[i];
	}
	first[users] = c->n;
	return first;
}

int
rs_evaluate_cases(const struct rs_scorer *s, const struct rs_cases *c,
    const struct rs_eval_ask *ask, struct rs_pool *pool, struct rs_eval *v,
    struct rs_err *e)
{
	const int threads = rs_pool_threads(pool);
	struct job j = { .scorer = s, .ask = ask, .cases = c, .v = v,
	    .depth = rs_metrics_depth(ask->metrics),
	    .flaw.user = RS_FLAWLESS };

	j.first = case_users(v, c, ask->metrics);
	j.scratch = rs_zalloc(rs_size((size_t)threads, sizeof(*j.scratch)));
	for (int t = 0; t < threads; t++)
		j.scratch[t].count = rs_alloc(rs_size(ask->metrics->n,
		    sizeof(*j.scratch[t].count)));
	rs_pool_run(pool, (v->users + CASE_USERS - 1) / CASE_USERS,
	    evaluate_case_users, &j);
	for (int t = 0; t < threads; t++)
		scratch_free(&j.scratch[t]);
	free(j.scratch);
	free(j.first);
	return rs_flaw_end(&j.flaw, v, e);
}

/* All candidates are alike: what they are called does not matter. */
static void
same_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	(void)s;
	(void)user;
	(void)first;
	memset(score, 0, users * n * sizeof(*score));
}

static void
same_some(const struct rs_scorer *s, uint32_t user, const uint32_t *item,
    size_t n, float *score)
{
	(void)s;
	(void)user;
	(void)item;
	memset(score, 0, n * sizeof(*score));
}

void
rs_evaluate_random_cases(const struct rs_cases *c,
    const struct rs_eval_ask *ask, struct rs_pool *pool, struct rs_eval *v)
{
	const struct rs_scorer same = { .users = UINT64_MAX,
	    .items = UINT64_MAX, .tile_users = 1, .tile = same_tile,
	    .some = same_some };
	struct rs_eval_ask fair = *ask;
	struct rs_err e;
	int status;

	fair.ties = RS_TIES_EXPECTED;
	status = rs_evaluate_cases(&same, c, &fair, pool, v, &e);
	assert(status == 0);
	(void)status;
}

