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
	if (m->def->kind == RS_METRIC_CONTENT ||
	    m->def->kind == RS_METRIC_SERVED ||
	    m->def->kind == RS_METRIC_AGREED)
		return rs_fail(e, "%s is for rs-eval, once there is a model",
		    m->name);
	if (m->def->kind != RS_METRIC_SCORED &&
	    m->def->kind != RS_METRIC_LEARNED)
		return 0;
	if (m->def->of_labels)
		return kind == RS_SCORE_PROBABILITY ? 0 : rs_fail(e, "%s "
		    "judges probabilities, and scores of %s are none",
		    m->name, algorithm);
	if (kind != RS_SCORE_RATING)
		return rs_fail(e, "%s judges ratings, and scores of %s are "
		    "none: %s", m->name, algorithm,
		    kind == RS_SCORE_PROBABILITY ? "they are probabilities "
		    "(logloss judges those)" : "they order items (ndcg@10 "
		    "judges that)");
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
	for (size_t i = 0; i < j->ms.n; i++) {
		const struct rs_metric_def *d = j->ms.metric[i].def;

		j->ratings |= d->kind == RS_METRIC_SCORED && !d->of_labels;
		j->labels |= d->kind == RS_METRIC_SCORED && d->of_labels;
	}
	j->learned = rs_metrics_have(&j->ms, RS_METRIC_LEARNED);
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

/* Pairs with what was said of them. */
struct truths {
	const uint32_t *user, *item;	/* (n) */
	const float *truth;		/* (n), NULL: all 1 */
	size_t n;
};

/* From where on a probability says yes; ratings have no such thing. */
static const double THRESHOLD = 0.5;

/* The mean of one metric's loss over all pairs, in their order. */
static double
mean_loss(const struct truths *t, const struct rs_metric_def *d,
    const float *score)
{
	double sum = 0;

	for (size_t k = 0; k < t->n; k++)
		sum += d->pair((double)score[k], t->truth != NULL ?
		    (double)t->truth[k] : 1, THRESHOLD);
	sum /= (double)t->n;
	return d->finish != NULL ? d->finish(sum) : sum;
}

static int
judge_truths(const struct rs_judge *j, const struct rs_model *m,
    const struct truths *t, enum rs_metric_kind kind, double *metric,
    struct rs_err *e)
{
	float *score = rs_alloc(rs_size(t->n + 1, sizeof(*score)));
	int status = 0;

	rs_score_pairs(m, t->user, t->item, t->n, score, j->pool);
	rs_model_link(m, score, t->n);
	for (size_t k = 0; status == 0 && k < t->n; k++)
		if (score[k] - score[k] != 0)
			status = rs_fail(e, "the score of user %" PRIu32
			    " and item %" PRIu32 " is not a number",
			    t->user[k], t->item[k]);
	for (size_t i = 0; status == 0 && i < j->ms.n; i++)
		if (j->ms.metric[i].def->kind == kind)
			metric[i] = mean_loss(t, j->ms.metric[i].def, score);
	free(score);
	return status;
}

static int
judge_ratings(const struct rs_judge *j, const struct rs_model *m,
    const struct rs_csr *v, enum rs_metric_kind kind, double *metric,
    struct rs_err *e)
{
	uint32_t *user = rs_alloc(rs_size(v->nnz + 1, sizeof(*user)));
	const struct truths t = {
		.user = user, .item = v->item, .truth = v->weight,
		.n = (size_t)v->nnz,
	};

	for (uint64_t u = 0; u < v->users; u++)
		for (uint64_t k = v->start[u]; k < v->start[u + 1]; k++)
			user[k] = (uint32_t)u;
	const int status = judge_truths(j, m, &t, kind, metric, e);
	free(user);
	return status;
}

static int
judge_labels(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e)
{
	const struct rs_labelled *l = j->labelled;
	const struct truths t = {
		.user = l->user, .item = l->item, .truth = l->label, .n = l->n,
	};

	return judge_truths(j, m, &t, RS_METRIC_SCORED, metric, e);
}

int
rs_judge_model(const struct rs_judge *j, const struct rs_model *m,
    double *metric, struct rs_err *e)
{
	if (j->rankings && judge_rankings(j, m, metric, e) < 0)
		return -1;
	if (j->labels && judge_labels(j, m, metric, e) < 0)
		return -1;
	if (j->learned && judge_ratings(j, m, j->train, RS_METRIC_LEARNED,
	    metric, e) < 0)
		return -1;
	return j->ratings ? judge_ratings(j, m, j->valid, RS_METRIC_SCORED,
	    metric, e) : 0;
}
