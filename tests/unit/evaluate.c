/* evaluate: the tiles count what a plain sort of every list finds. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "model/evaluate.h"
#include "rank/bootstrap.h"
#include "rank/shelf.h"
#include "test.h"

enum { USERS = 61, ITEMS = 97, LEVELS = 9 };

static const char *const SHALLOW = "p@3,recall@5,map@5:hits,ndcg@4,hr@2,"
    "mrr@3";
static const char *const METRICS = "p@3,recall@7,map@10,map@10:hits,ndcg@20,"
    "hr@2,mrr,mrr:all,auc,coverage@1,coverage@4,coverage@200,overlap@4,"
    "gini@4,novelty@4,overlap@30,novelty@200";

static double bits[ITEMS];	/* surprise */

/* Few different scores, so that ties are everywhere; -0 among them. */
static float
score_of(uint32_t user, uint64_t item)
{
	const uint64_t d = rs_draw2(7, RS_DRAW_SYNTH, user, item);
	const float s = (float)rs_below(LEVELS, d) - 4;

	return s == 0 && (d & 1) ? -0.0f : s;
}

static void
tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	(void)s;
	for (size_t u = 0; u < users; u++)
		for (size_t i = 0; i < n; i++)
			score[u * n + i] = score_of(user[u], first + i);
}

static void
some(const struct rs_scorer *s, uint32_t user, const uint32_t *item, size_t n,
    float *score)
{
	(void)s;
	for (size_t i = 0; i < n; i++)
		score[i] = score_of(user, item[i]);
}

/* A matrix whose cells are drawn; the last three of its users and items are
 * beyond the model's. */
static void
draw_matrix(struct rs_csr *m, uint64_t seed, double density)
{
	memset(m, 0, sizeof(*m));
	m->users = USERS + 3;
	m->items = ITEMS + 3;
	m->start = rs_zalloc((m->users + 1) * sizeof(*m->start));
	m->item = rs_alloc(m->users * m->items * sizeof(*m->item));
	for (uint64_t u = 0; u < m->users; u++) {
		for (uint64_t i = 0; i < m->items; i++)
			if (rs_chance(density, seed, RS_DRAW_PAIR,
			    u * m->items + i))
				m->item[m->nnz++] = (uint32_t)i;
		m->start[u + 1] = m->nnz;
	}
}

static void
free_matrix(struct rs_csr *m)
{
	free(m->start);
	free(m->item);
}

static bool
has(const struct rs_csr *m, uint64_t user, uint64_t item)
{
	for (uint64_t p = m->start[user]; p < m->start[user + 1]; p++)
		if (m->item[p] == item)
			return true;
	return false;
}

/* One user's ranking: for each relevant candidate its group, by comparing it
 * with everybody. */
static void
plain_ranking(uint32_t user, const struct rs_csr *test,
    const struct rs_csr *seen, enum rs_ties rule, struct rs_tie *tie,
    struct rs_ranking *r)
{
	*r = (struct rs_ranking){ .tie = tie };
	for (uint32_t i = 0; i < test->items; i++)
		r->relevant += has(test, user, i);
	for (int level = LEVELS; level >= -LEVELS; level--) {
		struct rs_tie g = { 0, 0, 0 };

		for (uint32_t i = 0; i < ITEMS; i++) {
			if (user >= USERS || has(seen, user, i))
				continue;
			g.above += score_of(user, i) > (float)level;
			if (score_of(user, i) != (float)level)
				continue;
			if (has(test, user, i) && rule == RS_TIES_INDEX)
				tie[r->ties++] = (struct rs_tie){ g.size, 1,
				    1 };
			g.size++;
			g.hits += has(test, user, i);
		}
		if (rule == RS_TIES_INDEX)
			for (size_t t = r->ties; t > 0 && tie[t - 1].above <
			    g.size && g.hits > 0; t--, g.hits--)
				tie[t - 1].above += g.above;
		else if (g.hits > 0)
			tie[r->ties++] = g;
		r->candidates += g.size;
	}
	rs_ranking_settle(r, rule);
}

/* The chance that an item is among a user's first k. */
static double
plain_chance(uint32_t user, uint32_t item, const struct rs_csr *seen,
    uint64_t k, enum rs_ties rule)
{
	const float s = score_of(user, item);
	uint64_t above = 0, equal = 0, lower = 0;

	if (has(seen, user, item))
		return 0;
	for (uint32_t i = 0; i < ITEMS; i++) {
		if (has(seen, user, i))
			continue;
		above += score_of(user, i) > s;
		equal += score_of(user, i) == s;
		lower += score_of(user, i) == s && i < item;
	}
	if (rule == RS_TIES_INDEX)
		return above + lower < k;
	if (above >= k)
		return 0;
	return k - above >= equal ? 1 : (double)(k - above) / (double)equal;
}

