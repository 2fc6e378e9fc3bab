/* stepwise: factors learned one sample at a time over strata. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "kernel/activation.h"
#include "kernel/adagrad.h"
#include "kernel/sgd.h"
#include "model/loss.h"
#include "model/mf.h"
#include "model/optimizer.h"
#include "model/schedule.h"
#include "model/stepwise.h"
#include "model/strata.h"

enum {
	TRIES = 100,	/* draws for one negative before it is given up: only
			 * a user who has nearly the whole block gets there */
	AHEAD = 4,	/* negatives that warp draws and scores together */
	TOGETHER = 8,	/* ratings of one user that are scored together */
};

/* What is learned from at once: a pair and its negatives, or a few rated
 * pairs of one user.  One a thread. */
struct work {
	const struct rs_cell *cell;
	uint64_t draws;		/* of the cell so far */
	uint32_t user;
	size_t m, room;		/* items now, and at most */
	uint32_t *item;		/* (m) the positive first */
	float *score, *slope;	/* (m) */
	float *by, *row;	/* (m) of the step */
};

/* What one cell's samples cost, for the loss of the epoch. */
struct cost {
	double sum;		/* where it is wanted */
	uint64_t samples;
};

/* The parameters in question. */
struct goal {
	struct rs_loss loss;
	bool verified;		/* no negative is a pair of train */
	bool adagrad;		/* else plain steps */
	double lambda, bias_lambda, nu;
};

struct rs_stepwise {
	struct goal o;
	struct rs_fit f;
	struct rs_factors *x;
	struct rs_strata *strata;
	struct rs_factors sum;		/* Adagrad's sums of squares */
	struct rs_sgd_rows rows;	/* the items' */
	float *user_scale, *item_scale;	/* (U), (I) of lambda; or NULL: 1 */
	struct work *work;		/* (threads) */
	struct cost *cost;		/* (cells) */

	/* Of this epoch. */
	float rate, lambda, bias_lambda;
	bool wanted;			/* the loss */
};

static void
work_init(struct work *w, const struct rs_loss *l)
{
	w->room = l->kind == RS_LOSS_SQUARED ? TOGETHER : 1 + l->n;
	w->item = rs_zalloc(rs_size(w->room, sizeof(*w->item)));
	w->score = rs_zalloc(rs_size(w->room, sizeof(*w->score)));
	w->slope = rs_zalloc(rs_size(w->room, sizeof(*w->slope)));
	w->by = rs_zalloc(rs_size(w->room, sizeof(*w->by)));
	w->row = rs_zalloc(rs_size(w->room, sizeof(*w->row)));
}

static void
work_free(struct work *w)
{
	free(w->item);
	free(w->score);
	free(w->slope);
	free(w->by);
	free(w->row);
}

/* n numbers that are all 1, in rows as the factors have them. */
static float *
ones(size_t n, size_t stride)
{
	const size_t all = rs_size(n, stride);
	float *p = rs_aligned(rs_size(all + 1, sizeof(*p)));

	for (size_t i = 0; i < all; i++)
		p[i] = 1;
	return p;
}

/* The sums begin at 1, as in LightFM: the first steps have the rate itself. */
static void
begin_sums(struct rs_stepwise *s)
{
	const struct rs_factors *x = s->x;

	s->sum = (struct rs_factors){
		.users = x->users,
		.items = x->items,
		.d = x->d,
		.stride = x->stride,
		.user = ones(x->users, x->stride),
		.item = ones(x->items, x->stride),
		.user_bias = x->user_bias != NULL ? ones(x->users, 1) : NULL,
		.item_bias = x->item_bias != NULL ? ones(x->items, 1) : NULL,
	};
}

/* c^(nu - 1) of each row with c pairs. */
static void
scale_lambda(struct rs_stepwise *s, const struct rs_csr *m)
{
	const double power = s->o.nu - 1;
	uint32_t *n = rs_zalloc(rs_size(m->items + 1, sizeof(*n)));

	s->user_scale = rs_zalloc(rs_size(m->users + 1, sizeof(float)));
	s->item_scale = rs_zalloc(rs_size(m->items + 1, sizeof(float)));
	for (uint64_t k = 0; k < m->nnz; k++)
		n[m->item[k]]++;
	for (uint64_t u = 0; u < m->users; u++)
		s->user_scale[u] = (float)rs_pow(fmax(1,
		    (double)rs_csr_count(m, u)), power);
	for (uint64_t i = 0; i < m->items; i++)
		s->item_scale[i] = (float)rs_pow(fmax(1, (double)n[i]), power);
	free(n);
}

