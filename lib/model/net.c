/*
 * net: a small network of layers that scores a user with an item.
 *
 * This file has the tree; param.c fills its parameters, and pass.c runs it.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "kernel/dot.h"
#include "kernel/layer.h"
#include "model/layer.h"

/* Outputs are chosen where inputs are many and one in two and a half, at most,
 * is wanted: scales of dropouts are what they divide by. */
enum { CHOSEN_LEAST = 128 };
static const float CHOSEN_SCALE = 2.5F;

/* The tree. */

struct rs_net *
rs_net_new(uint64_t users, uint64_t items)
{
	struct rs_net *net = rs_zalloc(sizeof(*net));

	net->rows[RS_USER] = users;
	net->rows[RS_ITEM] = items;
	net->layers = rs_zalloc(sizeof(*net->layers));
	return net;
}

/* The new layer, for its maker to fill in, and its number. */
static struct rs_layer_at *
grow(struct rs_net *net, enum rs_layer_kind kind, size_t width, size_t span)
{
	struct rs_net_layers *all = net->layers;
	struct rs_layer_at *l;

	rs_grow(&all->at, &all->room, all->n + 1, sizeof(*all->at));
	l = all->at + all->n++;
	*l = (struct rs_layer_at){ .kind = kind, .width = width,
		.span = span };
	return l;
}

static rs_layer
last(const struct rs_net *net)
{
	return net->layers->n - 1;
}

/* A layer that goes into the one being made. */
static struct rs_layer_at
take(struct rs_net *net, rs_layer x)
{
	assert(x < net->layers->n && !net->layers->at[x].used);
	net->layers->at[x].used = true;
	return net->layers->at[x];
}

static void
add_param(struct rs_net *net, const struct rs_net_param *p, const char *name,
    const char *more)
{
	const size_t n = net->params;

	rs_grow(&net->param, &net->layers->param_room, n + 1,
	    sizeof(*net->param));
	net->param[n] = *p;
	snprintf(net->param[n].name, sizeof(net->param[n].name), "%s%s", name,
	    more);
	net->params++;
}

rs_layer
rs_net_embedding(struct rs_net *net, enum rs_side side, const char *name,
    size_t width)
{
	const size_t span = rs_stride(width);
	struct rs_layer_at *l = grow(net, RS_LAYER_EMBEDDING, width, span);

	assert(width > 0);
	l->side = side;
	l->weight = net->stride[side];
	net->stride[side] += span;
	add_param(net, &(struct rs_net_param){ .kind = RS_NET_ROWS,
		.side = side, .in = net->rows[side], .width = width,
		.at = l->weight, .layer = last(net) }, name, "");
	return last(net);
}

/* The biases of the layer made last. */
static void
add_bias(struct rs_net *net, const char *name, const char *more)
{
	struct rs_layer_at *l = net->layers->at + last(net);

	l->bias = net->biases;
	net->biases += l->span;
	add_param(net, &(struct rs_net_param){ .kind = RS_NET_BIASES, .in = 1,
		.width = l->width, .at = l->bias, .layer = last(net) }, name,
	    more);
}

rs_layer
rs_net_bias(struct rs_net *net, rs_layer x, const char *name)
{
	const struct rs_layer_at in = take(net, x);

	grow(net, RS_LAYER_BIAS, in.width, in.span)->a = x;
	add_bias(net, name, "");
	return last(net);
}

rs_layer
rs_net_dense(struct rs_net *net, rs_layer x, const char *name, size_t width)
{
	const struct rs_layer_at in = take(net, x);
	struct rs_layer_at *l = grow(net, RS_LAYER_DENSE, width,
	    rs_stride(width));

	assert(width > 0);
	l->a = x;
	l->weight = net->weights;
	net->weights += rs_size(in.span, rs_layer_thin(l) ? 1 : l->span);
	add_param(net, &(struct rs_net_param){ .kind = RS_NET_WEIGHTS,
		.in = in.width, .width = width, .at = l->weight,
		.layer = last(net) }, name, "_weight");
	add_bias(net, name, "_bias");
	return last(net);
}

rs_layer
rs_net_relu(struct rs_net *net, rs_layer x)
{
	const struct rs_layer_at in = take(net, x);

	grow(net, RS_LAYER_RELU, in.width, in.span)->a = x;
	return last(net);
}

