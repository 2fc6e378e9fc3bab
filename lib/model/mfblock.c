/*
 * mfblock: ratings by a small network of two towers.
 *
 *	a = relu(p W + b)	p the user's embedding, (D)
 *	c = relu(q V + d)	q the item's, (D)
 *	score = sum of a * c
 *
 * While learning, dropout stands between the towers and the product.  There is
 * neither a mean nor a bias of a user or item: whatever ratings have in common
 * is left to the layers.  Samples are train's pairs and their values, the loss
 * is half of the squared error, its mean over a mini-batch (trainer.h).
 *
 * A tower hangs on one side alone, so answering has no network: the towers of
 * all users and items are the factors of a linear model.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "kernel/dot.h"
#include "model/algorithm.h"
#include "model/net.h"
#include "model/optimizer.h"
#include "model/schedule.h"
#include "model/trainer.h"

extern const struct rs_algorithm rs_algorithm_mfblock;

/* rs_net_laws, but that xavier is the published one unless a number says
 * otherwise. */
static const char *const LAWS[RS_NET_LAWS + 1] = {
	[RS_NET_GLOROT] = "glorot",
	[RS_NET_LECUN] = "lecun",
	[RS_NET_NORMAL] = "normal:0.01",
	[RS_NET_XAVIER] = "xavier:60",
};
static const struct rs_param PARAMS[] = {
	{ "dropout", RS_PARAM_REAL, 0.5, 0, 0.99, NULL,
	  "chance of each output of a tower to be left out while learning" },
	{ "batch", RS_PARAM_COUNT, 1024, 1, 1 << 24, NULL,
	  "samples of a mini-batch" },
	{ "last", RS_PARAM_CHOICE, RS_LAST_KEEP, 0, 0, rs_trainer_lasts,
	  "what becomes of an epoch's samples after its last whole batch: "
	  "they are one too, are left out, or begin the next epoch" },
	{ "optimizer", RS_PARAM_CHOICE, RS_OPTIMIZER_MOMENTUM, 0, 0,
	  rs_optimizer_names, "how a gradient moves parameters" },
	{ "momentum", RS_PARAM_REAL, 0.9, 0, 0.9999, NULL,
	  "of optimizer=momentum" },
	{ "learning-rate", RS_PARAM_REAL, NAN, 0, 1e6, NULL,
	  "learning rate (auto: 0.001 with adam and lazy-adam, else 0.02)" },
	{ "schedule", RS_PARAM_CHOICE, RS_RATE_CONSTANT, 0, 0,
	  rs_schedule_names,
	  "how the rate falls from epoch to epoch: not, evenly to 0, or by "
	  "the factor decay" },
	{ "decay", RS_PARAM_REAL, 0.95, 0, 1, NULL,
	  "what schedule=exponential multiplies the rate by each epoch" },
	{ "regularization", RS_PARAM_REAL, 0, 0, 1e6, NULL,
	  "of embeddings: so many times a row is added to its gradient" },
	{ "layer-regularization", RS_PARAM_REAL, 0, 0, 1e6, NULL,
	  "the same for the weights of layers" },
	{ "init", RS_PARAM_LAW, RS_NET_GLOROT, 0, 1e6, LAWS,
	  "how embeddings are first drawn" },
	{ "layer-init", RS_PARAM_LAW, RS_NET_GLOROT, 0, 1e6, LAWS,
	  "how weights of layers are first drawn; their biases are 0" },
	{ 0 }
};

/* Of the notebook, whose script takes 5 epochs by itself. */
static const struct rs_preset PRESETS[] = {
	{ "published", "as published for Amazon's video reviews; with -d 512 "
	  "-e 10, what was trained on a hired machine", 64, 3,
	  "dropout=0.5 batch=1024 last=roll optimizer=momentum momentum=0.9 "
	  "learning-rate=0.02 schedule=constant regularization=0 "
	  "layer-regularization=0 init=xavier:60 layer-init=xavier:60" },
	{ 0 }
};

