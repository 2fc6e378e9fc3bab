/* guise: a contest that is judged as another tool would judge it. */
#include <float.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/guise.h"
#include "cli/tool.h"
#include "model/evaluate.h"
#include "model/shortlist.h"

static struct rs_eval_ask
ask_of(const struct rs_contest *c, const struct rs_contender *x,
    enum rs_ties ties)
{
	struct rs_eval_ask ask = rs_contest_ask(c, x);

	ask.ties = ties;
	return ask;
}

/* What a tool's formulas need to know of a contest. */
struct scope {
	uint64_t k;		/* the deepest cut */
	uint64_t items;		/* all there are, where it counts them */
	uint64_t unranked;	/* candidates that no model could rank */
};

/* Leave the users out of test whom keep says no to; how many those are. */
static uint64_t
keep_users(struct rs_contest *c, bool (*keep)(const struct rs_contest *c,
    uint64_t user))
{
	struct rs_csr *t = &c->test;
	uint64_t kept = 0, from = 0, gone = 0;

	for (uint64_t u = 0; u < t->users; u++) {
		const uint64_t end = t->start[u + 1];
		const bool stays = end > from && keep(c, u);

		gone += end > from && !stays;
		for (uint64_t p = from; p < end && stays; p++)
			t->item[kept++] = t->item[p];
		from = end;
		t->start[u + 1] = kept;
	}
	t->nnz = kept;
	if (kept == 0)
		rs_bad("%s: nobody is left whom %s would count", c->test_path,
		    rs_tool_names[c->tool]);
	return gone;
}

static uint64_t
most_relevant(const struct rs_csr *test)
{
	uint64_t most = 1;

	for (uint64_t u = 0; u < test->users; u++)
		if (rs_csr_count(test, u) > most)
			most = rs_csr_count(test, u);
	return most;
}

/* trec_eval. */

struct entry {
	float score;
	uint32_t item;
	const char *name;
	size_t len;
};

static int
by_name(const void *a, const void *b)
{
	const struct entry *p = a, *q = b;
	const size_t n = p->len < q->len ? p->len : q->len;
	int order;

	if (p->score != q->score)
		return p->score > q->score ? -1 : 1;
	order = memcmp(q->name, p->name, n);
	return order != 0 ? order : (q->len > p->len) - (q->len < p->len);
}

/* One list as trec_eval sorts it. */
static void
sort_run(const struct rs_ids *items, uint32_t *item, double *score, size_t n,
    struct entry *entry, struct rs_buf *room)
{
	char number[RS_NUM_MAX];

	room->len = 0;
	for (size_t i = 0; i < n; i++) {
		entry[i] = (struct entry){ .score = (float)score[i],
		    .item = item[i] };
		const char *p = rs_ids_name(items, item[i], number,
		    &entry[i].len);

		rs_buf_put(room, p, entry[i].len);
	}
	for (size_t i = 0, at = 0; i < n; at += entry[i++].len)
		entry[i].name = room->data + at;	/* it moves no more */
	qsort(entry, n, sizeof(*entry), by_name);
	for (size_t i = 0; i < n; i++) {
		item[i] = entry[i].item;
		score[i] = (double)entry[i].score;
	}
}

static uint64_t
sort_runs(const struct rs_contest *c, struct rs_lists *l)
{
	struct rs_buf room = { 0 };
	struct entry *entry = NULL;
	size_t entries = 0;
	uint64_t longest = 0;

	for (uint64_t u = 0; u < l->users; u++) {
		const uint64_t at = l->start[u];
		const size_t n = (size_t)(l->start[u + 1] - at);

		if (n == 0)
			continue;
		rs_grow(&entry, &entries, n, sizeof(*entry));
		sort_run(c->roster.ids[RS_ITEM], l->item + at, l->score + at,
		    n, entry, &room);
		if (n > longest)
			longest = n;
	}
	free(entry);
	rs_buf_free(&room);
	return longest;
}

static bool
has_lists(const struct rs_contest *c, uint64_t user)
{
	for (int i = 0; i < 2; i++) {
		const struct rs_lists *l = &c->contender[i].lists;

		if (c->contender[i].path != NULL && (user >= l->users ||
		    l->start[user + 1] == l->start[user]))
			return false;
	}
	return true;
}

static struct scope
don_trec(struct rs_contest *c)
{
	uint64_t longest = 1, most;

	for (int i = 0; i < 2; i++) {
		struct rs_contender *x = &c->contender[i];

		if (x->path == NULL)
			continue;
		if (x->ties == RS_TIES_INDEX)
			rs_misuse("%s has no scores, by which trec_eval would "
			    "sort it", x->path);
		most = sort_runs(c, &x->lists);
		longest = most > longest ? most : longest;
		x->ties = RS_TIES_INDEX;
	}
	rs_note_count(keep_users(c, has_lists), "users without "
	    "recommendations, left out by trec_eval unless it is given -c");
	most = most_relevant(&c->test);
	return (struct scope){ .k = most > longest ? most : longest };
}

