/*
 * evaluate: what a model's rankings are worth on held-out pairs.
 *
 * A task is a tile's users.  A user's state (where the relevant items stand,
 * the best list for coverage) is in the scratch of the thread that has the
 * task; a user's row of values is written once, by that task.  Coverage is
 * gathered per thread in whole numbers, whose sum no order changes.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/best.h"
#include "kernel/count.h"
#include "model/evaluate.h"
#include "rank/coverage.h"
#include "rank/standing.h"

enum {
	TILE_USERS = 24,	/* whole groups of the kernel's 6 and of 8 */
	TILE_ITEMS = 2064,	/* whole panels of 16 and of 48; 194 KiB of
				 * scores are half a second cache */
	CASE_USERS = 64,	/* users a task, with candidates */
};

/* Scorers. */

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

/* Values. */

static void
eval_new(struct rs_eval *v, const struct rs_metrics *ms, size_t users)
{
	v->users = 0;
	v->metrics = ms->n;
	v->user = rs_alloc(rs_size(users, sizeof(*v->user)));
	v->value = rs_alloc(rs_size(rs_size(users, ms->n),
	    sizeof(*v->value)));
	v->whole = rs_alloc(rs_size(ms->n, sizeof(*v->whole)));
	for (size_t m = 0; m < ms->n; m++)
		v->whole[m] = (double)NAN;
}

/* Everybody with test items. */
static void
eval_users(struct rs_eval *v, const struct rs_eval_ask *ask)
{
	size_t users = 0;

	for (uint64_t u = 0; u < ask->test->users; u++)
		users += rs_csr_count(ask->test, u) > 0;
	eval_new(v, ask->metrics, users);
	for (uint64_t u = 0; u < ask->test->users; u++)
		if (rs_csr_count(ask->test, u) > 0)
			v->user[v->users++] = (uint32_t)u;
}

static void
put_values(const struct rs_metrics *ms, const struct rs_ranking *r,
    double *value)
{
	for (size_t m = 0; m < ms->n; m++)
		value[m] = ms->metric[m].def->ranking != NULL ?
		    rs_metric_value(ms, m, r) : (double)NAN;
}

double
rs_eval_mean(const struct rs_eval *v, size_t metric, uint64_t *users)
{
	double sum = 0;

	*users = 0;
	if (v->whole[metric] == v->whole[metric]) {
		*users = v->users;
		return v->whole[metric];
	}
	for (size_t u = 0; u < v->users; u++) {
		const double x = v->value[u * v->metrics + metric];

		if (x == x) {
			sum += x;
			++*users;
		}
	}
	return sum / (double)*users;
}

void
rs_eval_free(struct rs_eval *v)
{
	free(v->user);
	free(v->value);
	free(v->whole);
	memset(v, 0, sizeof(*v));
}