/* Tensors of a side. */
static const struct names {
	const char *rows, *layer, *weight;
} NAMES[2] = {
	[RS_USER] = { "user_factors", "user", "user_weight" },
	[RS_ITEM] = { "item_factors", "item", "item_weight" },
};

static double
learning_rate(const struct rs_values *v)
{
	const enum rs_optimizer_kind by =
	    (enum rs_optimizer_kind)rs_values_get(v, "optimizer");
	const double rate = rs_values_get(v, "learning-rate");

	if (!isnan(rate))
		return rate;
	return by == RS_OPTIMIZER_ADAM || by == RS_OPTIMIZER_LAZY_ADAM ?
	    0.001 : 0.02;
}

static void
settle(struct rs_values *v, const struct rs_csr *m)
{
	(void)m;
	rs_values_put(v, "learning-rate", learning_rate(v));
}

/* The net, its parameters not yet allocated; the towers without dropout. */
static struct rs_net *
build(uint64_t users, uint64_t items, size_t d, double dropout,
    rs_layer tower[2])
{
	struct rs_net *net = rs_net_new(users, items);
	rs_layer dropped[2];

	for (enum rs_side s = RS_USER; s <= RS_ITEM; s++) {
		const rs_layer x = rs_net_embedding(net, s, NAMES[s].rows, d);

		tower[s] = rs_net_relu(net, rs_net_dense(net, x,
		    NAMES[s].layer, d));
		dropped[s] = rs_net_dropout(net, tower[s], dropout);
	}
	rs_net_end(net, rs_net_sum(net, rs_net_product(net, dropped[RS_USER],
	    dropped[RS_ITEM])));
	return net;
}

/* Learning. */

struct learning {
	struct rs_fit f;
	struct rs_net *net;
	struct rs_trainer *trainer;
};

static struct rs_net *
build_for(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	rs_layer tower[2];

	return build(users, items, f->factors, rs_values_get(f->values,
	    "dropout"), tower);
}

static struct rs_trainer_opts
trainer_opts(const struct rs_values *v)
{
	return (struct rs_trainer_opts){
		.loss = RS_TRAINER_SQUARED,
		.batch = (size_t)rs_values_get(v, "batch"),
		.last = (enum rs_trainer_last)rs_values_get(v, "last"),
		.optimizer = (enum rs_optimizer_kind)rs_values_get(v,
		    "optimizer"),
		.momentum = rs_values_get(v, "momentum"),
		.l2 = rs_values_get(v, "regularization"),
		.layer_l2 = rs_values_get(v, "layer-regularization"),
	};
}

static void
draw_all(struct rs_net *net, const struct rs_fit *f)
{
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *p = &net->param[i];
		const char *by = p->kind == RS_NET_ROWS ? "init" :
		    "layer-init";
		const struct rs_param_list *number =
		    rs_values_list(f->values, by);

		if (p->kind == RS_NET_BIASES)
			continue;
		rs_net_draw(net, f->pool, p,
		    (enum rs_net_law)rs_values_get(f->values, by),
		    number->n > 0 ? number->at[0] : 0, f->seed);
	}
}

static void
end(void *state)
{
	struct learning *l = state;

	rs_trainer_free(l->trainer);
	rs_net_free(l->net);
	free(l);
}

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	const struct rs_trainer_opts opts = trainer_opts(f->values);
	struct learning *l = rs_zalloc(sizeof(*l));

	l->f = *f;
	l->net = build_for(f, f->train->users, f->train->items);
	rs_net_alloc(l->net);
	draw_all(l->net, f);
	if (f->warm != NULL && rs_net_load(l->net,
	    rs_model_tensors(f->warm), f->resumed == 0, e) < 0)
		goto fail;
	l->trainer = rs_trainer_new(&l->f, l->net, &opts, e);
	if (l->trainer != NULL)
		return l;
fail:
	end(l);
	return NULL;
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	static const char hint[] = "lower learning-rate, init or "
	    "layer-init";
	struct learning *l = state;

	if (rs_trainer_epoch(l->trainer, n, loss, e) < 0 ||
	    rs_net_finite(l->net, l->f.pool, hint, e) < 0)
		return -1;
	return rs_net_bounded(l->net) ? 0 : rs_fail(e, "the factors have "
	    "grown so large that ratings may be infinite (%s)", hint);
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;

	rs_net_export(l->net, t);
}