/* MyMediaLite. */

/* The items of train and test. */
struct candidates {
	uint64_t items;		/* one above the highest, and the model's */
	bool *in;		/* (items) */
	uint64_t known, strange;	/* that the model knows, and others */
};

static void
unite(const struct rs_contest *c, struct candidates *all)
{
	const struct rs_csr *of[2] = { c->train, &c->test };

	all->items = c->items;
	for (int i = 0; i < 2; i++)
		for (uint64_t p = 0; p < of[i]->nnz; p++)
			if (of[i]->item[p] >= all->items)
				all->items = (uint64_t)of[i]->item[p] + 1;
	all->in = rs_zalloc(rs_size(all->items, sizeof(*all->in)) + 1);
	for (int i = 0; i < 2; i++)
		for (uint64_t p = 0; p < of[i]->nnz; p++)
			all->in[of[i]->item[p]] = true;
	for (uint64_t i = 0; i < all->items; i++) {
		all->known += i < c->items && all->in[i];
		all->strange += i >= c->items && all->in[i];
	}
}

/* For everybody with test items the seen items and those that are no
 * candidates. */
static void
hide_others(struct rs_contest *c, struct rs_contender *x,
    const struct candidates *all)
{
	struct rs_csr *h = &c->hidden;
	size_t room = 0, seens;

	*h = (struct rs_csr){ .users = c->test.users, .items = c->items };
	h->start = rs_zalloc(rs_size(h->users + 1, sizeof(*h->start)));
	for (uint64_t u = 0; u < h->users; u++) {
		const uint32_t *seen = rs_eval_items(x->seen, (uint32_t)u,
		    c->items, &seens);
		const uint64_t most = rs_csr_count(&c->test, u) == 0 ? 0 :
		    c->items;
		size_t s = 0;

		for (uint64_t i = 0; i < most; i++) {
			const bool own = s < seens && seen[s] == i;

			s += own;
			if (!own && all->in[i])
				continue;
			rs_grow(&h->item, &room, h->nnz + 1,
			    sizeof(*h->item));
			h->item[h->nnz++] = (uint32_t)i;
		}
		h->start[u + 1] = h->nnz;
	}
	x->seen = h;
}

/* Whether some of a user's candidates are not relevant. */
static bool
has_others(const struct rs_contest *c, uint64_t user)
{
	size_t seens;

	rs_eval_items(c->contender[0].seen, (uint32_t)user, UINT64_MAX,
	    &seens);
	return rs_csr_count(&c->test, user) != c->candidate_items - seens;
}

static struct scope
don_mymedialite(struct rs_contest *c)
{
	struct candidates all = { 0 };
	uint64_t most;

	if (c->train == NULL)
		rs_misuse("MyMediaLite's candidates are those of train: name "
		    "it with --train");
	unite(c, &all);
	c->candidate_items = all.known + all.strange;
	rs_note_count(keep_users(c, has_others), "users all of whose "
	    "candidates are relevant, left out by MyMediaLite");
	if (all.known < c->items)
		hide_others(c, &c->contender[0], &all);
	free(all.in);
	most = most_relevant(&c->test);
	return (struct scope){ .k = c->items > most ? c->items : most,
	    .items = c->candidate_items, .unranked = all.strange };
}

/* implicit. */

/* Higher indices first among equal scores, without a change of who is in. */
static void
turn_equals(struct rs_lists *l)
{
	for (uint64_t u = 0; u < l->users; u++) {
		const uint64_t end = l->start[u + 1];
		uint64_t from = l->start[u], to;

		for (; from < end; from = to) {
			for (to = from + 1; to < end &&
			    l->score[to] == l->score[from]; to++)
				;
			for (uint64_t a = from, b = to; b > a + 1; a++) {
				const uint32_t item = l->item[a];

				l->item[a] = l->item[--b];
				l->item[b] = item;
			}
		}
	}
}

static struct scope
don_implicit(struct rs_contest *c)
{
	if (c->lead == NULL && rs_ids_base(c->roster.ids[RS_ITEM]) == 0)
		rs_misuse("implicit's auc counts all items: name the "
		    "dictionaries with -D");
	if (c->k > c->items)
		rs_misuse("there are only %" PRIu64 " items for lists of %"
		    PRIu64, c->items, c->k);
	for (int i = 0; i < 2; i++)
		c->contender[i].ties = RS_TIES_INDEX;
	return (struct scope){ .k = c->k, .items = c->items };
}

/* implicit leaves nothing out: what a user has in train gets the least score
 * there is.  Whoever has fewer than k other items is given the first of
 * those, which one in test makes a hit. */
