/*
 * pass: samples on their way through a net's layers, and their slopes back.
 *
 * Each kind of layer has its forward and its gradient side by side.  Letters:
 * N samples of the call, K the width of what a layer gives with what pads it,
 * J of what goes in.  Values y (N, K) and slopes g (N, K) are rows some floats
 * apart (layer.h); those of its first input are x (N, J) and gx (N, J).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/chosen.h"
#include "kernel/dense.h"
#include "kernel/dot.h"
#include "kernel/layer.h"
#include "model/layer.h"

enum { SIDE_ROWS = 64 };	/* rows that rs_net_side does at once */

struct rs_net_pass {
	const struct rs_net *net;
	const struct rs_layer_ops *k;
	size_t samples, n;	/* room; of the last call */
	float *value, *slope;	/* (samples, values or slopes) in buffers */
	float *room;		/* (samples, widest) */
	uint8_t *keep;		/* (samples, keeps) in buffers */
	uint8_t *want;		/* (samples, wants) of a product */
	const float *turned;
	const uint32_t *row[2];	/* (n) users, items */
	const uint64_t *key;	/* (n) or NULL: no dropout */
	bool dropped;		/* the last call had keys */
};

/* One layer of a pass: what its forward and gradient are about. */
struct work {
	struct rs_net_pass *p;
	const struct rs_layer_at *l;
	rs_layer number;
	size_t n, width;	/* N, K */
	float *y, *g, *x, *gx;	/* x, gx: of its first input, if any */
	size_t ldy, ldg, ldx, ldgx;
};

static float *
value_of(const struct rs_net_pass *p, const struct rs_layer_at *l)
{
	return p->value + p->samples * l->y.base + l->y.within;
}

static float *
slope_of(const struct rs_net_pass *p, const struct rs_layer_at *l)
{
	return p->slope + p->samples * l->g.base + l->g.within;
}

static struct work
work(struct rs_net_pass *p, rs_layer number)
{
	const struct rs_layer_at *l = p->net->layers->at + number;
	const struct rs_layer_at *a = p->net->layers->at + l->a;

	return (struct work){ .p = p, .l = l, .number = number, .n = p->n,
		.width = l->span, .y = value_of(p, l), .g = slope_of(p, l),
		.x = value_of(p, a), .gx = slope_of(p, a), .ldy = l->y.ld,
		.ldg = l->g.ld, .ldx = a->y.ld, .ldgx = a->g.ld };
}

static void forward(struct rs_net_pass *p, rs_layer number);

/* Embedding: y = rows of the table (rows, stride), K floats of each; back:
 * each sample's row of the gradient (N, stride). */

static void
embedding(const struct work *w)
{
	const struct rs_net *net = w->p->net;
	const float *table = net->row[w->l->side] + w->l->weight;
	const uint32_t *row = w->p->row[w->l->side];
	const size_t stride = net->stride[w->l->side];

	for (size_t i = 0; i < w->n; i++)
		memcpy(w->y + i * w->ldy, table + row[i] * stride,
		    w->width * sizeof(*w->y));
}

static void
embedding_back(const struct work *w, struct rs_net_gradient *to)
{
	const size_t stride = w->p->net->stride[w->l->side];
	float *row = to->row[w->l->side] + w->l->weight;

	for (size_t i = 0; i < w->n; i++)
		memcpy(row + i * stride, w->g + i * w->ldg,
		    w->width * sizeof(*row));
}

/* Whether w's slopes of x are an embedding's: then they go to its rows of the
 * gradient at once. */
static bool
reaches_rows(struct work *w, struct rs_net_gradient *to)
{
	const struct rs_layer_at *a = w->p->net->layers->at + w->l->a;

	if (a->kind != RS_LAYER_EMBEDDING)
		return false;
	w->gx = to->row[a->side] + a->weight;
	w->ldgx = w->p->net->stride[a->side];
	return true;
}

/* Bias: y = x + b, b (K); db = the sum of g, and gx is g. */

static void
bias(const struct work *w)
{
	w->p->k->add(w->y, w->ldy, w->x, w->ldx,
	    w->p->net->bias + w->l->bias, w->n, w->width);
}

static void
bias_back(const struct work *w, struct rs_net_gradient *to)
{
	w->p->k->add_back(to->bias + w->l->bias, w->g, w->ldg, w->n,
	    w->width);
}

/* Dense: y = x W + b, W (J, K), b (K); dW = x'g, db = the sum of g, gx = g W'.
 * One output is no panel of sixteen: w (J), y (N) and g (N) stand in the first
 * of their lanes. */

static struct rs_dense_shape
shape(const struct work *w)
{
	return (struct rs_dense_shape){ w->p->net->layers->at[w->l->a].span,
		w->width };
}

