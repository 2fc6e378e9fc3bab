/* evaluate: lists that somebody else made. */
#include <stdlib.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "model/catalogue.h"
#include "model/evaluate.h"

/* How many places from i on have one score; by the rule of the index each
 * stands alone. */
static size_t
group_at(const double *score, size_t i, size_t n, enum rs_ties rule)
{
	size_t size = 1;

	while (rule != RS_TIES_INDEX && i + size < n &&
	    score[i + size] == score[i])
		size++;
	return size;
}

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

		size = group_at(score, i, n, rule);
		for (size_t p = i; p < i + size; p++)
			hits += rs_ascending_holds(test, tests, item[p]);
		if (hits > 0)
			tie[ties++] = (struct rs_tie){ i, size, hits };
	}
	return ties;
}

/* Each item of the first k; of a group that lies across the cut each has the
 * same chance to be within. */
static void
shelve_list(struct rs_catalogue *c, size_t cut, const uint32_t *item,
    const double *score, size_t n, enum rs_ties rule, double *row)
{
	const uint64_t k = rs_catalogue_k(c, cut);

	for (size_t i = 0, size; i < n && i < k; i += size) {
		size = group_at(score, i, n, rule);
		for (size_t p = i; p < i + size; p++)
			rs_catalogue_add(c, cut, item[p], i + size <= k ? 1 :
			    (double)(k - i) / (double)size);
	}
	rs_catalogue_next(c, cut, row);
}

void
rs_evaluate_lists(const struct rs_lists *l, const struct rs_eval_ask *ask,
    struct rs_eval *v)
{
	const struct rs_metrics *ms = ask->metrics;
	struct rs_catalogue *catalogue = rs_catalogue_new(ask, l->items);
	struct rs_tie *tie = NULL;
	size_t room = 0;

	rs_eval_begin(v, ask);
	for (size_t u = 0; u < v->users; u++) {
		const uint32_t user = v->user[u];
		const uint64_t at = user < l->users ? l->start[user] : 0;
		const size_t n = user < l->users ?
		    l->start[user + 1] - at : 0;
		size_t tests;
		const uint32_t *test = rs_eval_items(ask->test, user,
		    UINT64_MAX, &tests);
		struct rs_ranking r = { .relevant = tests, .candidates = n };

		rs_grow(&tie, &room, tests + 1, sizeof(*tie));
		r.tie = tie;
		r.ties = list_ties(l->item + at, l->score + at, n, test,
		    tests, ask->ties, tie);
		rs_ranking_settle(&r, ask->ties);
		rs_eval_put(ms, &r, v->value + u * ms->n);
		for (size_t cut = 0; cut < rs_catalogue_cuts(catalogue); cut++)
			shelve_list(catalogue, cut, l->item + at,
			    l->score + at, n, ask->ties,
			    v->value + u * ms->n);
	}
	rs_catalogue_values(catalogue, v->whole);
	rs_catalogue_free(catalogue);
	free(tie);
}