/* The first place of an ascending list that is not below the item. */
static size_t
place(const uint32_t *list, size_t n, uint64_t item)
{
	size_t low = 0;

	while (low < n) {
		const size_t mid = low + (n - low) / 2;

		if (list[mid] < item)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

/* Items of a user in a matrix that are below a limit; NULL is an empty one. */
static const uint32_t *
items_below(const struct rs_csr *m, uint32_t user, uint64_t limit, size_t *n)
{
	const uint32_t *item;

	*n = 0;
	if (m == NULL || user >= m->users)
		return NULL;
	item = rs_csr_items(m, user);
	*n = place(item, (size_t)rs_csr_count(m, user), limit);
	return item;
}

static bool
holds(const uint32_t *list, size_t n, uint32_t item)
{
	const size_t at = place(list, n, item);

	return at < n && list[at] == item;
}

/* Everything that one thread needs. */
struct scratch {
	float *tile;		/* (tile_users, tile_items) */
	struct rs_standing *standing;	/* (tile_users) */
	struct rs_best *best;	/* (tile_users) */
	struct rs_hit *hits;	/* (tile_users, longest + 1) */
	struct rs_coverage **coverage;	/* (metrics) NULL: is none */
	uint32_t *item;		/* relevant items of one user */
	float *score;		/* theirs */
	float *row;		/* (items) for one user, see cover_tie */
	size_t room;
	bool failed;		/* a score of this tile is not a number, so
				 * its standings contradict themselves */
};

struct job {
	const struct rs_scorer *scorer;
	const struct rs_eval_ask *ask;
	const struct rs_cases *cases;
	struct rs_eval *v;
	size_t *first;		/* (users + 1) first case of each */
	uint64_t longest;	/* coverage's longest cut; 0: none */
	uint64_t depth;		/* ranks that any metric looks at */
	struct scratch *scratch;	/* (threads) */
	pthread_mutex_t lock;	/* guards bad */
	uint32_t bad;		/* lowest user with a score that is NaN */
	bool failed;
};

static void
note_bad(struct job *j, struct scratch *t, uint32_t user)
{
	t->failed = true;
	pthread_mutex_lock(&j->lock);
	if (!j->failed || user < j->bad)
		j->bad = user;
	j->failed = true;
	pthread_mutex_unlock(&j->lock);
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

/* The user's test items that the model can put into the list. */
static void
begin_user(struct job *j, struct scratch *t, size_t slot, uint32_t user)
{
	const struct rs_eval_ask *ask = j->ask;
	size_t tests, seens, n = 0;
	const uint32_t *test = items_below(ask->test, user,
	    j->scorer->items, &tests);
	const uint32_t *seen = items_below(ask->seen, user,
	    j->scorer->items, &seens);

	room_for_items(t, tests);
	for (size_t i = 0; i < tests; i++)
		if (!holds(seen, seens, test[i]))
			t->item[n++] = test[i];
	j->scorer->some(j->scorer, user, t->item, n, t->score);
	if (rs_count_numbers(t->score, n) != n) {
		note_bad(j, t, user);
		n = 0;
	}
	rs_standing_begin(&t->standing[slot], ask->ties, j->depth, t->item,
	    t->score, n);
	if (j->longest > 0)
		rs_best_init(&t->best[slot], t->hits + slot *
		    (j->longest + 1), j->longest + 1);
}

/* Turn the scores of seen items into NaN, which stands nowhere. */
static void
mask_seen(const struct rs_csr *seen, uint32_t user, size_t first, size_t n,
    float *score)
{
	size_t seens;
	const uint32_t *item = items_below(seen, user, first + n, &seens);

	for (size_t i = place(item, seens, first); i < seens; i++)
		score[item[i] - first] = (float)NAN;
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
	mask_seen(j->ask->seen, user, first, n, score);
	rs_standing_add(&t->standing[slot], first, score, n);
	if (j->longest > 0)
		add_best(&t->best[slot], first, score, n);
}

/* Scores equal to the last one that the cut lets in go on behind it: each
 * item with that score has the same chance.  How many there are the list
 * does not say, so all scores are looked at once more. */
static void
cover_tie(struct job *j, struct scratch *t, struct rs_coverage *c,
    uint32_t user, float last, uint64_t places)
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
	mask_seen(j->ask->seen, user, 0, s->items, t->row);
	rs_count(t->row, s->items, last, &above, &equal);
	for (size_t i = 0; i < s->items; i++)
		if (t->row[i] == last)
			rs_coverage_add(c, i, (double)places / (double)equal);
}

/* The list of a user, n best ones and at least one beyond the cut where
 * there are so many. */
static void
cover(struct job *j, struct scratch *t, struct rs_coverage *c, uint64_t k,
    uint32_t user, const struct rs_hit *hit, size_t n)
{
	size_t sure = n < k ? n : k;

	if (n > k && hit[k].score == hit[k - 1].score &&
	    j->ask->ties != RS_TIES_INDEX) {
		while (sure > 0 && hit[sure - 1].score == hit[k].score)
			sure--;
		cover_tie(j, t, c, user, hit[k].score, k - sure);
	}
	for (size_t i = 0; i < sure; i++)
		rs_coverage_add(c, hit[i].item, 1);
}

static void
end_user(struct job *j, struct scratch *t, size_t slot, size_t at)
{
	const struct rs_metrics *ms = j->ask->metrics;
	const uint32_t user = j->v->user[at];
	struct rs_ranking r;
	size_t seens, n;

	items_below(j->ask->seen, user, j->scorer->items, &seens);
	rs_standing_end(&t->standing[slot], rs_csr_count(j->ask->test, user),
	    j->scorer->items - seens, &r);
	put_values(ms, &r, j->v->value + at * ms->n);
	if (j->longest == 0)
		return;
	n = rs_best_take(&t->best[slot]);
	for (size_t m = 0; m < ms->n; m++)
		if (t->coverage[m] != NULL)
			cover(j, t, t->coverage[m], ms->metric[m].k, user,
			    t->hits + slot * (j->longest + 1), n);
}

/* Nobody whom the model does not know gets anything. */
static void
miss_user(struct job *j, size_t at)
{
	const struct rs_metrics *ms = j->ask->metrics;
	const struct rs_ranking r = {
		.relevant = rs_csr_count(j->ask->test, j->v->user[at])
	};

	put_values(ms, &r, j->v->value + at * ms->n);
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
	const struct rs_metrics *ms = j->ask->metrics;

	memset(t, 0, sizeof(*t));
	t->standing = rs_zalloc(rs_size(s->tile_users, sizeof(*t->standing)));
	t->coverage = rs_zalloc(rs_size(ms->n, sizeof(struct rs_coverage *)));
	if (j->cases != NULL)
		return;
	t->tile = rs_aligned(rs_size(rs_size(s->tile_users, s->tile_items),
	    sizeof(*t->tile)));
	if (j->longest == 0)
		return;
	t->best = rs_alloc(rs_size(s->tile_users, sizeof(*t->best)));
	t->hits = rs_alloc(rs_size(rs_size(s->tile_users, j->longest + 1),
	    sizeof(*t->hits)));
	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE)
			t->coverage[m] = rs_coverage_new(s->items);
}

static void
scratch_free(struct scratch *t, const struct job *j)
{
	for (size_t i = 0; i < j->scorer->tile_users; i++)
		rs_standing_free(&t->standing[i]);
	for (size_t m = 0; m < j->ask->metrics->n; m++)
		rs_coverage_free(t->coverage[m]);
	free(t->tile);
	free(t->standing);
	free(t->best);
	free(t->hits);
	free(t->coverage);
	free(t->item);
	free(t->score);
	free(t->row);
}

static void
fold_coverage(struct job *j, int threads)
{
	for (size_t m = 0; m < j->ask->metrics->n; m++) {
		struct rs_coverage *all = j->scratch[0].coverage[m];

		if (all == NULL)
			continue;
		for (int t = 1; t < threads; t++)
			rs_coverage_merge(all, j->scratch[t].coverage[m]);
		j->v->whole[m] = rs_coverage_value(all);
	}
}

static int
run(struct job *j, size_t tasks, void (*work)(void *, size_t, int),
    struct rs_pool *pool, struct rs_err *e)
{
	const int threads = rs_pool_threads(pool);

	j->depth = rs_metrics_have(j->ask->metrics, RS_METRIC_FULL) ?
	    UINT64_MAX : j->ask->metrics->k;
	pthread_mutex_init(&j->lock, NULL);
	j->scratch = rs_alloc(rs_size((size_t)threads, sizeof(*j->scratch)));
	for (int t = 0; t < threads; t++)
		scratch_new(&j->scratch[t], j);
	rs_pool_run(pool, tasks, work, j);
	fold_coverage(j, threads);
	for (int t = 0; t < threads; t++)
		scratch_free(&j->scratch[t], j);
	free(j->scratch);
	pthread_mutex_destroy(&j->lock);
	if (!j->failed)
		return 0;
	rs_eval_free(j->v);
	return rs_fail(e, "a score of user %" PRIu32 " is not a number",
	    j->bad);
}

int
rs_evaluate(const struct rs_scorer *s, const struct rs_eval_ask *ask,
    struct rs_pool *pool, struct rs_eval *v, struct rs_err *e)
{
	struct job j = { .scorer = s, .ask = ask, .v = v };

	eval_users(v, ask);
	for (size_t m = 0; m < ask->metrics->n; m++) {
		const struct rs_metric *metric = &ask->metrics->metric[m];

		if (metric->def->kind == RS_METRIC_CATALOGUE &&
		    metric->k > j.longest)
			j.longest = metric->k;
	}
	/* A list cannot be longer than there are items. */
	if (j.longest > s->items)
		j.longest = s->items;
	return run(&j, (v->users + s->tile_users - 1) / s->tile_users,
	    evaluate_tile, pool, e);
}

/* Candidates. */

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

static int
by_index(const void *a, const void *b)
{
	const uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;

	return (p > q) - (p < q);
}

/* Rank one case.  The relevant items are known by their places among the
 * candidates, ascending, as if those were all the items there are. */
static void
rank_case(struct job *j, struct scratch *t, size_t c, struct rs_ranking *r)
{
	const struct rs_cases *cases = j->cases;
	const uint32_t user = cases->user[c];
	size_t n = cases->start[c + 1] - cases->start[c], tests, hits = 0;
	const uint32_t *test = items_below(j->ask->test, user, UINT64_MAX,
	    &tests);
	uint64_t relevant = 0, lost = 0;
	const size_t all = n;
	uint32_t *item, *at;
	float *theirs;

	/* Two lists of each kind: all candidates, then the relevant ones. */
	room_for_items(t, 2 * n);
	item = t->item;
	at = t->item + n;
	theirs = t->score + n;
	memcpy(item, cases->item + cases->start[c], n * sizeof(*item));
	qsort(item, n, sizeof(*item), by_index);
	for (size_t i = 0; i < n; i++)
		relevant += holds(test, tests, item[i]);
	n = user < j->scorer->users ? place(item, n, j->scorer->items) : 0;
	j->scorer->some(j->scorer, user, item, n, t->score);
	if (rs_count_numbers(t->score, n) != n) {
		note_bad(j, t, user);
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		if (holds(test, tests, item[i])) {
			at[hits] = (uint32_t)i;
			theirs[hits++] = t->score[i];
		}
	lost = relevant - hits;
	rs_standing_begin(t->standing, j->ask->ties, j->depth, at, theirs,
	    hits);
	rs_standing_add(t->standing, 0, t->score, n);
	rs_standing_end(t->standing, relevant, all - lost, r);
}

static void
evaluate_case_users(void *arg, size_t task, int thread)
{
	struct job *j = arg;
	struct scratch *t = &j->scratch[thread];
	const struct rs_metrics *ms = j->ask->metrics;
	size_t *count = rs_alloc(rs_size(ms->n, sizeof(*count)));
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
	free(count);
}

/* The users of the cases, and where each one's cases begin. */
static size_t *
case_users(struct rs_eval *v, const struct rs_cases *c,
    const struct rs_metrics *ms)
{
	size_t users = 0, *first;

	for (size_t i = 0; i < c->n; i++)
		users += i == 0 || c->user[i] != c->user[i - 1];
	eval_new(v, ms, users);
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
	struct job j = { .scorer = s, .ask = ask, .cases = c, .v = v };
	int status;

	j.first = case_users(v, c, ask->metrics);
	status = run(&j, (v->users + CASE_USERS - 1) / CASE_USERS,
	    evaluate_case_users, pool, e);
	free(j.first);
	return status;
}

/* Random order: one group of equal candidates. */

static void
cover_randomly(struct rs_coverage *c, uint64_t k, uint64_t candidates,
    const uint32_t *seen, size_t seens)
{
	const double chance = k < candidates ?
	    (double)k / (double)candidates : 1;

	if (candidates == 0)
		return;
	rs_coverage_add_all(c, chance);
	for (size_t i = 0; i < seens; i++)
		rs_coverage_take(c, seen[i], chance);
}

void
rs_evaluate_random(uint64_t items, const struct rs_eval_ask *ask,
    struct rs_eval *v)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_coverage **coverage = rs_zalloc(rs_size(ms->n,
	    sizeof(*coverage)));

	eval_users(v, ask);
	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE)
			coverage[m] = rs_coverage_new(items);
	for (size_t u = 0; u < v->users; u++) {
		const uint32_t user = v->user[u];
		size_t tests, seens, hits = 0;
		const uint32_t *test = items_below(ask->test, user, items,
		    &tests);
		const uint32_t *seen = items_below(ask->seen, user, items,
		    &seens);
		struct rs_tie tie;
		struct rs_ranking r;

		for (size_t i = 0; i < tests; i++)
			hits += !holds(seen, seens, test[i]);
		tie = (struct rs_tie){ 0, items - seens, hits };
		r = (struct rs_ranking){ &tie, hits > 0,
		    rs_csr_count(ask->test, user), items - seens };
		put_values(ms, &r, v->value + u * ms->n);
		for (size_t m = 0; m < ms->n; m++)
			if (coverage[m] != NULL)
				cover_randomly(coverage[m], ms->metric[m].k,
				    items - seens, seen, seens);
	}
	for (size_t m = 0; m < ms->n; m++) {
		if (coverage[m] == NULL)
			continue;
		v->whole[m] = rs_coverage_value(coverage[m]);
		rs_coverage_free(coverage[m]);
	}
	free(coverage);
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
    const struct rs_eval_ask *ask, struct rs_eval *v)
{
	const struct rs_scorer same = { .users = UINT64_MAX,
	    .items = UINT64_MAX, .tile_users = 1, .tile = same_tile,
	    .some = same_some };
	struct rs_eval_ask fair = *ask;
	struct rs_pool *alone = rs_pool_new(1);
	struct rs_err e;
	int status;

	fair.ties = RS_TIES_EXPECTED;
	status = rs_evaluate_cases(&same, c, &fair, alone, v, &e);
	assert(status == 0);
	(void)status;
	rs_pool_free(alone);
}