static void
dense_one(const struct work *w)
{
	const float *weight = w->p->net->weight + w->l->weight;
	const float b = w->p->net->bias[w->l->bias];

	for (size_t i = 0; i < w->n; i++)
		w->y[i * w->ldy] = b + rs_dot(w->x + i * w->ldx, weight,
		    shape(w).in);
}

static void
dense_one_back(const struct work *w, struct rs_net_gradient *to)
{
	const float *weight = w->p->net->weight + w->l->weight;
	float *dw = to->weight + w->l->weight, *db = to->bias + w->l->bias;
	const size_t in = shape(w).in;

	memset(dw, 0, in * sizeof(*dw));
	memset(db, 0, w->width * sizeof(*db));
	for (size_t i = 0; i < w->n; i++) {
		const float g = w->g[i * w->ldg];
		float *gx = w->gx + i * w->ldgx;

		db[0] += g;
		rs_axpy(dw, g, w->x + i * w->ldx, in);
		for (size_t k = 0; k < in; k++)
			gx[k] = g * weight[k];
	}
}

static void
dense(const struct work *w)
{
	const struct rs_dense_shape s = shape(w);
	const struct rs_net *net = w->p->net;

	if (rs_layer_thin(w->l))
		dense_one(w);
	else
		rs_dense_forward(w->y, w->ldy, w->x, w->ldx,
		    net->weight + w->l->weight, net->bias + w->l->bias, &s,
		    w->n);
}

static void
dense_back(const struct work *w, const float *turned,
    struct rs_net_gradient *to)
{
	const struct rs_dense_shape s = shape(w);

	if (rs_layer_thin(w->l)) {
		dense_one_back(w, to);
		return;
	}
	rs_dense_gradient(to->weight + w->l->weight, to->bias + w->l->bias,
	    w->x, w->ldx, w->g, w->ldg, &s, w->n, w->p->room);
	rs_dense_back(w->gx, w->ldgx, w->g, w->ldg, turned + w->l->weight, &s,
	    w->n);
}

/* Relu: y = max(x, 0) and gx = g where y > 0, else 0, both in place.  A
 * dropout above it has overwritten y since, but only where gx is 0 anyway is y
 * 0 now and was not. */

static void
relu(const struct work *w)
{
	w->p->k->relu(w->y, w->ldy, w->n, w->width);
}

static void
relu_back(const struct work *w)
{
	w->p->k->relu_back(w->g, w->ldg, w->y, w->ldy, w->n, w->width);
}

/* Dropout: y = x scale or 0, gx = g scale or 0, both in place.  Draws of its
 * keys from number 2^32 on belong to layer 1, from 2^33 on to layer 2 ... */

static void
choose(const struct work *w)
{
	w->p->k->choose(w->p->keep + w->p->samples * w->l->keep, w->p->key,
	    (uint64_t)w->number << 32, w->l->chance, w->n, w->width);
}

static void
dropout(const struct work *w)
{
	uint8_t *keep = w->p->keep + w->p->samples * w->l->keep;

	if (w->p->key == NULL || w->l->chance == 0)
		return;
	choose(w);
	w->p->k->thin(w->y, w->ldy, keep, w->l->scale, w->n, w->width);
}

static void
dropout_back(const struct work *w)
{
	if (w->p->dropped && w->l->chance > 0)
		w->p->k->thin(w->g, w->ldg, w->p->keep +
		    w->p->samples * w->l->keep, w->l->scale, w->n, w->width);
}

/* Product: y = a b, ga = g b, gb = g a, all (N, K). */

static void
product(const struct work *w)
{
	const struct rs_layer_at *b = w->p->net->layers->at + w->l->b;

	w->p->k->product(w->y, w->ldy, w->x, w->ldx, value_of(w->p, b),
	    b->y.ld, w->n, w->width);
}

static void
product_back(const struct work *w)
{
	const struct rs_layer_at *b = w->p->net->layers->at + w->l->b;

	w->p->k->product(w->gx, w->ldgx, w->g, w->ldg, value_of(w->p, b),
	    b->y.ld, w->n, w->width);
	w->p->k->product(slope_of(w->p, b), b->g.ld, w->g, w->ldg, w->x,
	    w->ldx, w->n, w->width);
}

/*
 * The same of two dropouts above rectifiers above dense layers, where both
 * leave little: the first is formed where both keep a place, the second where
 * the first is not 0 besides.  What is 0 now and was not before is multiplied
 * by 0 on both ways, so slopes are what they would be.
 */

