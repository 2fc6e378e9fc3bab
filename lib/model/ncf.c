/* ncf: neural collaborative filtering, which gmf, mlp and neumf share. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "model/ncf.h"
#include "model/optimizer.h"
#include "model/schedule.h"
#include "model/trainer.h"

/* Parameters. */

static const char *const EMBEDDINGS[] = { "plain", "dense", NULL };
static const char *const YES[] = { "no", "yes", NULL };
static const char *const LAYERS[] = { "128,64,32", NULL };
static const char *const NONE[] = { "none", NULL };

#define EMBEDDING \
	{ "embedding", RS_PARAM_CHOICE, 0, 0, 0, EMBEDDINGS, \
	  "what goes on of a row: itself, or max(0, row + c) with one c for " \
	  "all" }, \
	{ "init", RS_PARAM_LAW, RS_NET_NORMAL, 0, 1e6, rs_net_laws, \
	  "how first embeddings are drawn" }

#define HIDDEN \
	{ "layers", RS_PARAM_COUNTS, 0, 1, RS_FACTORS_MAX, LAYERS, \
	  "widths of the hidden layers" }, \
	{ "dropout", RS_PARAM_REALS, 0, 0, 0.99, NONE, \
	  "share of a layer's input that a sample goes without while " \
	  "learning: one number for all layers, or one for each" }, \
	{ "layer-init", RS_PARAM_LAW, RS_NET_GLOROT, 0, 1e6, rs_net_laws, \
	  "how first weights of hidden layers are drawn" }

#define LEARNING \
	{ "output-init", RS_PARAM_LAW, RS_NET_LECUN, 0, 1e6, rs_net_laws, \
	  "how first weights of the output are drawn" }, \
	{ "negatives", RS_PARAM_COUNT, 4, 1, 1024, NULL, \
	  "of each pair, drawn anew each epoch (not with a column label)" }, \
	{ "verify", RS_PARAM_CHOICE, 1, 0, 0, YES, \
	  "whether a user's own items are no negatives" }, \
	{ "batch", RS_PARAM_COUNT, 256, 1, 1 << 24, NULL, \
	  "samples of a mini-batch" }, \
	{ "last", RS_PARAM_CHOICE, RS_LAST_KEEP, 0, 0, rs_trainer_lasts, \
	  "what becomes of the samples after the last whole batch" }, \
	{ "optimizer", RS_PARAM_CHOICE, RS_OPTIMIZER_ADAM, 0, 0, \
	  rs_optimizer_names, "how a gradient moves parameters" }, \
	{ "momentum", RS_PARAM_REAL, 0.9, 0, 0.9999, NULL, \
	  "of optimizer=momentum" }, \
	{ "learning-rate", RS_PARAM_REAL, NAN, 0, 1e6, NULL, \
	  "learning rate (auto: 0.001 with adam and lazy-adam, 0.01 with " \
	  "adagrad, else 0.1)" }, \
	{ "schedule", RS_PARAM_CHOICE, RS_RATE_CONSTANT, 0, 0, \
	  rs_schedule_names, "how the rate falls from epoch to epoch: not, " \
	  "evenly to 0, or by the factor decay" }, \
	{ "decay", RS_PARAM_REAL, 0.95, 0, 1, NULL, \
	  "what schedule=exponential multiplies the rate by each epoch" }, \
	{ "regularization", RS_PARAM_REAL, 0, 0, 1e6, NULL, \
	  "lambda, times an embedding added to its gradient at each step" }, \
	{ "layer-regularization", RS_PARAM_REAL, 0, 0, 1e6, NULL, \
	  "the same for the weights of layers" }

const struct rs_param rs_ncf_gmf[] = { EMBEDDING, LEARNING, { 0 } };
const struct rs_param rs_ncf_mlp[] = { EMBEDDING, HIDDEN, LEARNING, { 0 } };
const struct rs_param rs_ncf_neumf[] = {
	{ "mlp-factors", RS_PARAM_COUNT, NAN, 1, RS_FACTORS_MAX, NULL,
	  "width of the mlp half's embeddings (auto: as the first layer)" },
	EMBEDDING, HIDDEN, LEARNING, { 0 }
};