static void
keep(void *state, struct rs_tensors *t)
{
	struct learning *l = state;

	rs_trainer_keep(l->trainer, t);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	const struct rs_trainer_opts opts = trainer_opts(f->values);
	struct rs_net *net = build_for(f, users, items);
	const uint64_t n = rs_net_memory(net) +
	    rs_trainer_memory(net, &opts, pairs, threads);

	rs_net_free(net);
	return n;
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	struct rs_net *net = build_for(f, users, items);
	const uint64_t n = rs_net_bytes(net);

	rs_net_free(net);
	return n;
}

/* Answering. */

struct answering {
	float *tower[2];	/* (U, stride), (I, stride) */
	struct rs_linear linear;
};

/* D, of tensors that all have it, so that a net of that size is not much
 * more than the file; 0 with a sentence. */
static size_t
dimensions(const struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensors *t = rs_model_tensors(m);
	const uint64_t rows[2] = { rs_model_users(m), rs_model_items(m) };
	uint64_t d = UINT64_MAX;

	for (enum rs_side s = RS_USER; s <= RS_ITEM; s++) {
		const struct rs_tensor *x = rs_tensors_want(t, NAMES[s].rows,
		    RS_TENSOR_F32, rows[s], d, e);

		if (x == NULL)
			return 0;
		d = x->shape[1];
		if (d == 0 || d > RS_FACTORS_MAX) {
			rs_fail(e, "%s: %s has %" PRIu64 " factors",
			    rs_model_name(m), NAMES[s].rows, d);
			return 0;
		}
		if (rs_tensors_want(t, NAMES[s].weight, RS_TENSOR_F32, d, d,
		    e) == NULL)
			return 0;
	}
	return (size_t)d;
}

static void
close(void *state)
{
	struct answering *s = state;

	free(s->tower[RS_USER]);
	free(s->tower[RS_ITEM]);
	free(s);
}

static struct answering *
towers_of(const struct rs_net *net, const rs_layer tower[2])
{
	struct answering *s = rs_zalloc(sizeof(*s));
	struct rs_pool *pool = rs_pool_new(1);

	for (enum rs_side i = RS_USER; i <= RS_ITEM; i++) {
		const size_t d = rs_net_width(net, tower[i]);
		const size_t n = (size_t)net->rows[i], ld = rs_stride(d);

		s->tower[i] = rs_aligned(rs_size(rs_size(n + 1, ld),
		    sizeof(float)));
		rs_net_side(net, pool, tower[i], s->tower[i], ld);
		*(i == RS_USER ? &s->linear.user : &s->linear.item) =
		    (struct rs_topk_factors){ .row = s->tower[i], .n = n,
			.d = d, .stride = ld };
	}
	rs_pool_free(pool);
	return s;
}

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	const size_t d = dimensions(m, e);
	struct answering *s = NULL;
	rs_layer tower[2];

	if (d == 0)
		return NULL;
	struct rs_net *net = build(rs_model_users(m), rs_model_items(m), d, 0,
	    tower);
	rs_net_alloc(net);
	if (rs_net_load(net, rs_model_tensors(m), false, e) == 0)
		s = towers_of(net, tower);
	rs_net_free(net);
	return s;
}

static bool
linear(const void *state, struct rs_linear *lin)
{
	const struct answering *s = state;

	*lin = s->linear;
	return true;
}

const struct rs_algorithm rs_algorithm_mfblock = {
	.name = "mfblock",
	.summary = "ratings as the product of a user's and an item's tower",
	.citation = "the block of embeddings, dense layers, dropout and "
	    "product that Amazon SageMaker's Gluon recommender example has",
	.params = PARAMS,
	.presets = PRESETS,
	.wants = RS_WANTS_VALUE,
	.kind = RS_SCORE_RATING,
	.factors = 64,
	.epochs = 10,
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
	.linear = linear,
};