/* Lists. */

/* Groups of equal scores in one list of n, of which those with a relevant
 * item are kept; by the rule of the index the order of the list stands. */
static size_t
list_ties(const uint32_t *item, const double *score, size_t n,
    const uint32_t *test, size_t tests, enum rs_ties rule,
    struct rs_tie *tie)
{
	size_t ties = 0;

	for (size_t i = 0, size; i < n; i += size) {
		uint64_t hits = 0;

		for (size = 0; i + size < n &&
		    (size == 0 || (score[i + size] == score[i] &&
		    rule != RS_TIES_INDEX)); size++)
			hits += holds(test, tests, item[i + size]);
		if (hits > 0)
			tie[ties++] = (struct rs_tie){ i, size, hits };
	}
	return ties;
}

/* Place i of the list, in a group that lies across the cut: the chance that
 * it is within. */
static void
cover_list(struct rs_coverage *c, uint64_t k, const uint32_t *item,
    const double *score, size_t n, enum rs_ties rule)
{
	for (size_t i = 0, size; i < n && i < k; i += size) {
		for (size = 1; i + size < n && score[i + size] == score[i] &&
		    rule != RS_TIES_INDEX; size++)
			;
		for (size_t p = i; p < i + size; p++)
			rs_coverage_add(c, item[p], i + size <= k ? 1 :
			    (double)(k - i) / (double)size);
	}
}