void
rs_ncf_settle(struct rs_values *v, const struct rs_csr *m)
{
	const enum rs_optimizer_kind by =
	    (enum rs_optimizer_kind)rs_values_get(v, "optimizer");

	(void)m;
	if (isnan(rs_values_get(v, "learning-rate")))
		rs_values_put(v, "learning-rate",
		    by == RS_OPTIMIZER_ADAM || by == RS_OPTIMIZER_LAZY_ADAM ?
		    0.001 : by == RS_OPTIMIZER_ADAGRAD ? 0.01 : 0.1);
	if (v->algorithm->params == rs_ncf_neumf &&
	    isnan(rs_values_get(v, "mlp-factors")) &&
	    rs_values_list(v, "layers")->n > 0)
		rs_values_put(v, "mlp-factors",
		    rs_values_list(v, "layers")->at[0]);
}

/* Shape. */

/* A layer much wider than its input says nothing that a narrower one could
 * not, and would let a small file ask for much memory. */
enum { WIDEN = 16 };

static int
check_layers(const struct rs_ncf *x, struct rs_err *e)
{
	size_t in = 2 * x->mlp;

	for (size_t k = 0; k < x->layers; k++) {
		if (x->width[k] > WIDEN * in)
			return rs_fail(e, "layers: layer %zu has %zu outputs "
			    "for %zu inputs, more than %d times as many",
			    k + 1, x->width[k], in, WIDEN);
		in = x->width[k];
	}
	return 0;
}

static int
shape_hidden(struct rs_ncf *x, const struct rs_values *v, struct rs_err *e)
{
	const struct rs_param_list *layers = rs_values_list(v, "layers");
	const struct rs_param_list *dropout = rs_values_list(v, "dropout");

	if (layers->n == 0)
		return rs_fail(e, "layers=none: %s has at least one hidden "
		    "layer (gmf has none)", v->algorithm->name);
	if (dropout->n > 1 && dropout->n != layers->n)
		return rs_fail(e, "dropout: %zu numbers, where layers has "
		    "%zu (give one for all, or one for each)", dropout->n,
		    layers->n);
	x->layers = layers->n;
	for (size_t k = 0; k < x->layers; k++) {
		x->width[k] = (size_t)layers->at[k];
		x->dropout[k] = dropout->n == 0 ? 0 :
		    dropout->at[dropout->n > 1 ? k : 0];
	}
	return check_layers(x, e);
}

int
rs_ncf_shape(struct rs_ncf *x, const struct rs_values *v, uint64_t factors,
    struct rs_err *e)
{
	*x = (struct rs_ncf){
		.dense = rs_values_get(v, "embedding") > 0,
	};
	if (v->algorithm->params != rs_ncf_mlp)
		x->gmf = factors;
	if (v->algorithm->params == rs_ncf_gmf)
		return 0;
	x->mlp = factors;
	if (v->algorithm->params == rs_ncf_neumf) {
		const double auto_or = rs_values_get(v, "mlp-factors");
		const struct rs_param_list *l = rs_values_list(v, "layers");

		x->mlp = (size_t)(!isnan(auto_or) ? auto_or :
		    l->n > 0 ? l->at[0] : 1);
	}
	return shape_hidden(x, v, e);
}

/* The net. */

static const char *const GMF[2] = { "user_gmf", "item_gmf" };
static const char *const MLP[2] = { "user_mlp", "item_mlp" };

static rs_layer
embedding(const struct rs_ncf *x, struct rs_net *net, enum rs_side side,
    const char *name, size_t width)
{
	rs_layer y = rs_net_embedding(net, side, name, width);
	char bias[64];

	if (!x->dense)
		return y;
	snprintf(bias, sizeof(bias), "%s_bias", name);
	return rs_net_relu(net, rs_net_bias(net, y, bias));
}

