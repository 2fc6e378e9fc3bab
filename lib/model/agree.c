/* agree: how far a ranking's first k are another's first k. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "model/agree.h"

static bool
wanted(const struct rs_metric *m)
{
	return m->def->kind == RS_METRIC_AGREED;
}

uint64_t
rs_agree_first(const struct rs_metrics *ms)
{
	uint64_t n = 0;

	for (size_t m = 0; m < ms->n; m++)
		if (ms->metric[m].first > n)
			n = ms->metric[m].first;
	return n;
}

/* The first k of n users' lists, ascending. */
static void
cut_lists(const struct rs_lists *l, const uint32_t *user, size_t users,
    uint64_t k, struct rs_csr *m)
{
	*m = (struct rs_csr){ .users = l->users, .items = l->items };
	m->start = rs_zalloc(rs_size(l->users + 1, sizeof(*m->start)));
	m->item = rs_alloc(rs_size(l->start[l->users], sizeof(*m->item)) + 1);
	for (uint64_t u = 0; u < l->users; u++) {
		const uint64_t all = rs_ascending_holds(user, users,
		    (uint32_t)u) ? l->start[u + 1] - l->start[u] : 0;
		const size_t n = (size_t)(all < k ? all : k);
		uint32_t *to = m->item + m->nnz;

		memcpy(to, l->item + l->start[u], n * sizeof(*to));
		rs_ascending_sort(to, n);
		m->nnz += n;
		m->start[u + 1] = m->nnz;
	}
}

void
rs_agree_begin(struct rs_agree *a, const struct rs_metrics *ms,
    const struct rs_lists *l, const uint32_t *user, size_t n,
    const uint32_t *row, size_t rows)
{
	char name[RS_METRIC_NAME_MAX];
	struct rs_err e;
	int status = 0;

	*a = (struct rs_agree){ .ms = ms, .row = row, .rows = rows };
	a->truth = rs_zalloc(rs_size(ms->n, sizeof(*a->truth)));
	a->hits = rs_zalloc(rs_size(ms->n, sizeof(*a->hits)));
	for (size_t m = 0; m < ms->n && status == 0; m++) {
		if (!wanted(&ms->metric[m]))
			continue;
		cut_lists(l, user, n, ms->metric[m].k, &a->truth[m]);
		snprintf(name, sizeof(name), "map@%" PRIu64 ":hits",
		    ms->metric[m].k);
		status = rs_metrics_parse(&a->hits[m], name, &e);
	}
	assert(status == 0);
}

bool
rs_agree_asks(const struct rs_agree *a, size_t m,
    const struct rs_eval_ask *ask, struct rs_eval_ask *theirs)
{
	if (!wanted(&a->ms->metric[m]))
		return false;
	*theirs = *ask;
	theirs->test = &a->truth[m];
	theirs->metrics = &a->hits[m];
	return true;
}

/* The value of a user in an answer: 0 where the other has no list. */
static double
value_of(const struct rs_eval *answer, uint32_t user)
{
	const size_t at = rs_ascending_place(answer->user, answer->users,
	    user);

	return at < answer->users && answer->user[at] == user ?
	    rs_agree_round(answer->value[at]) : 0;
}

void
rs_agree_put(const struct rs_agree *a, size_t m, const struct rs_eval *answer,
    struct rs_eval *v)
{
	const uint64_t first = a->ms->metric[m].first;
	const size_t rows = first < a->rows ? (size_t)first : a->rows;
	double sum = 0;

	assert(answer->metrics == 1);
	for (size_t u = 0; u < v->users && first == 0; u++)
		v->value[u * v->metrics + m] = value_of(answer, v->user[u]);
	for (size_t i = 0; i < rows; i++)
		sum += value_of(answer, a->row[i]);
	if (first > 0)
		v->whole[m] = sum / (double)rows;
}

void
rs_agree_end(struct rs_agree *a)
{
	for (size_t m = 0; m < a->ms->n; m++) {
		rs_csr_free(&a->truth[m]);
		rs_metrics_free(&a->hits[m]);
	}
	free(a->truth);
	free(a->hits);
	*a = (struct rs_agree){ 0 };
}

/* x 10^5 is lost + y exactly, and y has the integers and halves that matter
 * among its floats: what is lost decides where y is a half. */
double
rs_agree_round(double x)
{
	const double y = x * 1e5, lost = __builtin_fma(x, 1e5, -y);
	const double low = floor(y), part = y - low;
	const bool odd = floor(low / 2) * 2 != low;
	const bool up = part > 0.5 || (part == 0.5 && (lost > 0 ||
	    (lost == 0 && odd)));

	return (low + up) / 1e5;
}