/* A dropout's y = max(0, x W + b) scale where it is wanted, else 0. */
static void
some(const struct work *dropout)
{
	struct rs_net_pass *p = dropout->p;
	const struct rs_layer_at *relu_of = p->net->layers->at + dropout->l->a;
	const struct work w = work(p, relu_of->a);
	const struct rs_dense_shape s = shape(&w);

	forward(p, w.l->a);
	for (size_t i = 0; i < w.n; i++)
		memset(w.y + i * w.ldy, 0, w.width * sizeof(*w.y));
	rs_chosen_forward(w.y, w.ldy, w.x, w.ldx, p->turned + w.l->rows,
	    p->net->bias + w.l->bias, p->want, dropout->l->scale, &s, w.n);
}

static void
chosen_product(const struct work *w)
{
	struct rs_net_pass *p = w->p;
	const struct work a = work(p, w->l->a), b = work(p, w->l->b);
	const uint8_t *keep_a = p->keep + p->samples * a.l->keep;
	const uint8_t *keep_b = p->keep + p->samples * b.l->keep;

	choose(&a);
	choose(&b);
	p->k->both(p->want, keep_a, keep_b, w->n, w->width);
	some(&a);
	p->k->alive(p->want, a.y, a.ldy, w->n, w->width);
	some(&b);
	product(w);
}

/* Sum: y = the sum of x, the first of its lanes; gx = g in each place of x
 * that pads nothing. */

static void
sum(const struct work *w)
{
	w->p->k->sum(w->y, w->ldy, w->x, w->ldx, w->n,
	    w->p->net->layers->at[w->l->a].span);
}

static void
sum_back(const struct work *w)
{
	const struct rs_net *net = w->p->net;
	const size_t width = net->layers->at[w->l->a].width;
	const bool whole = rs_layer_whole(net, w->l->a);

	for (size_t i = 0; i < w->n; i++) {
		const float g = w->g[i * w->ldg];
		float *gx = w->gx + i * w->ldgx;

		for (size_t k = 0; whole && k < width; k++)
			gx[k] = g;
		for (size_t k = 0; !whole && k < width; k++)
			gx[rs_layer_place(net, w->l->a, k)] = g;
	}
}

/* All layers up to one, each after those that go into it. */
static void
forward(struct rs_net_pass *p, rs_layer number)
{
	const struct work w = work(p, number);

	if (w.l->chosen && p->key != NULL) {
		chosen_product(&w);
		return;
	}
	if (w.l->kind != RS_LAYER_EMBEDDING)
		forward(p, w.l->a);
	switch (w.l->kind) {
	case RS_LAYER_EMBEDDING:
		embedding(&w);
		break;
	case RS_LAYER_BIAS:
		bias(&w);
		break;
	case RS_LAYER_DENSE:
		dense(&w);
		break;
	case RS_LAYER_RELU:
		relu(&w);
		break;
	case RS_LAYER_DROPOUT:
		dropout(&w);
		break;
	case RS_LAYER_PRODUCT:
		forward(p, w.l->b);
		product(&w);
		break;
	case RS_LAYER_CONCAT:
		/* Both parts are where the whole is wanted. */
		forward(p, w.l->b);
		break;
	case RS_LAYER_SUM:
		sum(&w);
		break;
	}
}

static void
backward(struct rs_net_pass *p, rs_layer number, const float *turned,
    struct rs_net_gradient *to)
{
	struct work w = work(p, number);
	bool done = false;

	switch (w.l->kind) {
	case RS_LAYER_EMBEDDING:
		embedding_back(&w, to);
		return;
	case RS_LAYER_BIAS:
		bias_back(&w, to);
		break;
	case RS_LAYER_DENSE:
		done = reaches_rows(&w, to);
		dense_back(&w, turned, to);
		break;
	case RS_LAYER_RELU:
		relu_back(&w);
		break;
	case RS_LAYER_DROPOUT:
		dropout_back(&w);
		break;
	case RS_LAYER_PRODUCT:
		product_back(&w);
		backward(p, w.l->b, turned, to);
		break;
	case RS_LAYER_CONCAT:
		backward(p, w.l->b, turned, to);
		break;
	case RS_LAYER_SUM:
		sum_back(&w);
		break;
	}
	if (!done)
		backward(p, w.l->a, turned, to);
}

/* The pass. */

/* Buffers are whole rows of lanes, zeros at first: what pads them is never
 * written but by zeros. */
static float *
floats(size_t samples, size_t n)
{
	return rs_aligned(rs_size(rs_size(samples, n), sizeof(float)));
}

struct rs_net_pass *
rs_net_pass_new(const struct rs_net *net, size_t samples)
{
	const struct rs_net_layers *all = net->layers;
	struct rs_net_pass *p = rs_zalloc(sizeof(*p));

	p->net = net;
	p->k = rs_layer_kernels();
	p->samples = samples;
	p->value = floats(samples, all->values);
	p->slope = floats(samples, all->slopes);
	p->room = floats(samples, all->widest);
	p->keep = rs_aligned(rs_size(samples, all->keeps));
	p->want = rs_aligned(rs_size(samples, all->wants));
	return p;
}