static const char *const SUMS[] = { "user_sums", "item_sums",
    "user_bias_sums", "item_bias_sums" };

void
rs_stepwise_keep(struct rs_stepwise *s, struct rs_tensors *t)
{
	const struct rs_factors *x = &s->sum;

	if (!s->o.adagrad)
		return;
	rs_tensors_add(t, SUMS[0], RS_TENSOR_F32, x->users, x->d, x->user,
	    x->stride);
	rs_tensors_add(t, SUMS[1], RS_TENSOR_F32, x->items, x->d, x->item,
	    x->stride);
	if (x->user_bias != NULL)
		rs_tensors_add(t, SUMS[2], RS_TENSOR_F32, x->users, 0,
		    x->user_bias, 1);
	if (x->item_bias != NULL)
		rs_tensors_add(t, SUMS[3], RS_TENSOR_F32, x->items, 0,
		    x->item_bias, 1);
}

/* Rows of d floats, d = 0: one float each. */
static int
resume_rows(float *row, size_t n, size_t d, size_t stride, const char *name,
    const struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensor *t;

	if (row == NULL)
		return 0;
	t = rs_tensors_want(rs_model_tensors(m), name, RS_TENSOR_F32, n, d, e);
	if (t == NULL)
		return -1;
	for (size_t r = 0; r < n; r++)
		memcpy(row + r * stride, (const char *)t->data + r * t->stride,
		    t->row);
	return 0;
}

static int
resume(struct rs_stepwise *s, struct rs_err *e)
{
	const struct rs_model *m = s->f.warm;
	struct rs_factors *x = &s->sum;

	if (!s->o.adagrad)
		return 0;
	if (resume_rows(x->user, x->users, x->d, x->stride, SUMS[0], m, e) <
	    0 || resume_rows(x->item, x->items, x->d, x->stride, SUMS[1], m,
	    e) < 0 || resume_rows(x->user_bias, x->users, 0, 1, SUMS[2], m,
	    e) < 0)
		return -1;
	return resume_rows(x->item_bias, x->items, 0, 1, SUMS[3], m, e);
}

static struct goal
goal_of(const struct rs_fit *f, uint64_t items)
{
	const struct rs_values *v = f->values;

	return (struct goal){
		.loss = rs_mf_loss(v, items),
		.verified = rs_values_get(v, "verify") > 0,
		.adagrad = rs_values_get(v, "optimizer") ==
		    RS_OPTIMIZER_ADAGRAD,
		.lambda = rs_values_get(v, "regularization"),
		.bias_lambda = rs_values_get(v, "bias-regularization"),
		.nu = rs_values_get(v, "nu"),
	};
}

struct rs_stepwise *
rs_stepwise_new(const struct rs_fit *f, struct rs_factors *x,
    struct rs_err *e)
{
	const double by = rs_values_get(f->values, "optimizer");
	const size_t threads = (size_t)rs_pool_threads(f->pool);
	struct rs_stepwise *s;

	if (by != RS_OPTIMIZER_SGD && by != RS_OPTIMIZER_ADAGRAD) {
		rs_fail(e, "optimizer=%s wants mini-batches (-p batch=256); "
		    "sample by sample there are sgd and adagrad",
		    rs_optimizer_names[(int)by]);
		return NULL;
	}
	s = rs_zalloc(sizeof(*s));
	s->o = goal_of(f, x->items);
	s->f = *f;
	s->x = x;
	s->rows = (struct rs_sgd_rows){ x->item, x->stride, x->item_bias };
	s->strata = rs_strata_new(&(struct rs_strata_opts){
		.train = f->train,
		.pool = f->pool,
		.seed = f->seed,
	});
	if (s->o.adagrad)
		begin_sums(s);
	if (s->o.nu != 1 && (s->o.lambda > 0 || s->o.bias_lambda > 0))
		scale_lambda(s, f->train);
	const size_t b = rs_strata_blocks(s->strata);
	s->cost = rs_zalloc(rs_size(rs_size(b, b), sizeof(*s->cost)));
	s->work = rs_zalloc(rs_size(threads, sizeof(*s->work)));
	for (size_t t = 0; t < threads; t++)
		work_init(&s->work[t], &s->o.loss);
	if (f->resumed > 0 && resume(s, e) < 0) {
		rs_stepwise_free(s);
		return NULL;
	}
	return s;
}