static void
fill_up(const struct rs_contest *c, const struct rs_contender *x,
    struct rs_lists *l)
{
	struct rs_lists full = { .users = l->users, .items = l->items };
	size_t room[2] = { 0 }, n = 0, seens;

	full.start = rs_zalloc(rs_size(l->users + 1, sizeof(*full.start)));
	for (uint64_t u = 0; u < l->users; u++) {
		const uint64_t own = l->start[u + 1] - l->start[u];
		const uint32_t *seen = rs_eval_items(x->seen, (uint32_t)u,
		    c->items, &seens);
		const uint64_t more = rs_csr_count(&c->test, u) == 0 ||
		    own >= c->k ? 0 : seens < c->k - own ? seens : c->k - own;

		rs_grow(&full.item, &room[0], n + own + more + 1,
		    sizeof(*full.item));
		rs_grow(&full.score, &room[1], n + own + more + 1,
		    sizeof(*full.score));
		for (uint64_t i = 0; i < own; i++, n++) {
			full.item[n] = l->item[l->start[u] + i];
			full.score[n] = l->score[l->start[u] + i];
		}
		for (uint64_t i = 0; i < more; i++, n++) {
			full.item[n] = seen[i];
			full.score[n] = -FLT_MAX;
		}
		full.start[u + 1] = n;
	}
	rs_lists_free(l);
	*l = full;
}

static void
judge_implicit(const struct rs_contest *c, struct rs_contender *x,
    struct rs_eval *v)
{
	const struct rs_eval_ask ask = ask_of(c, x, RS_TIES_INDEX);
	struct rs_scorer s;
	struct rs_err e;

	rs_scorer_of(&s, x->model);
	if (rs_shortlist(&s, &ask, c->k, c->pool, &x->lists, &e) < 0)
		rs_bad("%s: %s", x->path, e.text);
	rs_scorer_free(&s);
	fill_up(c, x, &x->lists);
	turn_equals(&x->lists);
	rs_evaluate_lists(&x->lists, &ask, v);
}

/* All of them. */

struct rs_metric_def *
rs_guise_don(struct rs_contest *c, struct rs_metrics *ms)
{
	struct scope s = { .k = c->k };
	struct rs_metric_def *def;

	if (c->tool == RS_TOOL_TREC)
		s = don_trec(c);
	else if (c->tool == RS_TOOL_MYMEDIALITE)
		s = don_mymedialite(c);
	else if (c->tool == RS_TOOL_IMPLICIT)
		s = don_implicit(c);
	def = rs_foreign_metrics(c->tool, s.k, ms);
	ms->items = s.items;
	ms->unranked = s.unranked;
	return def;
}

static void
rank_model(const struct rs_contest *c, const struct rs_contender *x,
    enum rs_ties ties, struct rs_eval *v)
{
	const struct rs_eval_ask ask = ask_of(c, x, ties);
	struct rs_scorer s;
	struct rs_err e;

	rs_scorer_of(&s, x->model);
	if (rs_evaluate(&s, &ask, c->pool, v, &e) < 0)
		rs_bad("%s: %s", x->path, e.text);
	rs_scorer_free(&s);
}

/* How many users' figures another order of equal scores would change. */
static void
tell_ties(const struct rs_contest *c, const struct rs_contender *x)
{
	struct rs_eval best, worst;
	uint64_t n = 0;
	char a[RS_NUM_MAX];

	rank_model(c, x, RS_TIES_BEST, &best);
	rank_model(c, x, RS_TIES_WORST, &worst);
	for (size_t u = 0; u < best.users; u++)
		n += memcmp(best.value + u * best.metrics,
		    worst.value + u * best.metrics,
		    best.metrics * sizeof(*best.value)) != 0;
	if (n > 0)
		rs_note("%s: users for whom the order of equal scores "
		    "matters, which %s leaves to chance: %s; here the mean "
		    "over all orders", x->path, rs_tool_names[c->tool],
		    rs_commas(a, n));
	rs_eval_free(&best);
	rs_eval_free(&worst);
}

void
rs_guise_judge(const struct rs_contest *c, struct rs_contender *x,
    struct rs_eval *v)
{
	uint64_t *relevant;

	if (x->model != NULL && c->tool == RS_TOOL_IMPLICIT) {
		judge_implicit(c, x, v);
	} else if (x->model != NULL) {
		tell_ties(c, x);
		rank_model(c, x, RS_TIES_EXPECTED, v);
	} else {
		const struct rs_eval_ask ask = ask_of(c, x, RS_TIES_INDEX);

		rs_evaluate_lists(&x->lists, &ask, v);
	}
	relevant = rs_alloc(rs_size(v->users, sizeof(*relevant)) + 1);
	for (size_t u = 0; u < v->users; u++)
		relevant[u] = rs_csr_count(&c->test, v->user[u]);
	rs_foreign_total(c->tool, c->metrics, v->users, relevant, v->value,
	    v->whole);
	free(relevant);
}