rs_layer
rs_net_dropout(struct rs_net *net, rs_layer x, double p)
{
	const struct rs_layer_at in = take(net, x);
	struct rs_layer_at *l = grow(net, RS_LAYER_DROPOUT, in.width, in.span);
	const double chance = floor(p * RS_LAYER_CHANCES + 0.5);

	assert(p >= 0 && p < 1);
	l->a = x;
	l->chance = chance < RS_LAYER_CHANCES ? (uint32_t)chance :
	    RS_LAYER_CHANCES - 1;
	l->scale = (float)((double)RS_LAYER_CHANCES /
	    (RS_LAYER_CHANCES - l->chance));
	return last(net);
}

rs_layer
rs_net_product(struct rs_net *net, rs_layer a, rs_layer b)
{
	const struct rs_layer_at of = take(net, a), by = take(net, b);
	struct rs_layer_at *l = grow(net, RS_LAYER_PRODUCT, of.width, of.span);

	assert(of.width == by.width && of.span == by.span);
	for (size_t k = 0; k < of.width; k++)
		assert(rs_layer_place(net, a, k) == rs_layer_place(net, b, k));
	l->a = a;
	l->b = b;
	return last(net);
}

rs_layer
rs_net_concat(struct rs_net *net, rs_layer a, rs_layer b)
{
	const struct rs_layer_at one = take(net, a), two = take(net, b);
	struct rs_layer_at *l = grow(net, RS_LAYER_CONCAT,
	    one.width + two.width, one.span + two.span);

	l->a = a;
	l->b = b;
	return last(net);
}

rs_layer
rs_net_sum(struct rs_net *net, rs_layer x)
{
	take(net, x);
	grow(net, RS_LAYER_SUM, 1, RS_LANES)->a = x;
	return last(net);
}

size_t
rs_net_width(const struct rs_net *net, rs_layer layer)
{
	return net->layers->at[layer].width;
}

size_t
rs_layer_place(const struct rs_net *net, rs_layer layer, size_t k)
{
	const struct rs_layer_at *l = net->layers->at + layer;
	size_t before = 0;

	for (;;) {
		switch (l->kind) {
		case RS_LAYER_CONCAT:
			if (k >= net->layers->at[l->a].width) {
				k -= net->layers->at[l->a].width;
				before += net->layers->at[l->a].span;
				l = net->layers->at + l->b;
				continue;
			}
			break;
		case RS_LAYER_BIAS:
		case RS_LAYER_RELU:
		case RS_LAYER_DROPOUT:
		case RS_LAYER_PRODUCT:
			break;
		case RS_LAYER_EMBEDDING:
		case RS_LAYER_DENSE:
		case RS_LAYER_SUM:
			return before + k;
		}
		l = net->layers->at + l->a;
	}
}

bool
rs_layer_whole(const struct rs_net *net, rs_layer layer)
{
	const size_t end = rs_net_width(net, layer) - 1;

	return rs_layer_place(net, layer, end) == end;
}

/* Where everything lies in a pass. */

static struct rs_layer_place
fresh(size_t *floats, size_t span)
{
	const struct rs_layer_place p = { *floats, 0, span };

	*floats += span;
	return p;
}

/* Whether a layer looks at what it gave when it goes back: then a bias must
 * not be added there. */
static bool
looks_back(const struct rs_net_layers *all, rs_layer layer)
{
	const struct rs_layer_at *l = all->at + layer;

	switch (l->kind) {
	case RS_LAYER_RELU:
		return true;
	case RS_LAYER_DROPOUT:
		return looks_back(all, l->a);
	case RS_LAYER_CONCAT:
		return looks_back(all, l->a) || looks_back(all, l->b);
	case RS_LAYER_EMBEDDING:
	case RS_LAYER_BIAS:
	case RS_LAYER_DENSE:
	case RS_LAYER_PRODUCT:
	case RS_LAYER_SUM:
		break;
	}
	return false;
}

/* Give a layer its place, and those below it theirs. */
static void
give(struct rs_net_layers *all, rs_layer layer, struct rs_layer_place y,
    struct rs_layer_place g)
{
	struct rs_layer_at *l = all->at + layer;
	const struct rs_layer_at *a = all->at + l->a, *b = all->at + l->b;