void
rs_stepwise_free(struct rs_stepwise *s)
{
	if (s == NULL)
		return;
	for (int t = 0; t < rs_pool_threads(s->f.pool); t++)
		work_free(&s->work[t]);
	rs_strata_free(s->strata);
	rs_factors_free(&s->sum);
	free(s->user_scale);
	free(s->item_scale);
	free(s->work);
	free(s->cost);
	free(s);
}

/* Draw an item that the user does not have (or, unverified, any). */
static bool
negative(const struct rs_stepwise *s, struct work *w, uint32_t *item)
{
	const struct rs_cell *c = w->cell;

	for (int tries = 0; tries < TRIES; tries++) {
		*item = rs_cell_pick(c, rs_draw_at(c->key, w->draws++));
		if (!s->o.verified || !rs_cell_has(c, w->user, *item))
			return true;
	}
	return false;
}

/* Up to n more negatives. */
static void
add_negatives(const struct rs_stepwise *s, struct work *w, size_t n)
{
	while (n-- > 0 && negative(s, w, &w->item[w->m]))
		w->m++;
}

/* Scores of the items from the given one on. */
static void
score(const struct rs_stepwise *s, struct work *w, size_t from)
{
	const struct rs_factors *x = s->x;
	float base = x->mean != NULL ? *x->mean : 0;

	if (x->user_bias != NULL)
		base += x->user_bias[w->user];
	rs_sgd_scores(w->score + from, x->user + w->user * x->stride,
	    &s->rows, w->item + from, w->m - from);
	for (size_t k = from; k < w->m; k++)
		w->score[k] += base;
}

/* warp: draw until a negative is within the margin of the positive. */
static void
search(const struct rs_stepwise *s, struct work *w)
{
	score(s, w, 0);
	while (w->m < w->room) {
		const size_t from = w->m, left = w->room - from;

		add_negatives(s, w, left < AHEAD ? left : AHEAD);
		if (w->m == from)
			return;
		score(s, w, from);
		for (size_t k = from; k < w->m; k++)
			if (1 - w->score[0] + w->score[k] > 0) {
				w->m = k + 1;
				return;
			}
	}
}

/* The items of one sample and their scores. */
static void
gather(const struct rs_stepwise *s, struct work *w, uint32_t positive)
{
	w->item[0] = positive;
	w->m = 1;
	if (s->o.loss.kind == RS_LOSS_WARP) {
		search(s, w);
		return;
	}
	add_negatives(s, w, s->o.loss.n);
	score(s, w, 0);
}

/* All slopes of logistic in one go: the same bits as loss.c has. */
static void
logistic(struct work *w)
{
	w->slope[0] = -w->score[0];
	memcpy(w->slope + 1, w->score + 1, (w->m - 1) * sizeof(*w->slope));
	rs_sigmoid(w->slope, w->slope, w->m);
	w->slope[0] = -w->slope[0];
}

/* Slopes of the scores of one positive and its negatives. */
static void
slopes(const struct rs_stepwise *s, struct work *w, float weight,
    struct cost *cost)
{
	struct rs_loss l = s->o.loss;

	l.n = w->m - 1;
	if (s->wanted) {
		float value;

		rs_loss_values(&l, w->score, NULL, 1, 1, &value);
		cost->sum += (double)(weight * value);
	}
	if (l.kind == RS_LOSS_LOGISTIC)
		logistic(w);
	else
		rs_loss_slopes(&l, w->score, NULL, 1, 1, w->slope);
	for (size_t k = 0; weight != 1 && k < w->m; k++)
		w->slope[k] *= weight;
}

static float
scale(const float *by, size_t row)
{
	return by != NULL ? by[row] : 1;
}

/* What a plain step keeps of a row, and of a bias. */
static float
keep(const struct rs_stepwise *s, float scaled)
{
	return 1 - s->rate * s->lambda * scaled;
}

