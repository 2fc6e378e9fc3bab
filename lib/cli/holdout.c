/* holdout: what is odd about held-out pairs, counted and told. */
#include "base/num.h"
#include "cli/holdout.h"
#include "cli/tool.h"

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

/* Everybody of whom the model, the dictionary or train knows, but those with
 * test items. */
static void
count_users(struct rs_holdout *h, const struct rs_roster *r,
    const struct rs_csr *test, const struct rs_csr *train)
{
	uint64_t all = rs_ids_base(r->ids[RS_USER]);
	char a[RS_NUM_MAX];

	if (all == 0 && train != NULL)
		all = train->users;
	for (uint64_t u = 0; u < test->users; u++)
		h->users += listed(test, u);
	for (uint64_t u = 0; u < all; u++)
		h->idle += !listed(test, u);
	if (h->idle > 0 && rs_verbose())
		rs_note("users without test items: %s", rs_commas(a, h->idle));
}

struct oddities {
	struct odd leak, user, item;
};

static void
judge_pair(struct oddities *o, const struct rs_roster *r,
    const struct rs_csr *train, uint32_t user, uint32_t item)
{
	if (holds(train, user, item))
		note_odd(&o->leak, r, user, item);
	if (r->model == NULL)
		return;
	if (user >= rs_model_users(r->model))
		note_odd(&o->user, r, user, item);
	else if (item >= rs_model_items(r->model))
		note_odd(&o->item, r, user, item);
}

void
rs_holdout_tell(struct rs_holdout *h, const struct rs_roster *r,
    const struct rs_csr *test, const struct rs_csr *train, bool missed)
{
	struct oddities o = { 0 };

	*h = (struct rs_holdout){ 0 };
	for (uint64_t u = 0; u < test->users; u++)
		for (uint64_t p = test->start[u]; p < test->start[u + 1]; p++)
			judge_pair(&o, r, train, (uint32_t)u, test->item[p]);
	h->leaked = tell_odd(&o.leak, test->nnz, missed ?
	    "that are also in train, counted as missed" :
	    "that are also in train");
	h->strange_users = tell_odd(&o.user, test->nnz, "of users that the "
	    "model does not know, counted as missed");
	h->strange_items = tell_odd(&o.item, test->nnz, "of items that the "
	    "model does not know, counted as missed");
	count_users(h, r, test, train);
}

void
rs_holdout_tell_lists(const struct rs_csr *test, const struct rs_lists *l,
    const struct rs_csr *train)
{
	uint64_t without = 0, idle = 0, seen = 0;
	char a[RS_NUM_MAX];

	for (uint64_t u = 0; u < test->users || u < l->users; u++) {
		const uint64_t end = u < l->users ? l->start[u + 1] : 0;
		const uint64_t begin = u < l->users ? l->start[u] : 0;

		without += listed(test, u) && begin == end;
		idle += begin < end && !listed(test, u);
		for (uint64_t p = begin; p < end; p++)
			seen += holds(train, u, l->item[p]);
	}
	if (without > 0)
		rs_note("users with test items but without recommendations, "
		    "counted as missed: %s", rs_commas(a, without));
	if (idle > 0 && rs_verbose())
		rs_note("users with recommendations but without test items: "
		    "%s", rs_commas(a, idle));
	if (seen > 0)
		rs_note("recommendations of items that the user has in train: "
		    "%s", rs_commas(a, seen));
}