static double
plain_coverage(const struct rs_csr *test, const struct rs_csr *seen,
    uint64_t k, enum rs_ties rule)
{
	double lit = 0;

	for (uint32_t i = 0; i < ITEMS; i++) {
		double dark = 1;

		for (uint32_t u = 0; u < USERS; u++)
			if (test->start[u + 1] > test->start[u])
				dark *= 1 - plain_chance(u, i, seen, k, rule);
		lit += 1 - dark;
	}
	return lit / ITEMS;
}

/* Whoever has test items and is known to the model has a list. */
static bool
listed(const struct rs_csr *test, uint32_t u)
{
	return test->start[u + 1] > test->start[u];
}

static double
plain_overlap(const struct rs_csr *test, const struct rs_csr *seen,
    uint64_t k, enum rs_ties rule)
{
	static double chance[USERS][ITEMS];
	double sum = 0, pairs = 0;

	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t i = 0; i < ITEMS; i++)
			chance[u][i] = plain_chance(u, i, seen, k, rule);
	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t w = 0; w < u; w++) {
			if (!listed(test, u) || !listed(test, w))
				continue;
			pairs++;
			for (uint32_t i = 0; i < ITEMS; i++)
				sum += chance[u][i] * chance[w][i];
		}
	return sum / (pairs * (double)k);
}

static double
plain_gini(const struct rs_csr *test, const struct rs_csr *seen, uint64_t k,
    enum rs_ties rule)
{
	double count[ITEMS] = { 0 }, all = 0, sum = 0;

	for (uint32_t i = 0; i < ITEMS; i++)
		for (uint32_t u = 0; u < USERS; u++)
			count[i] += listed(test, u) ?
			    plain_chance(u, i, seen, k, rule) : 0;
	for (uint32_t i = 0; i < ITEMS; i++) {
		all += count[i];
		for (uint32_t j = 0; j < ITEMS; j++)
			sum += fabs(count[i] - count[j]);
	}
	return sum / (2 * ITEMS * all);
}

static double
plain_whole(const struct rs_metric *m, const struct rs_eval_ask *ask)
{
	return m->def->shelf == rs_shelf_gini ?
	    plain_gini(ask->test, ask->seen, m->k, ask->ties) :
	    m->def->shelf == rs_shelf_overlap ?
	    plain_overlap(ask->test, ask->seen, m->k, ask->ties) :
	    plain_coverage(ask->test, ask->seen, m->k, ask->ties);
}

static double
plain_novelty(uint32_t user, const struct rs_csr *seen, uint64_t k,
    enum rs_ties rule)
{
	double sum = 0, places = 0;

	for (uint32_t i = 0; i < ITEMS && user < USERS; i++) {
		const double c = plain_chance(user, i, seen, k, rule);

		sum += c * bits[i];
		places += c;
	}
	return sum / places;
}

static void
compare(const struct rs_eval *v, const struct rs_eval_ask *ask)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_tie tie[ITEMS + 3];
	struct rs_ranking r;
	const char *rule = rs_ties_names[ask->ties];

	for (size_t u = 0; u < v->users; u++) {
		plain_ranking(v->user[u], ask->test, ask->seen, ask->ties,
		    tie, &r);
		for (size_t m = 0; m < ms->n; m++) {
			const double got = v->value[u * v->metrics + m];
			double want;

			if (ms->metric[m].def->kind == RS_METRIC_CATALOGUE)
				continue;
			if (ms->metric[m].def->kind == RS_METRIC_CONTENT) {
				want = plain_novelty(v->user[u], ask->seen,
				    ms->metric[m].k, ask->ties);
				ok(fabs(got - want) < 1e-9 || (isnan(got) &&
				    isnan(want)), "%s user %" PRIu32 " %s: "
				    "%.17g, not %.17g", rule, v->user[u],
				    ms->metric[m].name, got, want);
				continue;
			}
			want = rs_metric_value(ms, m, &r);
			ok(got == want || (isnan(got) && isnan(want)),
			    "%s user %" PRIu32 " %s: %.17g, not %.17g", rule,
			    v->user[u], ms->metric[m].name, got, want);
		}
	}
	for (size_t m = 0; m < ms->n; m++) {
		double want;

		if (ms->metric[m].def->kind != RS_METRIC_CATALOGUE)
			continue;
		want = plain_whole(&ms->metric[m], ask);
		ok(fabs(v->whole[m] - want) < 1e-8, "%s %s: %.17g, not %.17g",
		    rule, ms->metric[m].name, v->whole[m], want);
	}
}

