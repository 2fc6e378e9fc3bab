/*
 * Any bytes as what rs-eval reads beside the model: recommendations, test
 * pairs, candidates, scored pairs; text (CSV, TSV, TREC) or a stream, made
 * whole.  The first byte says as which.
 */
#include <assert.h>

#include "base/pool.h"
#include "cli/evidence.h"
#include "guard.h"
#include "model/evaluate.h"
#include "seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { USERS = 6, ITEMS = 8 };

/* Pairs that candidates and lists are of: user u has items u and u + 1. */
static struct rs_csr
some_test(void)
{
	static uint64_t start[USERS + 1];
	static uint32_t item[2 * USERS];

	for (uint32_t u = 0; u < USERS; u++) {
		start[u + 1] = 2 * (u + 1);
		item[2 * u] = u;
		item[2 * u + 1] = u + 1;
	}
	return (struct rs_csr){ .users = USERS, .items = ITEMS,
	    .nnz = 2 * USERS, .start = start, .item = item };
}

struct job {
	unsigned kind;
	const char *path;
	struct rs_pool *pool;
};

static void
check_lists(const struct rs_lists *l, const struct rs_metrics *ms)
{
	const struct rs_csr test = some_test();
	const struct rs_eval_ask ask = { .metrics = ms, .test = &test };
	struct rs_eval v;

	for (uint64_t u = 0; u < l->users; u++) {
		assert(l->start[u] <= l->start[u + 1]);
		for (uint64_t i = l->start[u]; i < l->start[u + 1]; i++) {
			assert(l->item[i] < l->items);
			assert(i == l->start[u] ||
			    l->score[i - 1] >= l->score[i]);
		}
	}
	rs_evaluate_lists(l, &ask, &v);
	for (size_t i = 0; i < v.users * v.metrics; i++)
		assert(!(v.value[i] < 0 || v.value[i] > 1));
	rs_eval_free(&v);
}

static void
check_cases(const struct rs_cases *c)
{
	for (size_t i = 0; i < c->n; i++) {
		assert(c->user[i] < USERS && c->start[i] <= c->start[i + 1]);
		assert(i == 0 || c->user[i - 1] <= c->user[i]);
	}
}

static void
check_scored(struct rs_scored *p, struct rs_metrics *ms)
{
	struct rs_err e;
	struct rs_eval v;
	double *weight;

	if (rs_scored_keep(p, ms, &e) < 0)
		return;
	if (rs_scored_improbable(p, ms) < p->n)
		return;
	rs_scored_judge(p, ms, 0.5, &v, &weight);
	rs_eval_free(&v);
	free(weight);
}

static void
read_it(void *arg)
{
	const struct job *j = arg;
	const struct rs_csr test = some_test();
	struct rs_metrics ms = { 0 };
	struct rs_roster r;
	struct rs_lists l = { 0 };
	struct rs_cases c = { 0 };
	struct rs_scored p = { 0 };
	struct rs_csr m;
	struct rs_err e;
	double value, label;

	rs_roster_begin(&r, NULL, NULL);
	switch (j->kind % 8) {
	case 0:
	case 1:
		assert(rs_metrics_parse(&ms, "ndcg@3,map@2,mrr,auc,hr@1",
		    &e) == 0);
		(void)rs_evidence_lists(&r, j->path, &l);
		check_lists(&l, &ms);
		rs_lists_free(&l);
		break;
	case 2:
		rs_evidence_pairs(&r, "test", j->path, j->pool, &m);
		rs_csr_free(&m);
		break;
	case 3:
		(void)rs_evidence_cases(&r, j->path, &test, &c);
		check_cases(&c);
		rs_cases_free(&c);
		break;
	case 4:
		rs_evidence_scored(&r, j->path,
		    (j->kind & 8) != 0 ? j->path : NULL, j->pool, &p);
		assert(rs_metrics_parse(&ms, rs_scored_metrics(&p), &e) == 0);
		check_scored(&p, &ms);
		rs_scored_free(&p);
		break;
	case 6:
		rs_evidence_scores(&r, j->path, &p);
		rs_scored_free(&p);
		break;
	default:
		rs_evidence_rated(&r, "test", j->path, j->pool, &m, &value,
		    &label);
		rs_csr_free(&m);
		break;
	}
	rs_metrics_free(&ms);
	rs_roster_end(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct job j;
	struct rs_buf whole = { 0 };
	uint8_t *copy;

	if (size == 0)
		return 0;
	if (j.pool == NULL)
		j.pool = rs_pool_new(1);
	copy = rs_memdup(data + 1, size - 1);
	if (size > SEAL_HEAD && memcmp(copy, RS_MAGIC, RS_MAGIC_SIZE) == 0)
		(void)seal_whole(copy, size - 1, &whole);
	else
		rs_buf_put(&whole, copy, size - 1);
	j.kind = data[0];
	j.path = guard_file(0, whole.data, whole.len);
	(void)guard(read_it, &j);
	rs_buf_free(&whole);
	free(copy);
	return 0;
}