	l->y = y;
	l->g = g;
	switch (l->kind) {
	case RS_LAYER_DROPOUT:
		l->keep = all->keeps;
		all->keeps += l->span;
		/* fall through */
	case RS_LAYER_RELU:
		give(all, l->a, y, g);
		break;
	case RS_LAYER_BIAS:
		give(all, l->a, looks_back(all, l->a) ?
		    fresh(&all->values, a->span) : y, g);
		break;
	case RS_LAYER_CONCAT:
		give(all, l->a, y, g);
		y.within += a->span;
		g.within += a->span;
		give(all, l->b, y, g);
		break;
	case RS_LAYER_PRODUCT:
		give(all, l->b, fresh(&all->values, b->span),
		    fresh(&all->slopes, b->span));
		give(all, l->a, fresh(&all->values, a->span),
		    fresh(&all->slopes, a->span));
		break;
	case RS_LAYER_DENSE:
		if (l->span > all->widest)
			all->widest = l->span;
		/* fall through */
	case RS_LAYER_SUM:
		give(all, l->a, fresh(&all->values, a->span),
		    fresh(&all->slopes, a->span));
		break;
	case RS_LAYER_EMBEDDING:
		break;
	}
}

/* The dense layer below a rectifier below a dropout, or NULL. */
static struct rs_layer_at *
tower(const struct rs_net_layers *all, rs_layer dropout)
{
	const struct rs_layer_at *l = all->at + dropout;
	const struct rs_layer_at *a = all->at + l->a;

	if (l->kind != RS_LAYER_DROPOUT || a->kind != RS_LAYER_RELU ||
	    all->at[a->a].kind != RS_LAYER_DENSE)
		return NULL;
	return all->at + a->a;
}

static bool
wide_enough(const struct rs_net_layers *all, const struct rs_layer_at *dense)
{
	return dense != NULL && all->at[dense->a].span >= CHOSEN_LEAST;
}

/* Products of which dropout leaves little. */
static void
choose(struct rs_net *net)
{
	struct rs_net_layers *all = net->layers;

	net->turned = net->weights;
	for (size_t i = 0; i < all->n; i++) {
		struct rs_layer_at *l = all->at + i;
		const struct rs_layer_at *a = all->at + l->a;
		const struct rs_layer_at *b = all->at + l->b;

		if (l->kind != RS_LAYER_PRODUCT ||
		    !wide_enough(all, tower(all, l->a)) ||
		    !wide_enough(all, tower(all, l->b)) ||
		    a->scale * b->scale < CHOSEN_SCALE)
			continue;
		l->chosen = true;
		for (int k = 0; k < 2; k++) {
			struct rs_layer_at *d = tower(all, k ? l->b : l->a);

			d->rows = net->turned;
			net->turned += rs_size(all->at[d->a].span, d->span);
		}
		if (l->span > all->wants)
			all->wants = l->span;
	}
}

void
rs_net_end(struct rs_net *net, rs_layer score)
{
	struct rs_net_layers *all = net->layers;

	all->score = score;
	take(net, score);
	assert(all->at[score].width == 1);
	for (size_t i = 0; i < all->n; i++)
		assert(all->at[i].used);
	choose(net);
	give(all, score, fresh(&all->values, RS_LANES),
	    fresh(&all->slopes, RS_LANES));
}

/* Parameters. */

static float *
zeros(uint64_t rows, size_t stride)
{
	const size_t bytes = rs_size(rs_size(rows, stride), sizeof(float));

	/* What is read at random had better be in large pages. */
	if (bytes < 2 << 20)
		return rs_aligned(bytes);
	return memset(rs_table(bytes + 64), 0, bytes + 64);
}

void
rs_net_alloc(struct rs_net *net)
{
	for (int side = RS_USER; side <= RS_ITEM; side++)
		net->row[side] = zeros(net->rows[side], net->stride[side]);
	net->weight = zeros(1, net->weights);
	net->bias = zeros(1, net->biases);
}

void
rs_net_free(struct rs_net *net)
{
	if (net == NULL)
		return;
	free(net->row[RS_USER]);
	free(net->row[RS_ITEM]);
	free(net->weight);
	free(net->bias);
	free(net->param);
	free(net->layers->at);
	free(net->layers);
	free(net);
}

const struct rs_net_param *
rs_net_find(const struct rs_net *net, const char *name)
{
	size_t i = 0;

	while (i < net->params && strcmp(net->param[i].name, name) != 0)
		i++;
	assert(i < net->params);
	return net->param + i;
}

uint64_t
rs_net_memory(const struct rs_net *net)
{
	return (net->rows[RS_USER] * net->stride[RS_USER] +
	    net->rows[RS_ITEM] * net->stride[RS_ITEM] + net->weights +
	    net->biases) * sizeof(float);
}

uint64_t
rs_net_bytes(const struct rs_net *net)
{
	uint64_t floats = 0;

	for (size_t i = 0; i < net->params; i++)
		floats += net->param[i].in * net->param[i].width;
	return floats * sizeof(float);
}