void
rs_evaluate_lists(const struct rs_lists *l, const struct rs_eval_ask *ask,
    struct rs_eval *v)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_coverage **coverage = rs_zalloc(rs_size(ms->n,
	    sizeof(*coverage)));
	struct rs_tie *tie = NULL;
	size_t room = 0;

	eval_users(v, ask);
	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE)
			coverage[m] = rs_coverage_new(l->items);
	for (size_t u = 0; u < v->users; u++) {
		const uint32_t user = v->user[u];
		const uint64_t at = user < l->users ? l->start[user] : 0;
		const size_t n = user < l->users ?
		    l->start[user + 1] - at : 0;
		size_t tests;
		const uint32_t *test = items_below(ask->test, user,
		    UINT64_MAX, &tests);
		struct rs_ranking r = { .relevant = tests, .candidates = n };

		rs_grow(&tie, &room, tests + 1, sizeof(*tie));
		r.tie = tie;
		r.ties = list_ties(l->item + at, l->score + at, n, test,
		    tests, ask->ties, tie);
		rs_ranking_settle(&r, ask->ties);
		put_values(ms, &r, v->value + u * ms->n);
		for (size_t m = 0; m < ms->n; m++)
			if (coverage[m] != NULL)
				cover_list(coverage[m], ms->metric[m].k,
				    l->item + at, l->score + at, n,
				    ask->ties);
	}
	for (size_t m = 0; m < ms->n; m++) {
		if (coverage[m] == NULL)
			continue;
		v->whole[m] = rs_coverage_value(coverage[m]);
		rs_coverage_free(coverage[m]);
	}
	free(coverage);
	free(tie);
}