static bool
same(const struct rs_eval *a, const struct rs_eval *b)
{
	return a->users == b->users && memcmp(a->value, b->value, a->users *
	    a->metrics * sizeof(*a->value)) == 0 && memcmp(a->whole, b->whole,
	    a->metrics * sizeof(*a->whole)) == 0;
}

static void
tiles_find_what_sorting_finds(const char *metrics)
{
	struct rs_pool *one = rs_pool_new(1), *three = rs_pool_new(3);
	struct rs_csr test, seen;
	struct rs_metrics ms;
	struct rs_eval v, w;
	struct rs_err e;

	rs_metrics_parse(&ms, metrics, &e);
	draw_matrix(&test, 1, 0.06);
	draw_matrix(&seen, 2, 0.2);
	for (enum rs_ties rule = 0; rule <= RS_TIES_INDEX; rule++) {
		const struct rs_eval_ask ask = { &ms, &test, &seen, bits,
		    rule };
		struct rs_scorer s = { .users = USERS, .items = ITEMS,
		    .tile_users = 4, .tile_items = 10, .tile = tile,
		    .some = some };

		ok(rs_evaluate(&s, &ask, one, &v, &e) == 0, "%s", e.text);
		compare(&v, &ask);
		s.tile_items = 97;
		s.tile_users = 7;
		ok(rs_evaluate(&s, &ask, three, &w, &e) == 0, "%s", e.text);
		ok(same(&v, &w), "three threads, other tiles");
		rs_eval_free(&v);
		rs_eval_free(&w);
	}
	rs_metrics_free(&ms);
	free_matrix(&test);
	free_matrix(&seen);
	rs_pool_free(one);
	rs_pool_free(three);
}

static void
test_tiles_find_what_sorting_finds(void)
{
	tiles_find_what_sorting_finds(METRICS);
	tiles_find_what_sorting_finds(SHALLOW);
}

/* A case of all unseen items is the full ranking. */
static void
test_a_case_of_everything_is_the_full_ranking(void)
{
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_csr test, seen;
	struct rs_metrics ms;
	struct rs_cases c = { 0 };
	struct rs_eval v, w;
	struct rs_err e;

	rs_metrics_parse(&ms, "ndcg@20,hr@2,mrr,auc", &e);
	draw_matrix(&test, 3, 0.1);
	draw_matrix(&seen, 4, 0);
	/* unknown users and items are told elsewhere */
	test.users = USERS;
	c.user = rs_alloc(USERS * sizeof(*c.user));
	c.start = rs_zalloc((USERS + 1) * sizeof(*c.start));
	c.item = rs_alloc(USERS * test.items * sizeof(*c.item));
	for (uint32_t u = 0; u < USERS; u++) {
		if (test.start[u] == test.start[u + 1])
			continue;
		c.user[c.n] = u;
		c.start[c.n + 1] = c.start[c.n];
		for (uint32_t i = (uint32_t)test.items; i-- > 0; )
			if (i < ITEMS || has(&test, u, i))
				c.item[c.start[c.n + 1]++] = i;
		c.n++;
	}
	for (enum rs_ties rule = 0; rule <= RS_TIES_INDEX; rule++) {
		const struct rs_eval_ask ask = { &ms, &test, NULL, NULL, rule };
		const struct rs_scorer s = { .users = USERS, .items = ITEMS,
		    .tile_users = 4, .tile_items = 10, .tile = tile,
		    .some = some };

		rs_evaluate(&s, &ask, pool, &v, &e);
		rs_evaluate_cases(&s, &c, &ask, pool, &w, &e);
		ok(same(&v, &w), "%s", rs_ties_names[rule]);
		rs_eval_free(&v);
		rs_eval_free(&w);
		rs_evaluate_random_cases(&c, &ask, pool, &w);
		ok(fabs(rs_eval_mean(&w, 3, &(uint64_t){ 0 }) - 0.5) < 0.05,
		    "a random AUC of %g", rs_eval_mean(&w, 3,
		    &(uint64_t){ 0 }));
		rs_eval_free(&w);
	}
	rs_metrics_free(&ms);
	free_matrix(&test);
	free_matrix(&seen);
	free(c.user);
	free(c.start);
	free(c.item);
	rs_pool_free(pool);
}

static void
nan_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	tile(s, user, users, first, n, score);
	for (size_t u = 0; u < users; u++)
		if (user[u] == 20 || user[u] == 50)
			score[u * n] = NAN;
}

