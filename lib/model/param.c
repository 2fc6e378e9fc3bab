/*
 * param: a net's parameters: first values, tensors, and whether they and what
 * comes of them are still finite.
 *
 * In a tensor numbers stand one behind the other; here weights are in panels,
 * and what pads a width lies between.  A strip is a row of a tensor where it
 * is here.
 */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "kernel/dot.h"
#include "model/layer.h"

enum { ROWS_A_TASK = 4096 };

const char *const rs_net_laws[RS_NET_LAWS + 1] = {
	[RS_NET_GLOROT] = "glorot",
	[RS_NET_LECUN] = "lecun",
	[RS_NET_NORMAL] = "normal:0.01",
	[RS_NET_XAVIER] = "xavier:3",
};

/* Where row r of a parameter begins, and how far its numbers 0, 16, 32 .. are
 * apart; those between follow one another.  Only the biases of a concat may
 * have holes. */
struct strip {
	float *p;
	size_t step;
};

static struct strip
strip(const struct rs_net *net, const struct rs_net_param *p, uint64_t r)
{
	const struct rs_layer_at *l = net->layers->at + p->layer;
	size_t at;

	switch (p->kind) {
	case RS_NET_ROWS:
		return (struct strip){ net->row[p->side] +
		    r * net->stride[p->side] + p->at, RS_LANES };
	case RS_NET_WEIGHTS:
		at = rs_layer_place(net, l->a, r);
		return (struct strip){ net->weight + p->at +
		    at * (rs_layer_thin(l) ? 1 : RS_LANES),
		    net->layers->at[l->a].span * RS_LANES };
	case RS_NET_BIASES:
		break;
	}
	return (struct strip){ net->bias + p->at, RS_LANES };
}

/* Number k of that row. */
static float *
number(const struct rs_net *net, const struct rs_net_param *p, struct strip s,
    size_t k)
{
	if (p->kind == RS_NET_BIASES)
		k = rs_layer_place(net, p->layer, k);
	return s.p + k / RS_LANES * s.step + k % RS_LANES;
}

struct drawing {
	const struct rs_net *net;
	const struct rs_net_param *p;
	enum rs_net_law law;
	double size;		/* bound, or standard deviation */
	uint64_t seed;
	enum rs_purpose purpose;
};

static size_t
tasks(uint64_t rows)
{
	return (size_t)((rows + ROWS_A_TASK - 1) / ROWS_A_TASK);
}

static void
draw_task(void *arg, size_t task, int thread)
{
	const struct drawing *t = arg;
	const struct rs_net_param *p = t->p;
	const uint64_t from = (uint64_t)task * ROWS_A_TASK;

	(void)thread;
	for (uint64_t r = from; r < p->in && r < from + ROWS_A_TASK; r++) {
		const struct strip s = strip(t->net, p, r);

		for (size_t k = 0; k < p->width; k++) {
			const uint64_t draw = rs_draw2(t->seed, t->purpose,
			    (uint64_t)(p - t->net->param), r * p->width + k);

			*number(t->net, p, s, k) = (float)(t->size *
			    (t->law == RS_NET_NORMAL ? rs_normal(draw) :
			    2 * rs_unit(draw) - 1));
		}
	}
}

/* A law's bound or standard deviation. */
static double
law_size(const struct rs_net_param *p, enum rs_net_law law, double number)
{
	const double in = (double)p->in, both = in + (double)p->width;

	switch (law) {
	case RS_NET_GLOROT:
		return sqrt(6 / both);
	case RS_NET_LECUN:
		return sqrt(3 / in);
	case RS_NET_XAVIER:
		return sqrt(number / (both / 2));
	case RS_NET_NORMAL:
	case RS_NET_LAWS:
		break;
	}
	return number;
}

void
rs_net_draw(struct rs_net *net, struct rs_pool *pool,
    const struct rs_net_param *p, enum rs_net_law law, double number,
    uint64_t seed)
{
	struct drawing t = {
		.net = net,
		.p = p,
		.law = law,
		.size = law_size(p, law, number),
		.seed = seed,
		.purpose = p->kind != RS_NET_ROWS ? RS_DRAW_LAYER :
		    p->side == RS_USER ? RS_DRAW_USER_FACTORS :
		    RS_DRAW_ITEM_FACTORS,
	};

	rs_pool_run(pool, tasks(p->in), draw_task, &t);
}

