/* eval: what rankings are worth, a table of users by metrics. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "model/eval.h"

void
rs_eval_new(struct rs_eval *v, const struct rs_metrics *ms, size_t users)
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

uint32_t *
rs_eval_users(const struct rs_csr *test, size_t *n)
{
	uint32_t *user;
	size_t users = 0;

	for (uint64_t u = 0; u < test->users; u++)
		users += rs_csr_count(test, u) > 0;
	user = rs_alloc(rs_size(users, sizeof(*user)) + 1);
	*n = 0;
	for (uint64_t u = 0; u < test->users; u++)
		if (rs_csr_count(test, u) > 0)
			user[(*n)++] = (uint32_t)u;
	return user;
}

void
rs_eval_begin(struct rs_eval *v, const struct rs_eval_ask *ask)
{
	size_t users;
	uint32_t *user = rs_eval_users(ask->test, &users);

	rs_eval_new(v, ask->metrics, users);
	free(v->user);
	v->user = user;
	v->users = users;
}

void
rs_eval_put(const struct rs_metrics *ms, const struct rs_ranking *r,
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

const uint32_t *
rs_eval_items(const struct rs_csr *m, uint32_t user, uint64_t limit,
    size_t *n)
{
	const uint32_t *item;

	*n = 0;
	if (m == NULL || user >= m->users)
		return NULL;
	item = rs_csr_items(m, user);
	*n = rs_ascending_place(item, (size_t)rs_csr_count(m, user), limit);
	return item;
}

void
rs_eval_mask(const struct rs_csr *seen, uint32_t user, size_t first, size_t n,
    float *score)
{
	size_t seens;
	const uint32_t *item = rs_eval_items(seen, user, first + n, &seens);

	for (size_t i = rs_ascending_place(item, seens, first); i < seens; i++)
		score[item[i] - first] = (float)NAN;
}

void
rs_flaw_note(struct rs_flaw *f, uint32_t user)
{
	uint64_t lowest = atomic_load(&f->user);

	while (user < lowest &&
	    !atomic_compare_exchange_weak(&f->user, &lowest, user))
		;
}

int
rs_flaw_end(struct rs_flaw *f, struct rs_eval *v, struct rs_err *e)
{
	const uint64_t user = atomic_load(&f->user);

	if (user == RS_FLAWLESS)
		return 0;
	rs_eval_free(v);
	return rs_fail(e, "a score of user %" PRIu64 " is not a number", user);
}
