/* holdout: what is odd about held-out pairs, counted and told. */

#include "base/num.h"
#include "cli/holdout.h"
#include "cli/tool.h"

const char *const rs_overlap_names[] = { "report", "drop", "error", NULL };

enum { SHOWN = 3 };		/* offending pairs that a message names */

struct odd {
	uint64_t n;
	struct rs_buf shown;
};

static void
note_odd(struct odd *odd, const struct rs_roster *r, uint32_t user,
    uint32_t item)
{
	struct rs_buf u = { 0 }, i = { 0 };

	if (odd->n++ >= SHOWN)
		return;
	rs_buf_printf(&odd->shown, "%suser %s item %s",
	    odd->n > 1 ? ", " : "", rs_roster_name(r, RS_USER, user, &u),
	    rs_roster_name(r, RS_ITEM, item, &i));
	rs_buf_free(&u);
	rs_buf_free(&i);
}

static uint64_t
tell_odd(struct odd *odd, uint64_t all, const char *what)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX];

	if (odd->n > 0)
		rs_note("test pairs %s: %s of %s (%s%s)", what,
		    rs_commas(a, odd->n), rs_commas(b, all),
		    odd->shown.data, odd->n > SHOWN ? ", ..." : "");
	rs_buf_free(&odd->shown);
	return odd->n;
}

static bool
listed(const struct rs_csr *m, uint64_t user)
{
	return user < m->users && rs_csr_count(m, user) > 0;
}

static bool
holds(const struct rs_csr *m, uint64_t user, uint32_t item)
{
	return m != NULL && rs_csr_find(m, user, item) != RS_CSR_NONE;
}

/* Say how many pairs leak, or refuse them. */
static uint64_t
tell_leak(struct odd *leak, uint64_t all, enum rs_overlap rule, bool missed)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX];

	if (rule == RS_OVERLAP_ERROR && leak->n > 0)
		rs_bad("test pairs that are also in train: %s of %s (%s%s)",
		    rs_commas(a, leak->n), rs_commas(b, all),
		    leak->shown.data, leak->n > SHOWN ? ", ..." : "");
	return tell_odd(leak, all, rule == RS_OVERLAP_DROP ?
	    "that are also in train, dropped" : missed ?
	    "that are also in train, counted as missed" :
	    "that are also in train");
}

/* Whether no contender can find a pair. */
static bool
all_hide(const struct rs_holdout_rule *rule, uint64_t user, uint32_t item)
{
	for (size_t i = 0; i < rule->n; i++)
		if (!holds(rule->hidden[i], user, item))
			return false;
	return true;
}

/* Find the pairs that any of n sets has, and drop them if they are to be. */
static void
settle_leak(struct rs_holdout *h, const struct rs_roster *r,
    struct rs_csr *test, const struct rs_csr *const *seen, size_t n,
    const struct rs_holdout_rule *rule)
{
	const uint64_t all = test->nnz;
	struct odd leak = { 0 };
	uint64_t kept = 0, from = 0;
	bool missed = true;

	for (uint64_t u = 0; u < test->users; u++) {
		const uint64_t end = test->start[u + 1];

		for (uint64_t p = from; p < end; p++) {
			bool leaks = false;

			for (size_t s = 0; s < n && !leaks; s++)
				leaks = holds(seen[s], u, test->item[p]);
			if (leaks) {
				note_odd(&leak, r, (uint32_t)u, test->item[p]);
				missed &= all_hide(rule, u, test->item[p]);
			}
			if (!leaks || rule->overlap != RS_OVERLAP_DROP)
				test->item[kept++] = test->item[p];
		}
		from = end;
		test->start[u + 1] = kept;
	}
	test->nnz = kept;
	h->dropped = all - kept;
	h->leaked = tell_leak(&leak, all, rule->overlap, missed);
	if (kept == 0)
		rs_bad("no test pairs are left");
}

void
rs_holdout_same(enum rs_overlap rule, const char *test, const char *who)
{
	if (rule == RS_OVERLAP_ERROR)
		rs_bad("%s: the very rows that %s was trained on", test, who);
	rs_note("%s: the very rows that %s was trained on", test, who);
}

