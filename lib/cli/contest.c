/* contest: one or two who rank items, on the same held-out pairs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cli/contest.h"
#include "cli/evidence.h"
#include "cli/models.h"
#include "cli/tool.h"
#include "model/served.h"
#include "rank/surprise.h"

/* The models, of which the first is opened as the tool's own; the other must
 * have its indices. */
static void
open_models(struct rs_contest *c)
{
	const bool model[2] = { !c->lists,
	    c->other != NULL && rs_is_model(c->other) };

	for (int i = 0; i < 2; i++) {
		struct rs_contender *x = &c->contender[i];

		if (!model[i])
			continue;
		x->model = c->lead == NULL ? rs_model_begin(x->path, c->dir) :
		    rs_model_beside(x->path, c->lead);
		if (c->lead == NULL)
			c->lead = x->model;
	}
}

static void
load_test(struct rs_contest *c)
{
	const size_t first = (size_t)rs_agree_first(c->metrics);

	c->row = rs_alloc(rs_size(first, sizeof(*c->row)) + 1);
	c->test_print = rs_evidence_rows(&c->roster, "test", c->test_path,
	    c->pool, &c->test, first, c->row, &c->rows);
	if (c->test.nnz == 0)
		rs_bad("%s: has no test pairs", c->test_path);
}

/* A model that is asked and not judged.  Where nobody else is a model it must
 * have the dictionaries of -D. */
static struct rs_model *
open_other(const struct rs_contest *c, const char *path)
{
	static const char *const side[2] = { "user", "item" };
	struct rs_model *m;
	struct rs_err e;

	if (c->lead != NULL)
		return rs_model_beside(path, c->lead);
	if (c->roster.dict[RS_USER] == NULL)
		rs_misuse("%s is a model: name the dictionaries of the others "
		    "with -D", path);
	m = rs_model_open(path, &e);
	if (m == NULL)
		rs_bad("%s", e.text);
	for (int s = 0; s < 2; s++)
		if (rs_dict_check(c->roster.dict[s], side[s],
		    rs_model_lines(m), &e) < 0)
			rs_bad("%s: %s", path, e.text);
	return m;
}

/* The lists that others are to agree with. */
static void
load_agree(struct rs_contest *c)
{
	const uint64_t k = rs_metrics_longest(c->metrics, RS_METRIC_AGREED);
	struct rs_lists lists;
	struct rs_model *m;
	uint32_t *user;
	size_t users;

	if (k == 0)
		rs_misuse("--agree needs a metric such as agree-map@20");
	user = rs_eval_users(&c->test, &users);
	if (rs_is_model(c->agree_path)) {
		m = open_other(c, c->agree_path);
		rs_served_lists(m, user, users, k, c->keep_seen, c->pool,
		    &lists);
		rs_model_close(m);
	} else {
		rs_evidence_lists(&c->roster, c->agree_path, &lists);
	}
	rs_agree_begin(&c->agree, c->metrics, &lists, user, users, c->row,
	    c->rows);
	rs_lists_free(&lists);
	free(user);
}

/* What a model saw, and what of that it is kept from recommending. */
static void
load_seen(struct rs_contest *c, struct rs_contender *x)
{
	const bool has = rs_model_has_seen(x->model);

	if (has) {
		rs_evidence_seen(x->model, &x->own);
		if (c->train == NULL && x->model == c->lead)
			c->train = &x->own;
	}
	if (c->ranks_seen)
		return;
	if (c->train_path == NULL && !has)
		rs_misuse("%s does not keep its training pairs: name them "
		    "with --train, or recommend seen items with --keep-seen",
		    x->path);
	x->seen = c->train_path != NULL ? &c->given : &x->own;
}

static void
load_train(struct rs_contest *c)
{
	if (c->train_path != NULL) {
		c->train_print = rs_evidence_pairs(&c->roster, "train",
		    c->train_path, c->pool, &c->given);
		c->train = &c->given;
	}
	for (int i = 0; i < 2; i++)
		if (c->contender[i].model != NULL)
			load_seen(c, &c->contender[i]);
}

static bool
has_lists(const struct rs_contender *x)
{
	return x->path != NULL && x->model == NULL;
}

static void
load_lists(struct rs_contest *c, struct rs_contender *x)
{
	const struct rs_ids *items = c->roster.ids[RS_ITEM];

	/* Without scores the order of the file is all there is. */
	if (!rs_evidence_lists(&c->roster, x->path, &x->lists))
		x->ties = RS_TIES_INDEX;
	if (c->lead == NULL)
		c->items = rs_ids_base(items) > 0 ? rs_ids_base(items) :
		    rs_ids_size(items);
	rs_holdout_tell_lists(&c->test, &x->lists, c->keep_seen ? NULL :
	    c->train);
}