void
rs_net_pass_free(struct rs_net_pass *p)
{
	if (p == NULL)
		return;
	free(p->value);
	free(p->slope);
	free(p->room);
	free(p->keep);
	free(p->want);
	free(p);
}

uint64_t
rs_net_pass_memory(const struct rs_net *net, size_t samples)
{
	const struct rs_net_layers *all = net->layers;

	return samples * ((uint64_t)(all->values + all->slopes +
	    all->widest) * sizeof(float) + all->keeps + all->wants);
}

void
rs_net_forward(struct rs_net_pass *p, const uint32_t *user,
    const uint32_t *item, size_t n, const uint64_t *key, const float *turned,
    float *score)
{
	const struct rs_layer_at *l = p->net->layers->at +
	    p->net->layers->score;
	const float *y = value_of(p, l);

	assert(n <= p->samples);
	p->n = n;
	p->row[RS_USER] = user;
	p->row[RS_ITEM] = item;
	p->key = key;
	p->turned = turned;
	p->dropped = key != NULL;
	forward(p, p->net->layers->score);
	for (size_t i = 0; i < n; i++)
		score[i] = y[i * l->y.ld];
}

void
rs_net_backward(struct rs_net_pass *p, const float *slope,
    const float *turned, struct rs_net_gradient *to)
{
	const struct rs_layer_at *l = p->net->layers->at +
	    p->net->layers->score;
	float *g = slope_of(p, l);

	for (size_t i = 0; i < p->n; i++)
		g[i * l->g.ld] = slope[i];
	backward(p, p->net->layers->score, turned, to);
}

void
rs_net_turn(const struct rs_net *net, float *turned)
{
	const struct rs_net_layers *all = net->layers;

	for (size_t i = 0; i < all->n; i++) {
		const struct rs_layer_at *l = all->at + i;
		const struct rs_dense_shape s = { all->at[l->a].span,
			l->span };

		if (l->kind == RS_LAYER_DENSE && !rs_layer_thin(l))
			rs_dense_turn(turned + l->weight,
			    net->weight + l->weight, &s);
		if (l->kind == RS_LAYER_DENSE && l->rows > 0)
			rs_chosen_rows(turned + l->rows,
			    net->weight + l->weight, &s);
	}
}

/* What hangs on one side alone. */

struct siding {
	const struct rs_net *net;
	rs_layer layer;
	uint64_t rows;
	float *out;		/* (rows, ld) */
	size_t ld;
	struct rs_net_pass **pass;	/* (threads), made when needed */
};

static enum rs_side
side_of(const struct rs_net *net, rs_layer layer)
{
	const struct rs_layer_at *l = net->layers->at + layer;

	while (l->kind != RS_LAYER_EMBEDDING)
		l = net->layers->at + l->a;
	return l->side;
}

static void
side_task(void *arg, size_t task, int thread)
{
	const struct siding *s = arg;
	const uint64_t from = (uint64_t)task * SIDE_ROWS;
	const struct rs_layer_at *l = s->net->layers->at + s->layer;
	uint32_t row[SIDE_ROWS];
	const bool whole = rs_layer_whole(s->net, s->layer);
	struct rs_net_pass *p = s->pass[thread];

	if (p == NULL)
		p = s->pass[thread] = rs_net_pass_new(s->net, SIDE_ROWS);
	p->n = s->rows - from < SIDE_ROWS ? (size_t)(s->rows - from) :
	    SIDE_ROWS;
	for (size_t i = 0; i < p->n; i++)
		row[i] = (uint32_t)(from + i);
	p->row[RS_USER] = p->row[RS_ITEM] = row;
	p->key = NULL;
	forward(p, s->layer);
	for (size_t i = 0; i < p->n; i++) {
		const float *y = value_of(p, l) + i * l->y.ld;
		float *out = s->out + (from + i) * s->ld;

		if (whole)
			memcpy(out, y, l->width * sizeof(*out));
		for (size_t k = 0; !whole && k < l->width; k++)
			out[k] = y[rs_layer_place(s->net, s->layer, k)];
		memset(out + l->width, 0, (s->ld - l->width) * sizeof(*out));
	}
}

void
rs_net_side(const struct rs_net *net, struct rs_pool *pool, rs_layer layer,
    float *out, size_t ld)
{
	const int threads = rs_pool_threads(pool);
	struct siding s = { net, layer, net->rows[side_of(net, layer)], out,
		ld, rs_zalloc(rs_size((size_t)threads, sizeof(*s.pass))) };

	assert(ld >= rs_net_width(net, layer));
	rs_pool_run(pool, (size_t)((s.rows + SIDE_ROWS - 1) / SIDE_ROWS),
	    side_task, &s);
	for (int i = 0; i < threads; i++)
		rs_net_pass_free(s.pass[i]);
	free(s.pass);
}