void
rs_holdout_blind(enum rs_overlap rule, const char *model)
{
	if (rule != RS_OVERLAP_REPORT)
		rs_misuse("%s does not keep its training pairs: name them "
		    "with --train, or --overlap has nothing to look at",
		    model);
	rs_note("%s does not keep its training pairs: test pairs that it saw "
	    "go unnoticed without --train", model);
}

void
rs_holdout_tell_scored(struct rs_holdout *h, const struct rs_roster *r,
    struct rs_scored *p, const struct rs_csr *seen, enum rs_overlap rule)
{
	const size_t all = p->n;
	struct odd leak = { 0 };

	for (size_t i = 0; i < p->n; i++)
		if (holds(seen, p->user[i], p->item[i]))
			note_odd(&leak, r, p->user[i], p->item[i]);
	if (rule == RS_OVERLAP_DROP)
		rs_scored_without(p, seen);
	h->dropped = all - p->n;
	h->leaked = tell_leak(&leak, all, rule, false);
	if (p->n == 0)
		rs_bad("no test pairs are left");
}

/* Everybody of whom the model, the dictionary or train knows, but those with
 * test items. */
static void
count_users(struct rs_holdout *h, const struct rs_roster *r,
    const struct rs_csr *test, const struct rs_csr *train)
{
	uint64_t all = rs_ids_base(r->ids[RS_USER]);

	if (all == 0 && train != NULL)
		all = train->users;
	for (uint64_t u = 0; u < test->users; u++)
		h->users += listed(test, u);
	for (uint64_t u = 0; u < all; u++)
		h->idle += !listed(test, u);
	if (rs_verbose())
		rs_note_count(h->idle, "users without test items");
}

struct oddities {
	struct odd user, item;
};

static void
judge_pair(struct oddities *o, const struct rs_roster *r,
    uint32_t user, uint32_t item)
{
	if (user >= rs_model_users(r->model))
		note_odd(&o->user, r, user, item);
	else if (item >= rs_model_items(r->model))
		note_odd(&o->item, r, user, item);
}

void
rs_holdout_tell(struct rs_holdout *h, const struct rs_roster *r,
    struct rs_csr *test, const struct rs_csr *const *seen, size_t n,
    const struct rs_holdout_rule *rule)
{
	struct oddities o = { 0 };

	*h = (struct rs_holdout){ 0 };
	settle_leak(h, r, test, seen, n, rule);
	for (uint64_t u = 0; u < test->users && r->model != NULL; u++)
		for (uint64_t p = test->start[u]; p < test->start[u + 1]; p++)
			judge_pair(&o, r, (uint32_t)u, test->item[p]);
	h->strange_users = tell_odd(&o.user, test->nnz, rule->served ?
	    "of users that the model does not know, judged by the popular "
	    "items that they are served" :
	    "of users that the model does not know, counted as missed");
	h->strange_items = tell_odd(&o.item, test->nnz, "of items that the "
	    "model does not know, counted as missed");
	count_users(h, r, test, n > 0 ? seen[0] : NULL);
}

void
rs_holdout_tell_lists(const struct rs_csr *test, const struct rs_lists *l,
    const struct rs_csr *train)
{
	uint64_t without = 0, idle = 0, seen = 0;

	for (uint64_t u = 0; u < test->users || u < l->users; u++) {
		const uint64_t end = u < l->users ? l->start[u + 1] : 0;
		const uint64_t begin = u < l->users ? l->start[u] : 0;

		without += listed(test, u) && begin == end;
		idle += begin < end && !listed(test, u);
		for (uint64_t p = begin; p < end; p++)
			seen += holds(train, u, l->item[p]);
	}
	rs_note_count(without, "users with test items but without "
	    "recommendations, counted as missed");
	if (rs_verbose())
		rs_note_count(idle, "users with recommendations but without "
		    "test items");
	rs_note_count(seen, "recommendations of items that the user has in "
	    "train");
}