/* Whether a model was trained on a stream of that fingerprint. */
static bool
learned_from(const struct rs_model *m, uint64_t print)
{
	const char *own = rs_model_meta(m, "train_fingerprint");
	char hex[17];

	snprintf(hex, sizeof(hex), "%016" PRIx64, print);
	return own != NULL && strcmp(own, hex) == 0;
}

static void
check_overlap(struct rs_contest *c)
{
	const struct rs_csr *seen[3] = { c->train_path != NULL ? &c->given :
	    NULL };
	const struct rs_holdout_rule rule = { .overlap = c->overlap,
	    .hidden = { c->contender[0].seen, c->contender[1].seen },
	    .n = c->other != NULL ? 2 : 1, .served = c->as_served };
	size_t n = c->train_path != NULL;

	for (int i = 0; i < 2; i++) {
		const struct rs_contender *x = &c->contender[i];

		if (x->model == NULL)
			continue;
		if (learned_from(x->model, c->test_print))
			rs_holdout_same(c->overlap, c->test_path, x->path);
		if (rs_model_has_seen(x->model))
			seen[n++] = &x->own;
		else if (c->train_path == NULL)
			rs_holdout_blind(c->overlap, x->path);
	}
	if (c->train_path != NULL && c->train_print == c->test_print)
		rs_note("%s and %s have the same rows", c->test_path,
		    c->train_path);
	if (n == 0 && c->lead == NULL && c->overlap != RS_OVERLAP_REPORT)
		rs_misuse("--overlap needs --train");
	rs_holdout_tell(&c->holdout, &c->roster, &c->test, seen, n, &rule);
}

/* How often each item is in train, and what it tells who is shown it. */
static void
learn_popularity(struct rs_contest *c)
{
	const bool wanted = rs_metrics_have(c->metrics, RS_METRIC_CONTENT);
	uint64_t users = 0, n = c->items;
	float *p;

	for (int i = 0; i < 2; i++)
		if (c->contender[i].lists.items > n)
			n = c->contender[i].lists.items;
	if (c->train == NULL && c->lead == NULL) {
		if (wanted)
			rs_misuse("novelty needs --train");
		return;
	}
	p = c->popularity = rs_zalloc(rs_size(n, sizeof(*p)) + 1);
	if (c->train == NULL) {
		memcpy(p, rs_model_popularity(c->lead),
		    rs_model_items(c->lead) * sizeof(*p));
		users = rs_model_users(c->lead);
	} else {
		for (uint64_t i = 0; i < c->train->nnz; i++)
			if (c->train->item[i] < n)
				p[c->train->item[i]]++;
		for (uint64_t u = 0; u < c->train->users; u++)
			users += rs_csr_count(c->train, u) > 0;
	}
	if (wanted)
		c->surprise = rs_surprise_new(p, n, users);
}

void
rs_contest_open(struct rs_contest *c)
{
	c->contender[0] = (struct rs_contender){ .path = c->one,
	    .ties = c->ties };
	c->contender[1] = (struct rs_contender){ .path = c->other,
	    .ties = c->ties };
	c->ranks_seen = c->keep_seen || c->candidates != NULL;
	open_models(c);
	rs_roster_begin(&c->roster, c->lead, c->dir);
	load_test(c);
	load_train(c);
	if (c->lead != NULL)
		c->items = rs_model_items(c->lead);
	check_overlap(c);
	if (c->agree_path != NULL)
		load_agree(c);
	for (int i = 0; i < 2; i++)
		if (has_lists(&c->contender[i]))
			load_lists(c, &c->contender[i]);
	/* Only now it is known how many items anybody lists. */
	for (int i = 0; i < 2; i++)
		if (has_lists(&c->contender[i]) &&
		    c->contender[i].lists.items < c->items)
			c->contender[i].lists.items = c->items;
	if (c->candidates != NULL)
		c->negatives = rs_evidence_cases(&c->roster, c->candidates,
		    &c->test, &c->cases);
	learn_popularity(c);
}

struct rs_eval_ask
rs_contest_ask(const struct rs_contest *c, const struct rs_contender *x)
{
	return (struct rs_eval_ask){ .metrics = c->metrics, .test = &c->test,
	    .surprise = c->surprise, .ties = x->ties, .seen = x->seen };
}

void
rs_contest_end(struct rs_contest *c)
{
	for (int i = 0; i < 2; i++) {
		struct rs_contender *x = &c->contender[i];

		x->own.item = NULL;	/* the model's */
		rs_csr_free(&x->own);
		rs_lists_free(&x->lists);
		if (x->model != c->lead)
			rs_model_close(x->model);
	}
	if (c->agree.ms != NULL)
		rs_agree_end(&c->agree);
	free(c->row);
	free(c->popularity);
	free(c->surprise);
	rs_cases_free(&c->cases);
	rs_csr_free(&c->given);
	rs_csr_free(&c->hidden);
	rs_csr_free(&c->test);
	rs_roster_end(&c->roster);
	rs_model_end(c->lead);
}