static void
move_bias(const struct rs_stepwise *s, float *bias, float *sum, size_t row,
    float slope, float scaled)
{
	const float g = slope + s->bias_lambda * scaled * bias[row];

	if (sum == NULL) {
		bias[row] -= s->rate * g;
		return;
	}
	bias[row] -= s->rate * g / sqrtf(sum[row]);
	sum[row] += g * g;
}

/* The bias of item k by a slope. */
static void
move_item_bias(const struct rs_stepwise *s, uint32_t item, float slope)
{
	if (s->x->item_bias != NULL)
		move_bias(s, s->x->item_bias, s->sum.item_bias, item, slope,
		    scale(s->item_scale, item));
}

static void
move_user_bias(const struct rs_stepwise *s, uint32_t user, float slope)
{
	if (s->x->user_bias != NULL)
		move_bias(s, s->x->user_bias, s->sum.user_bias, user, slope,
		    scale(s->user_scale, user));
}

/* Each item is a sample of its own, one behind the other. */
static void
move_points(const struct rs_stepwise *s, struct work *w)
{
	const struct rs_sgd_rows rows = { s->rows.q, s->rows.stride, NULL };
	const struct rs_sgd_keep k = { .user = keep(s,
	    scale(s->user_scale, w->user)) };

	for (size_t i = 0; i < w->m; i++) {
		w->by[i] = -s->rate * w->slope[i];
		w->row[i] = keep(s, scale(s->item_scale, w->item[i]));
		move_item_bias(s, w->item[i], w->slope[i]);
		move_user_bias(s, w->user, w->slope[i]);
	}
	for (size_t i = 0; i < w->m; i += RS_SGD_GROUP)
		rs_sgd_points(s->x->user + w->user * s->x->stride, NULL, &rows,
		    &k, w->item + i, w->by + i, w->row + i,
		    w->m - i < RS_SGD_GROUP ? w->m - i : RS_SGD_GROUP);
}

/* The positive goes up and negative k down. */
static void
move_pair(const struct rs_stepwise *s, const struct work *w, size_t k)
{
	const struct rs_sgd_rows rows = { s->rows.q, s->rows.stride, NULL };
	const uint32_t i = w->item[0], j = w->item[k];
	const float by = s->rate * w->slope[k];
	const struct rs_sgd_keep keeps = {
		.user = keep(s, scale(s->user_scale, w->user)),
		.positive = keep(s, scale(s->item_scale, i)),
		.negative = keep(s, scale(s->item_scale, j)),
	};

	rs_sgd_pairs(s->x->user + w->user * s->x->stride, &rows, &keeps, &i,
	    &j, &by, 1);
	move_item_bias(s, i, -w->slope[k]);
	move_item_bias(s, j, w->slope[k]);
}

/* All rows at once, as far as their slopes are not 0. */
static void
move_adagrad(const struct rs_stepwise *s, struct work *w)
{
	const struct rs_factors *x = s->x;
	float all = 0;
	size_t m = 0;

	for (size_t k = 0; k < w->m; k++) {
		if (w->slope[k] == 0)
			continue;
		w->item[m] = w->item[k];
		w->slope[m] = w->slope[k];
		w->row[m] = s->lambda * scale(s->item_scale, w->item[k]);
		all += w->slope[k];
		move_item_bias(s, w->item[m], w->slope[m]);
		m++;
	}
	if (m == 0)
		return;
	move_user_bias(s, w->user, all);
	rs_adagrad_step(&(struct rs_adagrad){
		.p = x->user + w->user * x->stride,
		.p_sum = s->sum.user + w->user * x->stride,
		.q = x->item,
		.q_sum = s->sum.item,
		.item = w->item,
		.slope = w->slope,
		.lambda = w->row,
		.p_lambda = s->lambda * scale(s->user_scale, w->user),
		.rate = s->rate,
		.m = m,
		.n = x->stride,
	});
}

static bool
of_points(enum rs_loss_kind kind)
{
	return kind == RS_LOSS_LOGISTIC || kind == RS_LOSS_POINTWISE ||
	    kind == RS_LOSS_SQUARED;
}

static void
move(const struct rs_stepwise *s, struct work *w)
{
	if (s->o.adagrad) {
		move_adagrad(s, w);
		return;
	}
	if (of_points(s->o.loss.kind)) {
		move_points(s, w);
		return;
	}
	/* Unverified, a negative may be the positive itself. */
	for (size_t k = 1; k < w->m; k++)
		if (w->slope[k] != 0 && w->item[k] != w->item[0])
			move_pair(s, w, k);
}