/* Scored pairs. */

void
rs_evaluate_pairs(const struct rs_pairs *p, const struct rs_metrics *ms,
    struct rs_eval *v, double **weight)
{
	uint32_t *at, users = 0, top = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->user[i] >= top)
			top = p->user[i] + 1;
	at = rs_zalloc(rs_size(top, sizeof(*at)) + 1);
	for (size_t i = 0; i < p->n; i++)
		at[p->user[i]] = 1;
	for (uint32_t u = 0; u < top; u++)
		users += at[u];
	eval_new(v, ms, users);
	for (uint32_t u = 0; u < top; u++)
		if (at[u] != 0) {
			at[u] = (uint32_t)v->users;
			v->user[v->users++] = u;
		}
	memset(v->value, 0, users * ms->n * sizeof(*v->value));
	*weight = rs_zalloc(rs_size(users, sizeof(**weight)) + 1);
	for (size_t i = 0; i < p->n; i++) {
		double *sum = v->value + (size_t)at[p->user[i]] * ms->n;

		(*weight)[at[p->user[i]]]++;
		for (size_t m = 0; m < ms->n; m++) {
			const struct rs_metric_def *d = ms->metric[m].def;

			sum[m] += d->pair(p->score[i], d->of_labels ?
			    p->label[i] : p->value[i], p->threshold);
		}
	}
	for (size_t u = 0; u < v->users; u++)
		for (size_t m = 0; m < ms->n; m++)
			v->value[u * ms->n + m] /= (*weight)[u];
	free(at);
}