static rs_layer
gmf_half(const struct rs_ncf *x, struct rs_net *net)
{
	const rs_layer u = embedding(x, net, RS_USER, GMF[RS_USER], x->gmf);
	const rs_layer i = embedding(x, net, RS_ITEM, GMF[RS_ITEM], x->gmf);

	return rs_net_product(net, u, i);
}

static rs_layer
mlp_half(const struct rs_ncf *x, struct rs_net *net)
{
	const rs_layer u = embedding(x, net, RS_USER, MLP[RS_USER], x->mlp);
	const rs_layer i = embedding(x, net, RS_ITEM, MLP[RS_ITEM], x->mlp);
	rs_layer y = rs_net_concat(net, u, i);

	for (size_t k = 0; k < x->layers; k++) {
		char name[32];

		snprintf(name, sizeof(name), "layer_%zu", k + 1);
		if (x->dropout[k] > 0)
			y = rs_net_dropout(net, y, x->dropout[k]);
		y = rs_net_relu(net, rs_net_dense(net, y, name,
		    x->width[k]));
	}
	return y;
}

struct rs_net *
rs_ncf_net(const struct rs_ncf *x, uint64_t users, uint64_t items)
{
	struct rs_net *net = rs_net_new(users, items);
	rs_layer y = 0;

	if (x->gmf > 0)
		y = gmf_half(x, net);
	if (x->mlp > 0) {
		const rs_layer h = mlp_half(x, net);

		y = x->gmf > 0 ? rs_net_concat(net, y, h) : h;
	}
	rs_net_end(net, rs_net_dense(net, y, "output", 1));
	return net;
}

/* Beginning. */

struct learning {
	struct rs_fit f;
	struct rs_ncf x;
	struct rs_net *net;
	struct rs_trainer *trainer;
};

static void
draw_with(const struct learning *l, const struct rs_net_param *p,
    const char *law)
{
	const struct rs_param_list *number = rs_values_list(l->f.values, law);

	rs_net_draw(l->net, l->f.pool, p,
	    (enum rs_net_law)rs_values_get(l->f.values, law),
	    number->n > 0 ? number->at[0] : 0, l->f.seed);
}

static void
draw(const struct learning *l)
{
	for (size_t i = 0; i < l->net->params; i++) {
		const struct rs_net_param *p = &l->net->param[i];

		if (p->kind == RS_NET_ROWS)
			draw_with(l, p, "init");
		else if (p->kind == RS_NET_WEIGHTS)
			draw_with(l, p, strcmp(p->name, "output_weight") == 0 ?
			    "output-init" : "layer-init");
	}
}

static const char *
layers_text(const struct rs_ncf *x, struct rs_buf *b)
{
	for (size_t k = 0; k < x->layers; k++)
		rs_buf_printf(b, "%s%zu", k > 0 ? "," : "", x->width[k]);
	return b->data;
}

static int
same_layers(const struct rs_ncf *ours, const struct rs_ncf *theirs,
    const char *name, struct rs_err *e)
{
	struct rs_buf a = { 0 }, b = { 0 };
	int status = 0;

	if (strcmp(layers_text(theirs, &a), layers_text(ours, &b)) != 0)
		status = rs_fail(e, "%s: its layers are %.100s, and %.100s "
		    "are wanted (-p layers=%.100s)", name, a.data, b.data,
		    a.data);
	rs_buf_free(&a);
	rs_buf_free(&b);
	return status;
}

