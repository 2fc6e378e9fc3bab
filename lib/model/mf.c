/*
 * mf: embeddings of users and items with biases, and a choice of losses.
 *
 *	score = [mean +] user_bias + item_bias + user'item
 *
 * This file has the record: parameters, presets, factors, answers.  Learning
 * goes through lib/model/batch.h (mini-batches, any optimizer) or, with
 * batch=0, through lib/model/stepwise.h (sample by sample).
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "data/ascending.h"
#include "data/negative.h"
#include "model/batch.h"
#include "model/loss.h"
#include "model/mf.h"
#include "model/optimizer.h"
#include "model/schedule.h"
#include "model/stepwise.h"

extern const struct rs_algorithm rs_algorithm_mf;

static const char *const YES[] = { "no", "yes", NULL };
static const struct rs_param PARAMS[] = {
	{ "loss", RS_PARAM_CHOICE, RS_LOSS_LOGISTIC, 0, 0, rs_loss_names,
	  "what is minimised" },
	{ "log", RS_PARAM_CHOICE, 1, 0, 0, YES,
	  "bpr: -ln of the chance that a pair is in order, or 1 less that "
	  "chance" },
	{ "batch", RS_PARAM_COUNT, 0, 0, 1 << 24, NULL,
	  "samples of a mini-batch; 0: sample by sample" },
	{ "optimizer", RS_PARAM_CHOICE, RS_OPTIMIZER_SGD, 0, 0,
	  rs_optimizer_names, "how a gradient moves parameters" },
	{ "learning-rate", RS_PARAM_REAL, NAN, 0, 1e6, NULL,
	  "learning rate (auto: 0.01 with adam and lazy-adam and for warp with "
	  "sgd, else 0.05)" },
	{ "schedule", RS_PARAM_CHOICE, RS_RATE_CONSTANT, 0, 0,
	  rs_schedule_names,
	  "how the rate falls from epoch to epoch: not, evenly to 0, or by "
	  "the factor decay" },
	{ "decay", RS_PARAM_REAL, 0.95, 0, 1, NULL,
	  "what schedule=exponential multiplies the rate by each epoch" },
	{ "regularization", RS_PARAM_REAL, 0, 0, 1e6, NULL,
	  "lambda, the weight of the squared norms" },
	{ "bias-regularization", RS_PARAM_REAL, NAN, 0, 1e6, NULL,
	  "the same for biases (auto: as regularization)" },
	{ "nu", RS_PARAM_REAL, 1, 0, 4, NULL,
	  "batch=0: lambda of a row grows with its pairs^nu; 1: each sample "
	  "alike, 0.5: frequency-scaled, 0: each row alike" },
	{ "negatives", RS_PARAM_COUNT, NAN, 1, 1024, NULL,
	  "of each positive (auto: 4 for logistic, 5 for adaptive-hinge, "
	  "else 1)" },
	{ "verify", RS_PARAM_CHOICE, 1, 0, 0, YES,
	  "whether a user's own items are no negatives" },
	{ "draws", RS_PARAM_COUNT, 10, 1, 1024, NULL,
	  "warp: negatives that are tried for one that violates" },
	{ "momentum", RS_PARAM_REAL, 0.9, 0, 0.9999, NULL,
	  "of optimizer=momentum" },
	{ "init", RS_PARAM_REAL, NAN, 0, 1e6, NULL,
	  "first factors are N(0, init^2) (auto: 1 / d)" },
	{ 0 }
};

/* Rendle and others count a bias among the 192 dimensions.  The settings for
 * ratings were chosen on parts of the training folds of MovieLens 100k and 1M
 * together. */
static const struct rs_preset PRESETS[] = {
	{ "spotlight", "the defaults of the Python package Spotlight", 32, 10,
	  "loss=pointwise log=no batch=256 optimizer=adam learning-rate=0.01 "
	  "verify=no regularization=0 schedule=constant" },
	{ "rendle2020", "as Rendle and others (2020) tuned it for MovieLens "
	  "1M", 191, 256, "loss=logistic batch=0 optimizer=sgd "
	  "learning-rate=0.002 regularization=0.005 negatives=8 verify=no "
	  "init=0.1 nu=1 schedule=constant" },
	{ "ratings", "stars, with regularization by frequency", 128, 40,
	  "loss=squared batch=0 optimizer=sgd learning-rate=0.025 "
	  "schedule=linear regularization=1 bias-regularization=0.3 nu=0.5 "
	  "init=0.01" },
	{ 0 }
};

static enum rs_loss_kind
loss_of(const struct rs_values *v)
{
	return (enum rs_loss_kind)rs_values_get(v, "loss");
}

static bool
squared(const struct rs_values *v)
{
	return loss_of(v) == RS_LOSS_SQUARED;
}

static bool
in_batches(const struct rs_values *v)
{
	return rs_values_get(v, "batch") > 0;
}