/* Tensors. */

/* Rows of width numbers that the tensors own. */
static const float *
copied(const struct rs_net *net, const struct rs_net_param *p,
    struct rs_tensors *t)
{
	float *copy = rs_alloc(rs_size(rs_size(p->in, p->width),
	    sizeof(*copy)));

	for (uint64_t r = 0; r < p->in; r++) {
		const struct strip s = strip(net, p, r);

		for (size_t k = 0; k < p->width; k++)
			copy[r * p->width + k] = *number(net, p, s, k);
	}
	rs_tensors_keep(t, copy);
	return copy;
}

void
rs_net_export(const struct rs_net *net, struct rs_tensors *t)
{
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *p = net->param + i;

		if (p->kind == RS_NET_ROWS)
			rs_tensors_add(t, p->name, RS_TENSOR_F32, p->in,
			    p->width, strip(net, p, 0).p,
			    net->stride[p->side]);
		else if (p->kind == RS_NET_WEIGHTS)
			rs_tensors_add(t, p->name, RS_TENSOR_F32, p->in,
			    p->width, copied(net, p, t), p->width);
		else
			rs_tensors_add(t, p->name, RS_TENSOR_F32, p->width, 0,
			    copied(net, p, t), 1);
	}
}

static void
load_row(const struct rs_net *net, const struct rs_net_param *p, uint64_t r,
    const void *from)
{
	const struct strip s = strip(net, p, r);

	if (p->kind == RS_NET_ROWS)
		memcpy(s.p, from, p->width * sizeof(float));
	for (size_t k = 0; p->kind != RS_NET_ROWS && k < p->width; k++)
		memcpy(number(net, p, s, k), (const char *)from +
		    k * sizeof(float), sizeof(float));
}

int
rs_net_load_param(struct rs_net *net, const struct rs_net_param *p,
    const struct rs_tensors *t, const char *name, bool grown,
    struct rs_err *e)
{
	const bool bias = p->kind == RS_NET_BIASES;
	const bool any = grown && p->kind == RS_NET_ROWS;
	const struct rs_tensor *from = rs_tensors_want(t, name, RS_TENSOR_F32,
	    bias ? p->width : any ? UINT64_MAX : p->in, bias ? 0 : p->width,
	    e);

	if (from == NULL)
		return -1;
	if (any && from->shape[0] > p->in)
		return rs_fail(e, "%s: %s has %" PRIu64 " rows, train only %"
		    PRIu64, rs_tensors_name(t), name, from->shape[0], p->in);
	if (bias) {
		load_row(net, p, 0, from->data);
		return 0;
	}
	for (uint64_t r = 0; r < from->shape[0]; r++)
		load_row(net, p, r, (const char *)from->data +
		    r * from->stride);
	return 0;
}

int
rs_net_load(struct rs_net *net, const struct rs_tensors *t, bool grown,
    struct rs_err *e)
{
	for (size_t i = 0; i < net->params; i++)
		if (rs_net_load_param(net, net->param + i, t,
		    net->param[i].name, grown, e) < 0)
			return -1;
	return 0;
}

/* Whether all is still finite. */

struct search {
	const float *row;
	uint64_t n;
	size_t stride;
	uint64_t *found;	/* (tasks) n: none */
};

static bool
finite_all(const float *x, size_t n)
{
	uint32_t bad = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t bits;

		/* By its bits, which the compiler makes lanes of. */
		memcpy(&bits, x + i, sizeof(bits));
		bad |= (bits & 0x7f800000) == 0x7f800000;
	}
	return bad == 0;
}

static void
search_task(void *arg, size_t task, int thread)
{
	const struct search *s = arg;
	const uint64_t from = (uint64_t)task * ROWS_A_TASK;

	(void)thread;
	s->found[task] = s->n;
	for (uint64_t r = from; r < s->n && r < from + ROWS_A_TASK; r++)
		if (!finite_all(s->row + r * s->stride, s->stride)) {
			s->found[task] = r;
			return;
		}
}