/* Whether a model can be our half of that name. */
static int
check_half(const struct learning *l, const struct rs_model *m,
    const char *half, struct rs_err *e)
{
	const struct rs_csr *train = l->f.train;
	const char *name = rs_model_name(m);
	const char *d = rs_model_meta(m, "factors");
	const bool gmf = strcmp(half, "gmf") == 0;
	const size_t ours = gmf ? l->x.gmf : l->x.mlp;
	struct rs_values v;
	struct rs_ncf theirs;

	if (strcmp(rs_model_algorithm(m), half) != 0)
		return rs_fail(e, "%s: a model by %s, where one by %s is "
		    "wanted", name, rs_model_algorithm(m), half);
	if (rs_model_users(m) != train->users ||
	    rs_model_items(m) != train->items)
		return rs_fail(e, "%s: has %" PRIu64 " users and %" PRIu64
		    " items, train %" PRIu64 " and %" PRIu64, name,
		    rs_model_users(m), rs_model_items(m), train->users,
		    train->items);
	if (rs_values_read(&v, rs_algorithm_find(half), rs_model_tensors(m),
	    e) < 0 || rs_ncf_shape(&theirs, &v, strtoull(d, NULL, 10), e) < 0)
		return -1;
	if ((gmf ? theirs.gmf : theirs.mlp) != ours)
		return rs_fail(e, "%s: has embeddings of %s numbers, and %zu "
		    "are wanted (%s%s)", name, d, ours, gmf ? "-d " :
		    "-p mlp-factors=", d);
	if (theirs.dense != l->x.dense)
		return rs_fail(e, "%s: has embedding=%s, and %s is wanted",
		    name, EMBEDDINGS[theirs.dense], EMBEDDINGS[l->x.dense]);
	return gmf ? 0 : same_layers(&l->x, &theirs, name, e);
}

/* Both outputs' weights one behind the other, or both biases' sum, each
 * times a half (section 3.4.1). */
static int
load_output(struct learning *l, struct rs_err *e)
{
	const struct rs_tensors *a = rs_model_tensors(l->f.gmf);
	const struct rs_tensors *b = rs_model_tensors(l->f.mlp);
	const size_t d = l->x.gmf, last = l->x.width[l->x.layers - 1];
	const struct rs_tensor *w[2], *c[2];
	int status = -1;

	w[0] = rs_tensors_want(a, "output_weight", RS_TENSOR_F32, d, 1, e);
	w[1] = rs_tensors_want(b, "output_weight", RS_TENSOR_F32, last, 1, e);
	c[0] = rs_tensors_want(a, "output_bias", RS_TENSOR_F32, 1, 0, e);
	c[1] = rs_tensors_want(b, "output_bias", RS_TENSOR_F32, 1, 0, e);
	if (w[0] == NULL || w[1] == NULL || c[0] == NULL || c[1] == NULL)
		return -1;
	float *out = rs_alloc(rs_size(d + last + 1, sizeof(*out)));
	struct rs_tensors *t = rs_tensors_new();

	for (size_t k = 0; k < d + last; k++)
		out[k] = (k < d ? ((const float *)w[0]->data)[k] :
		    ((const float *)w[1]->data)[k - d]) / 2;
	out[d + last] = (*(const float *)c[0]->data +
	    *(const float *)c[1]->data) / 2;
	rs_tensors_add(t, "output_weight", RS_TENSOR_F32, d + last, 1, out, 1);
	rs_tensors_add(t, "output_bias", RS_TENSOR_F32, 1, 0, out + d + last,
	    1);
	if (rs_net_load_param(l->net, rs_net_find(l->net, "output_weight"), t,
	    "output_weight", false, e) == 0)
		status = rs_net_load_param(l->net, rs_net_find(l->net,
		    "output_bias"), t, "output_bias", false, e);
	rs_tensors_free(t);
	free(out);
	return status;
}

static int
load_halves(struct learning *l, struct rs_err *e)
{
	if (l->f.gmf == NULL || l->f.mlp == NULL)
		return rs_fail(e, "neumf begins from a gmf and an mlp model, "
		    "and only one of them was given");
	if (check_half(l, l->f.gmf, "gmf", e) < 0 ||
	    check_half(l, l->f.mlp, "mlp", e) < 0)
		return -1;
	for (size_t i = 0; i < l->net->params; i++) {
		const struct rs_net_param *p = &l->net->param[i];
		const bool gmf = strstr(p->name, "_gmf") != NULL;

		if (strncmp(p->name, "output_", 7) != 0 &&
		    rs_net_load_param(l->net, p, rs_model_tensors(gmf ?
		    l->f.gmf : l->f.mlp), p->name, false, e) < 0)
			return -1;
	}
	return load_output(l, e);
}