static void
test_a_score_that_is_no_number_is_refused(void)
{
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_csr test;
	struct rs_metrics ms;
	struct rs_eval v;
	struct rs_err e;

	rs_metrics_parse(&ms, METRICS, &e);
	draw_matrix(&test, 1, 0.9);
	const struct rs_eval_ask ask = { &ms, &test, NULL, NULL,
	    RS_TIES_EXPECTED };
	const struct rs_scorer s = { .users = USERS, .items = ITEMS,
	    .tile_users = 4, .tile_items = 10, .tile = nan_tile,
	    .some = some };

	ok(rs_evaluate(&s, &ask, pool, &v, &e) == -1 &&
	    strcmp(e.text, "a score of user 20 is not a number") == 0, "%s",
	    e.text);
	rs_metrics_free(&ms);
	free_matrix(&test);
	rs_pool_free(pool);
}

/* Random lists are a scorer that gives everybody the same score. */
static void
equal_tile(const struct rs_scorer *s, const uint32_t *user, size_t users,
    size_t first, size_t n, float *score)
{
	(void)s;
	(void)user;
	(void)first;
	for (size_t i = 0; i < users * n; i++)
		score[i] = 1;
}

static void
equal_some(const struct rs_scorer *s, uint32_t user, const uint32_t *item,
    size_t n, float *score)
{
	(void)s;
	(void)user;
	(void)item;
	for (size_t i = 0; i < n; i++)
		score[i] = 1;
}

static void
test_a_constant_model_is_worth_a_random_one(void)
{
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_csr test, seen;
	struct rs_metrics ms;
	struct rs_eval v, w;
	struct rs_err e;
	uint64_t n;

	rs_metrics_parse(&ms, METRICS, &e);
	draw_matrix(&test, 1, 0.06);
	draw_matrix(&seen, 2, 0.2);
	const struct rs_eval_ask ask = { &ms, &test, &seen, bits,
	    RS_TIES_EXPECTED };
	const struct rs_scorer s = { .users = USERS + 3, .items = ITEMS,
	    .tile_users = 4, .tile_items = 10, .tile = equal_tile,
	    .some = equal_some };

	rs_evaluate(&s, &ask, pool, &v, &e);
	rs_evaluate_random(ITEMS, &ask, &w);
	for (size_t m = 0; m < ms.n; m++)
		ok(fabs(rs_eval_mean(&v, m, &n) - rs_eval_mean(&w, m, &n)) <
		    1e-8, "%s: %.17g, not %.17g", ms.metric[m].name,
		    rs_eval_mean(&v, m, &n), rs_eval_mean(&w, m, &n));
	rs_eval_free(&v);
	rs_eval_free(&w);
	rs_metrics_free(&ms);
	free_matrix(&test);
	free_matrix(&seen);
	rs_pool_free(pool);
}

static void
test_the_interval_holds_the_mean_and_knows_no_threads(void)
{
	struct rs_pool *one = rs_pool_new(1), *three = rs_pool_new(3);
	double value[400 * 2], low[2], high[2], low3[2], high3[2], mean[2];
	uint64_t users[2];
	const struct rs_sample s = { .users = 400, .columns = 2,
	    .value = value };

	for (size_t u = 0; u < 400; u++) {
		value[2 * u] = rs_unit(rs_draw(1, RS_DRAW_SYNTH, u));
		value[2 * u + 1] = u % 4 == 0 ? NAN : 1;
	}
	rs_sample_mean(&s, mean, users);
	rs_bootstrap(&s, 1, one, low, high);
	rs_bootstrap(&s, 1, three, low3, high3);
	ok(memcmp(low, low3, sizeof(low)) == 0 &&
	    memcmp(high, high3, sizeof(high)) == 0, "threads");
	/* The deviation of the mean of 400 uniforms is 0.0144. */
	ok(low[0] < mean[0] && mean[0] < high[0], "%g in %g .. %g", mean[0],
	    low[0], high[0]);
	ok(fabs(high[0] - low[0] - 4 * 0.0144) < 0.008, "width %g",
	    high[0] - low[0]);
	ok(users[0] == 400 && users[1] == 300 && mean[1] == 1 &&
	    low[1] == 1 && high[1] == 1, "users without a value");
	rs_pool_free(one);
	rs_pool_free(three);
}

int
main(void)
{
	for (uint32_t i = 0; i < ITEMS; i++)
		bits[i] = (double)(i * i % 17) / 4;
	test_tiles_find_what_sorting_finds();
	test_a_case_of_everything_is_the_full_ranking();
	test_a_score_that_is_no_number_is_refused();
	test_a_constant_model_is_worth_a_random_one();
	test_the_interval_holds_the_mean_and_knows_no_threads();
	return test_end();
}