/* The pairs of one run, each with its negatives. */
static void
learn_ranks(const struct rs_stepwise *s, struct work *w, const uint32_t *item,
    const float *weight, size_t n, struct cost *cost)
{
	if (s->o.verified)
		rs_cell_mark(w->cell, w->user, item, n);
	for (size_t i = 0; i < n; i++) {
		gather(s, w, item[i]);
		if (w->m == 1)
			continue;
		slopes(s, w, weight != NULL ? weight[i] : 1, cost);
		move(s, w);
		cost->samples++;
	}
}

/* The ratings of one run. */
static void
learn_ratings(const struct rs_stepwise *s, struct work *w,
    const uint32_t *item, const float *value, size_t n, struct cost *cost)
{
	float ones[TOGETHER];

	for (size_t i = 0; i < TOGETHER; i++)
		ones[i] = 1;
	for (size_t i = 0; i < n; i += w->m) {
		const float *target = value != NULL ? value + i : ones;

		w->m = n - i < w->room ? n - i : w->room;
		memcpy(w->item, item + i, w->m * sizeof(*w->item));
		score(s, w, 0);
		if (s->wanted)
			rs_loss_values(&s->o.loss, w->score, target, w->m, w->m,
			    w->by);
		for (size_t k = 0; s->wanted && k < w->m; k++)
			cost->sum += (double)w->by[k];
		cost->samples += w->m;
		rs_loss_slopes(&s->o.loss, w->score, target, w->m, w->m,
		    w->slope);
		move(s, w);
	}
}

static void
learn_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct rs_stepwise *s = arg;
	struct work *w = &s->work[thread];
	struct cost cost = { 0 };
	size_t at = 0;

	w->cell = c;
	w->draws = 0;
	for (size_t r = 0; r < c->runs; r++) {
		const struct rs_strata_run *run = &c->run[r];
		const float *value = c->value != NULL ? c->value + at : NULL;

		w->user = run->user;
		if (s->o.loss.kind == RS_LOSS_SQUARED)
			learn_ratings(s, w, c->item + at, value, run->n,
			    &cost);
		else
			learn_ranks(s, w, c->item + at, value, run->n, &cost);
		at += run->n;
	}
	s->cost[c->number] = cost;
}

/* What all cells cost, in their order. */
static struct cost
whole_cost(const struct rs_stepwise *s)
{
	const size_t b = rs_strata_blocks(s->strata);
	struct cost all = { 0 };

	for (size_t k = 0; k < b * b; k++) {
		all.sum += s->cost[k].sum;
		all.samples += s->cost[k].samples;
	}
	return all;
}

int
rs_stepwise_epoch(struct rs_stepwise *s, uint64_t epoch, double *loss,
    struct rs_err *e)
{
	struct cost all;

	s->rate = (float)rs_schedule_rate(&s->f, epoch);
	s->lambda = (float)s->o.lambda;
	s->bias_lambda = (float)s->o.bias_lambda;
	s->wanted = loss != NULL;
	rs_strata_epoch(s->strata, epoch, learn_cell, s);
	all = whole_cost(s);
	if (all.samples == 0)
		return rs_fail(e, "no negative was found for any pair: "
		    "everybody has everything");
	if (loss != NULL)
		*loss = all.sum / (double)all.samples;
	return 0;
}

uint64_t
rs_stepwise_memory(const struct rs_fit *f, uint64_t users, uint64_t items,
    uint64_t pairs, int threads)
{
	enum { WORK = 4096 };	/* of a thread: some dozen negatives */
	const struct rs_values *v = f->values;
	uint64_t bytes = (uint64_t)threads * WORK + rs_strata_memory(users,
	    items, pairs, 0, f->weighted, false);

	if (rs_values_get(v, "optimizer") == RS_OPTIMIZER_ADAGRAD)
		bytes += rs_factors_memory(RS_FACTORS_USER_BIAS |
		    RS_FACTORS_ITEM_BIAS, f->factors, users, items);
	if (rs_values_get(v, "nu") != 1)
		bytes += users * 4 + items * 8;
	return bytes;
}