static int
load(struct learning *l, struct rs_err *e)
{
	if (l->f.resumed == 0 && (l->f.gmf != NULL || l->f.mlp != NULL))
		return load_halves(l, e);
	if (l->f.warm != NULL)
		return rs_net_load(l->net, rs_model_tensors(l->f.warm), true,
		    e);
	return 0;
}

static struct rs_trainer_opts
trainer_opts(const struct rs_values *v)
{
	return (struct rs_trainer_opts){
		.loss = RS_TRAINER_LOGISTIC,
		.negatives = (size_t)rs_values_get(v, "negatives"),
		.verify = rs_values_get(v, "verify") > 0,
		.batch = (size_t)rs_values_get(v, "batch"),
		.last = (enum rs_trainer_last)rs_values_get(v, "last"),
		.optimizer = (enum rs_optimizer_kind)rs_values_get(v,
		    "optimizer"),
		.momentum = rs_values_get(v, "momentum"),
		.l2 = rs_values_get(v, "regularization"),
		.layer_l2 = rs_values_get(v, "layer-regularization"),
	};
}

void
rs_ncf_end(void *state)
{
	struct learning *l = state;

	rs_trainer_free(l->trainer);
	rs_net_free(l->net);
	free(l);
}

void *
rs_ncf_begin(const struct rs_fit *f, struct rs_err *e)
{
	const struct rs_trainer_opts opts = trainer_opts(f->values);
	struct learning *l = rs_zalloc(sizeof(*l));

	l->f = *f;
	if (rs_ncf_shape(&l->x, f->values, f->factors, e) < 0) {
		free(l);
		return NULL;
	}
	l->net = rs_ncf_net(&l->x, f->train->users, f->train->items);
	rs_net_alloc(l->net);
	draw(l);
	if (load(l, e) == 0)
		l->trainer = rs_trainer_new(&l->f, l->net, &opts, e);
	if (l->trainer != NULL)
		return l;
	rs_ncf_end(l);
	return NULL;
}

int
rs_ncf_epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	static const char hint[] = "lower learning-rate, or raise "
	    "regularization";
	struct learning *l = state;

	if (rs_trainer_epoch(l->trainer, n, loss, e) < 0 ||
	    rs_net_finite(l->net, l->f.pool, hint, e) < 0)
		return -1;
	return rs_net_bounded(l->net) ? 0 : rs_fail(e, "the weights have "
	    "grown so large that scores may be infinite (%s)", hint);
}

void
rs_ncf_export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;

	rs_net_export(l->net, t);
}

void
rs_ncf_keep(void *state, struct rs_tensors *t)
{
	struct learning *l = state;

	rs_trainer_keep(l->trainer, t);
}

/* The net of a plan, or NULL where its lists do not fit: begin says how. */
static struct rs_net *
planned(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	struct rs_ncf x;
	struct rs_err e;

	return rs_ncf_shape(&x, f->values, f->factors, &e) < 0 ? NULL :
	    rs_ncf_net(&x, users, items);
}

uint64_t
rs_ncf_memory(const struct rs_fit *f, uint64_t users, uint64_t items,
    uint64_t pairs, int threads)
{
	const struct rs_trainer_opts opts = trainer_opts(f->values);
	struct rs_net *net = planned(f, users, items);
	uint64_t bytes;

	if (net == NULL)
		return 0;
	bytes = rs_net_memory(net) + rs_trainer_memory(net, &opts, pairs,
	    threads);
	rs_net_free(net);
	return bytes;
}

uint64_t
rs_ncf_tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	struct rs_net *net = planned(f, users, items);
	uint64_t bytes;

	if (net == NULL)
		return 0;
	bytes = rs_net_bytes(net);
	rs_net_free(net);
	return bytes;
}
