/* judge: what a model in training is worth on held-out pairs. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/evaluate.h"
#include "model/fit.h"
#include "model/judge.h"
#include "model/pairs.h"

/* Whether a model with such scores can be judged by that metric here. */
static int
check(const struct rs_metric *m, const char *algorithm,
    enum rs_score_kind kind, struct rs_err *e)
{
	if (m->def->kind != RS_METRIC_SCORED)
		return 0;
	if (m->def->of_labels)
		return rs_fail(e, "%s judges labels, which rs-fit does not "
		    "read (rs-score and rs-eval --scored do)", m->name);
	if (kind != RS_SCORE_RATING)
		return rs_fail(e, "%s judges ratings, and scores of %s are "
		    "none: they order items (ndcg@10 judges that)", m->name,
		    algorithm);
	return 0;
}

int
rs_judge_choose(struct rs_judge *j, const char *list, const char *algorithm,
    enum rs_score_kind kind, struct rs_err *e)
{
	if (list == NULL)
		list = kind == RS_SCORE_RATING ? "rmse,mae" :
		    "ndcg@10,recall@20,hr@10";
	if (rs_metrics_parse(&j->ms, list, e) < 0)
		return -1;
	if (j->ms.sampled > 0)
		return rs_fail(e, "names with :s%" PRIu64 " want candidates, "
		    "which rs-eval takes", j->ms.sampled);
	if (j->ms.n > RS_JUDGED_MAX)
		return rs_fail(e, "more than %d", RS_JUDGED_MAX);
	for (size_t i = 0; i < j->ms.n; i++)
		if (check(&j->ms.metric[i], algorithm, kind, e) < 0)
			return -1;
	j->ratings = rs_metrics_have(&j->ms, RS_METRIC_SCORED);
	j->rankings = rs_metrics_have(&j->ms, RS_METRIC_LIST) ||
	    rs_metrics_have(&j->ms, RS_METRIC_FULL) ||
	    rs_metrics_have(&j->ms, RS_METRIC_CATALOGUE);
	return 0;
}

void
rs_judge_free(struct rs_judge *j)
{
	rs_metrics_free(&j->ms);
}

static int
judge_rankings(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e)
{
	const struct rs_eval_ask ask = {
		.metrics = &j->ms,
		.test = j->valid,
		.seen = j->seen,
		.ties = RS_TIES_EXPECTED,
	};
	struct rs_scorer scorer;
	struct rs_eval eval;
	uint64_t users;

	rs_scorer_of(&scorer, m);
	const int status = rs_evaluate(&scorer, &ask, j->pool, &eval, e);
	if (status == 0) {
		for (size_t i = 0; i < j->ms.n; i++)
			metric[i] = rs_eval_mean(&eval, i, &users);
		rs_eval_free(&eval);
	}
	rs_scorer_free(&scorer);
	return status;
}

/* The mean of one metric's loss over all pairs, in their order. */
static double
mean_loss(const struct rs_csr *valid, const struct rs_metric_def *d,
    const float *score)
{
	double sum = 0;

	for (uint64_t k = 0; k < valid->nnz; k++)
		sum += d->pair((double)score[k], valid->weight != NULL ?
		    (double)valid->weight[k] : 1, 0);
	sum /= (double)valid->nnz;
	return d->finish != NULL ? d->finish(sum) : sum;
}

static int
judge_ratings(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e)
{
	const struct rs_csr *v = j->valid;
	uint32_t *user = rs_alloc(rs_size(v->nnz + 1, sizeof(*user)));
	float *score = rs_alloc(rs_size(v->nnz + 1, sizeof(*score)));
	int status = 0;

	for (uint64_t u = 0; u < v->users; u++)
		for (uint64_t k = v->start[u]; k < v->start[u + 1]; k++)
			user[k] = (uint32_t)u;
	rs_score_pairs(m, user, v->item, v->nnz, score, j->pool);
	rs_model_link(m, score, v->nnz);
	for (uint64_t k = 0; status == 0 && k < v->nnz; k++)
		if (score[k] - score[k] != 0)
			status = rs_fail(e, "the score of user %" PRIu32
			    " and item %" PRIu32 " is not a number", user[k],
			    v->item[k]);
	for (size_t i = 0; status == 0 && i < j->ms.n; i++)
		if (j->ms.metric[i].def->kind == RS_METRIC_SCORED)
			metric[i] = mean_loss(v, j->ms.metric[i].def, score);
	free(user);
	free(score);
	return status;
}

int
rs_judge_model(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e)
{
	if (j->rankings && judge_rankings(j, m, metric, e) < 0)
		return -1;
	return j->ratings ? judge_ratings(j, m, metric, e) : 0;
}