static int
parts(const struct rs_values *v)
{
	return RS_FACTORS_USER_BIAS | RS_FACTORS_ITEM_BIAS |
	    (squared(v) ? RS_FACTORS_MEAN : 0);
}

static void
depends(const struct rs_values *v, enum rs_wants *wants,
    enum rs_score_kind *kind)
{
	if (squared(v)) {
		*wants = RS_WANTS_VALUE;
		*kind = RS_SCORE_RATING;
	} else if (loss_of(v) == RS_LOSS_LOGISTIC)
		*kind = RS_SCORE_PROBABILITY;
}

static double
automatic(const struct rs_values *v, const char *name, double otherwise)
{
	const double x = rs_values_get(v, name);

	return isnan(x) ? otherwise : x;
}

static void
settle(struct rs_values *v, const struct rs_csr *m)
{
	const enum rs_loss_kind loss = loss_of(v);
	const enum rs_optimizer_kind by =
	    (enum rs_optimizer_kind)rs_values_get(v, "optimizer");

	(void)m;
	rs_values_put(v, "learning-rate", automatic(v, "learning-rate",
	    by == RS_OPTIMIZER_ADAM || by == RS_OPTIMIZER_LAZY_ADAM ||
	    (by == RS_OPTIMIZER_SGD && loss == RS_LOSS_WARP) ? 0.01 : 0.05));
	rs_values_put(v, "bias-regularization", automatic(v,
	    "bias-regularization", rs_values_get(v, "regularization")));
	rs_values_put(v, "negatives", automatic(v, "negatives",
	    loss == RS_LOSS_LOGISTIC ? 4 : loss == RS_LOSS_ADAPTIVE_HINGE ? 5 :
	    1));
}

struct rs_loss
rs_mf_loss(const struct rs_values *v, uint64_t items)
{
	const enum rs_loss_kind kind = loss_of(v);

	return (struct rs_loss){
		.kind = kind,
		.log = rs_values_get(v, "log") > 0,
		.n = kind == RS_LOSS_SQUARED ? 0 : (size_t)rs_values_get(v,
		    kind == RS_LOSS_WARP ? "draws" : "negatives"),
		.items = items,
	};
}

/* Learning. */

struct learning {
	struct rs_fit f;
	struct rs_factors x;
	struct rs_batch *batch;		/* one of the two */
	struct rs_stepwise *stepwise;
};

static void
end(void *state)
{
	struct learning *l = state;

	rs_batch_free(l->batch);
	rs_stepwise_free(l->stepwise);
	rs_factors_free(&l->x);
	free(l);
}

/* What each sample weighs, where train says so, must make sense. */
static int
check_weights(const struct rs_fit *f, struct rs_err *e)
{
	const struct rs_csr *m = f->train;

	if (m->weight == NULL || squared(f->values))
		return 0;
	for (uint64_t u = 0; u < m->users; u++)
		for (uint64_t i = m->start[u]; i < m->start[u + 1]; i++)
			if (!(m->weight[i] >= 0))
				return rs_fail(e, "user %" PRIu64 " and item "
				    "%" PRIu32 " have the weight %g, and mf "
				    "takes none below 0", u, m->item[i],
				    (double)m->weight[i]);
	return 0;
}

/* The mean of the ratings, which the model begins from. */
static float
mean_value(const struct rs_csr *m)
{
	double sum = 0;

	for (uint64_t i = 0; i < m->nnz; i++)
		sum += m->weight != NULL ? (double)m->weight[i] : 1;
	return (float)(sum / (double)m->nnz);
}

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	struct learning *l = rs_zalloc(sizeof(*l));

	l->f = *f;
	rs_factors_new(&l->x, f, parts(f->values), automatic(f->values,
	    "init", 1 / (double)f->factors));
	if (check_weights(f, e) < 0 ||
	    (f->warm != NULL && rs_factors_warm(&l->x, f->warm, e) < 0))
		goto fail;
	if (l->x.mean != NULL)
		*l->x.mean = mean_value(f->train);
	if (in_batches(f->values))
		l->batch = rs_batch_new(&l->f, &l->x, e);
	else
		l->stepwise = rs_stepwise_new(&l->f, &l->x, e);
	if (l->batch != NULL || l->stepwise != NULL)
		return l;
fail:
	end(l);
	return NULL;
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	struct learning *l = state;

	if (l->batch != NULL ? rs_batch_epoch(l->batch, n, loss, e) < 0 :
	    rs_stepwise_epoch(l->stepwise, n, loss, e) < 0)
		return -1;
	return rs_factors_usable(&l->x, l->f.pool, "lower learning-rate, or "
	    "raise regularization", e);
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;

	rs_factors_export(&l->x, t);
}