static uint64_t
first_bad(const struct rs_net *net, enum rs_side side, struct rs_pool *pool)
{
	struct search s = { net->row[side], net->rows[side],
		net->stride[side], NULL };
	uint64_t first = s.n;

	s.found = rs_alloc(rs_size(tasks(s.n) + 1, sizeof(*s.found)));
	rs_pool_run(pool, tasks(s.n), search_task, &s);
	for (size_t i = tasks(s.n); i-- > 0; )
		if (s.found[i] < s.n)
			first = s.found[i];
	free(s.found);
	return first;
}

static bool
finite_param(const struct rs_net *net, const struct rs_net_param *p)
{
	for (uint64_t r = 0; r < p->in; r++) {
		const struct strip s = strip(net, p, r);

		for (size_t k = 0; k < p->width; k++)
			if (!finite_all(number(net, p, s, k), 1))
				return false;
	}
	return true;
}

int
rs_net_finite(const struct rs_net *net, struct rs_pool *pool,
    const char *hint, struct rs_err *e)
{
	for (int side = RS_USER; side <= RS_ITEM; side++) {
		const uint64_t bad = first_bad(net, (enum rs_side)side, pool);

		if (bad < net->rows[side])
			return rs_fail(e, "the factors of %s %" PRIu64
			    " are no longer finite (%s)",
			    side == RS_USER ? "user" : "item", bad, hint);
	}
	for (size_t i = 0; i < net->params; i++)
		if (net->param[i].kind != RS_NET_ROWS &&
		    !finite_param(net, net->param + i))
			return rs_fail(e, "%s is no longer finite (%s)",
			    net->param[i].name, hint);
	return 0;
}

/* How large a score may be. */

/* The largest number of a side's rows, at least 1. */
static double
largest_row(const struct rs_net *net, enum rs_side side)
{
	const size_t n = (size_t)net->rows[side] * net->stride[side];
	float most = 1;

	for (size_t i = 0; i < n; i++)
		most = fabsf(net->row[side][i]) > most ?
		    fabsf(net->row[side][i]) : most;
	return (double)most;
}

/* The largest sum of the numbers of one output, at least 1. */
static double
largest_sum(const struct rs_net *net, rs_layer layer, enum rs_net_kind kind)
{
	const struct rs_net_param *p = net->param;
	double most = 1;

	while (p->layer != layer || p->kind != kind)
		p++;
	double *sum = rs_zalloc(rs_size(p->width, sizeof(*sum)));
	for (uint64_t r = 0; r < p->in; r++) {
		const struct strip s = strip(net, p, r);

		for (size_t k = 0; k < p->width; k++)
			sum[k] += fabs((double)*number(net, p, s, k));
	}
	for (size_t k = 0; k < p->width; k++)
		most = sum[k] > most ? sum[k] : most;
	free(sum);
	return most;
}

/* What no output of a layer is above, nor any part of a sum on the way. */
static double
bound(const struct rs_net *net, rs_layer layer)
{
	const struct rs_layer_at *l = net->layers->at + layer;
	double a, b;

	if (l->kind == RS_LAYER_EMBEDDING)
		return largest_row(net, l->side);
	a = bound(net, l->a);
	switch (l->kind) {
	case RS_LAYER_BIAS:
		return a + largest_sum(net, layer, RS_NET_BIASES);
	case RS_LAYER_DENSE:
		return a * largest_sum(net, layer, RS_NET_WEIGHTS) +
		    largest_sum(net, layer, RS_NET_BIASES);
	case RS_LAYER_PRODUCT:
		return a * bound(net, l->b);
	case RS_LAYER_CONCAT:
		b = bound(net, l->b);
		return a > b ? a : b;
	case RS_LAYER_SUM:
		return a * (double)rs_net_width(net, l->a);
	case RS_LAYER_EMBEDDING:
	case RS_LAYER_RELU:
	case RS_LAYER_DROPOUT:
		break;
	}
	return a;
}

bool
rs_net_bounded(const struct rs_net *net)
{
	return bound(net, net->layers->score) < (double)FLT_MAX / 2;
}