static void
keep(void *state, struct rs_tensors *t)
{
	struct learning *l = state;

	if (l->batch != NULL)
		rs_batch_keep(l->batch, t);
	else
		rs_stepwise_keep(l->stepwise, t);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	return rs_factors_memory(parts(f->values), f->factors, users, items) +
	    (in_batches(f->values) ? rs_batch_memory(f, users, items, pairs,
	    threads) : rs_stepwise_memory(f, users, items, pairs, threads));
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	return rs_factors_bytes(parts(f->values), f->factors, users, items);
}

/* Answering. */

struct answering {
	struct rs_factors_answer x;
	struct rs_loss loss;
	bool verify;
	uint64_t seed;
	double lambda, bias_lambda, nu;
	double scale, bias_scale;	/* root mean squares of the users' */
	float rating;			/* that a wish stands for */
};

static double
root_mean_square(const float *x, size_t rows, size_t d, size_t stride)
{
	double sum = 0;

	for (size_t r = 0; x != NULL && r < rows; r++)
		for (size_t k = 0; k < d; k++)
			sum += (double)x[r * stride + k] *
			    (double)x[r * stride + k];
	return rows > 0 ? sqrt(sum / ((double)rows * (double)d)) : 0;
}

static int
read_rest(struct answering *s, const struct rs_model *m, struct rs_err *e)
{
	const char *seed = rs_model_meta(m, "seed");
	const char *most = rs_model_meta(m, "rating_max");
	double rating = 0;

	if (seed == NULL || !rs_parse_u64(seed, strlen(seed), &s->seed))
		return rs_fail(e, "%s: metadata seed is no number",
		    rs_model_name(m));
	if (s->loss.kind == RS_LOSS_SQUARED && (most == NULL ||
	    !rs_parse_real(most, strlen(most), &rating)))
		return rs_fail(e, "%s: metadata rating_max is no number",
		    rs_model_name(m));
	s->rating = (float)rating;
	return 0;
}

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	const struct rs_topk_factors *user;
	struct answering a = { .rating = 0 };
	struct rs_values v;

	if (rs_values_read(&v, &rs_algorithm_mf, rs_model_tensors(m), e) < 0 ||
	    rs_factors_open(&a.x, m, e) < 0)
		return NULL;
	settle(&v, NULL);
	a.loss = rs_mf_loss(&v, rs_model_items(m));
	a.verify = rs_values_get(&v, "verify") > 0;
	a.lambda = rs_values_get(&v, "regularization");
	a.bias_lambda = rs_values_get(&v, "bias-regularization");
	a.nu = in_batches(&v) ? 1 : rs_values_get(&v, "nu");
	user = &a.x.linear.user;
	a.scale = root_mean_square(user->row, user->n, user->d, user->stride);
	a.bias_scale = root_mean_square(user->bias, user->n, 1, 1);
	if (read_rest(&a, m, e) < 0) {
		rs_factors_close(&a.x);
		return NULL;
	}
	return rs_memdup(&a, sizeof(a));
}

static void
close(void *state)
{
	struct answering *s = state;

	rs_factors_close(&s->x);
	free(s);
}

/*
 * Someone new: the items stay as they are, and the new row, from zero, takes
 * FOLD_STEPS steps of Adam on the mean loss of all its pairs, whatever the
 * model's own optimizer was: Adam's steps are as long as its rate says, so
 * rate = a quarter of what the users' entries are wide, falling evenly to 0,
 * brings the row as far as theirs are and no farther, although nothing says
 * how long they learned.  The negatives of the k-th pair, in ascending order
 * of items, are draws of (seed, RS_DRAW_FOLD, step, k): the order in which
 * items are named does not matter.
 */
enum { FOLD_STEPS = 32 };

struct folding {
	const struct answering *s;
	uint32_t *item;			/* (1 + N, n), in planes */
	float *score, *target;		/* (1 + N, n), (n) */
	size_t n;
	double *p, *g, *m, *v;		/* (D + 1) the bias last */
};

static double
fold_score(const struct folding *f, uint32_t i)
{
	const struct rs_topk_factors *item = &f->s->x.linear.item;
	const float *q = item->row + i * item->stride;
	double sum = f->p[item->d] + (item->bias != NULL ?
	    (double)item->bias[i] : 0);

	for (size_t k = 0; k < item->d; k++)
		sum += f->p[k] * (double)q[k];
	return sum;
}

static void
fold_draw(struct folding *f, uint64_t step)
{
	const struct answering *s = f->s;
	const size_t items = s->x.linear.item.n;

	for (size_t k = 0; k < f->n; k++) {
		const uint64_t key = rs_draw2(s->seed, RS_DRAW_FOLD, step, k);

		for (size_t j = 1; j <= s->loss.n; j++)
			f->item[j * f->n + k] = s->verify ?
			    rs_negative_at(f->item, f->n, rs_below(items -
			    f->n, rs_draw_at(key, j))) :
			    (uint32_t)rs_below(items, rs_draw_at(key, j));
	}
}

static void
fold_gradient(struct folding *f)
{
	const struct answering *s = f->s;
	const struct rs_topk_factors *item = &s->x.linear.item;
	const size_t d = item->d, many = (1 + s->loss.n) * f->n;
	const double scaled = rs_pow((double)f->n, s->nu - 1);

	for (size_t k = 0; k < many; k++)
		f->score[k] = (float)fold_score(f, f->item[k]);
	rs_loss_slopes(&s->loss, f->score, f->target, f->n, f->n, f->score);
	for (size_t k = 0; k < d; k++)
		f->g[k] = scaled * s->lambda * f->p[k];
	f->g[d] = scaled * s->bias_lambda * f->p[d];
	for (size_t k = 0; k < many; k++) {
		const float *q = item->row + f->item[k] * item->stride;
		const double slope = (double)f->score[k] / (double)f->n;

		for (size_t j = 0; j < d; j++)
			f->g[j] += slope * (double)q[j];
		f->g[d] += slope;
	}
}

static void
fold_step(struct folding *f, double t)
{
	const size_t d = f->s->x.linear.item.d;
	const double fall = (1 - (t - 1) / FOLD_STEPS) / 4;
	const double first = 1 - rs_pow(0.9, t), second = 1 - rs_pow(0.999, t);

	for (size_t k = 0; k <= d; k++) {
		const double rate = fall * (k < d ? f->s->scale :
		    f->s->bias_scale);

		f->m[k] = 0.9 * f->m[k] + 0.1 * f->g[k];
		f->v[k] = 0.999 * f->v[k] + 0.001 * f->g[k] * f->g[k];
		f->p[k] -= rate * (f->m[k] / first) /
		    (sqrt(f->v[k] / second) + 1e-12);
	}
}

static void
fold_learn(struct folding *f)
{
	for (int t = 0; t < FOLD_STEPS; t++) {
		fold_draw(f, (uint64_t)t);
		fold_gradient(f);
		fold_step(f, t + 1);
	}
}

static int
fold(const void *state, const uint32_t *item, const float *weight, size_t n,
    float *out, struct rs_err *e)
{
	const struct answering *s = state;
	const size_t d = s->x.linear.item.d, planes = 1 + s->loss.n;
	struct folding f = { .s = s, .n = n };
	float bad = 0;

	(void)weight;
	memset(out, 0, rs_factors_row(d) * sizeof(*out));
	/* Who wants everything tells nothing. */
	if (n == 0 || (s->verify && n >= s->x.linear.item.n))
		return 0;
	f.item = rs_alloc(rs_size(rs_size(n, planes), sizeof(*f.item)));
	f.score = rs_alloc(rs_size(rs_size(n, planes), sizeof(*f.score)));
	f.target = rs_alloc(rs_size(n, sizeof(*f.target)));
	f.p = rs_zalloc(rs_size(4 * (d + 1), sizeof(*f.p)));
	f.g = f.p + (d + 1);
	f.m = f.g + (d + 1);
	f.v = f.m + (d + 1);
	memcpy(f.item, item, n * sizeof(*item));
	rs_ascending_sort(f.item, n);
	for (size_t k = 0; k < n; k++)
		f.target[k] = s->rating;
	fold_learn(&f);
	for (size_t k = 0; k < d; k++)
		out[k] = (float)f.p[k];
	out[rs_stride(d)] = (float)f.p[d];
	for (size_t k = 0; k < rs_factors_row(d); k++)
		bad += out[k] - out[k];
	free(f.item);
	free(f.score);
	free(f.target);
	free(f.p);
	if (bad != 0)
		return rs_fail(e, "%s: these items lead to no finite row",
		    rs_model_name(s->x.m));
	return 0;
}

const struct rs_algorithm rs_algorithm_mf = {
	.name = "mf",
	.summary = "matrix factorization with biases and a choice of losses",
	.citation = "Rendle, Krichene, Zhang, Anderson (2020), Neural "
	    "collaborative filtering vs. matrix factorization revisited; "
	    "Koren, Bell, Volinsky (2009), Matrix factorization techniques "
	    "for recommender systems; Weston, Bengio, Usunier (2011), WSABIE",
	.params = PARAMS,
	.presets = PRESETS,
	.wants = RS_WANTS_WEIGHT,
	.kind = RS_SCORE_DOT,
	.depends = depends,
	.factors = 64,
	.epochs = 20,
	.settle = settle,
	.begin = begin,
	.epoch = epoch,
	.export = export,
	.keep = keep,
	.end = end,
	.memory = memory,
	.tensors = tensors,
	.open = open,
	.close = close,
	.linear = rs_factors_linear,
	.row = rs_factors_row_of,
	.fold = fold,
};
