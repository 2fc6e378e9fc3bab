/* net: what layers give and how they learn, against a slow net in double and
 * its finite differences; and what must not show in a bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/draw.h"
#include "base/hash.h"
#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/layer.h"
#include "model/layer.h"
#include "model/net.h"
#include "test.h"

enum { USERS = 5, ITEMS = 7, SAMPLES = 9, WIDE = 512 };

static struct rs_pool *pool;

static const uint32_t USER[SAMPLES] = { 0, 1, 2, 3, 4, 0, 1, 0, 3 };
static const uint32_t ITEM[SAMPLES] = { 6, 5, 4, 3, 2, 1, 0, 6, 6 };

/* The slow net: parameters in double by their names. */
struct slow {
	const struct rs_net *net;
	double *value[64];	/* of each parameter, (in, width) */
	const uint64_t *key;
};

static struct slow
slow_new(const struct rs_net *net)
{
	struct rs_tensors *t = rs_tensors_new();
	struct slow s = { .net = net };

	rs_net_export(net, t);
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *p = net->param + i;
		const struct rs_tensor *x = rs_tensors_get(t, p->name);
		const size_t a_row = x->row / sizeof(float);

		s.value[i] = rs_alloc(rs_size(p->in, p->width *
		    sizeof(double)));
		ok(x->count == p->in * p->width, "%s", p->name);
		for (uint64_t k = 0; k < x->count; k++)
			s.value[i][k] = (double)((const float *)x->data)[
			    k / a_row * (x->stride / sizeof(float)) +
			    k % a_row];
	}
	rs_tensors_free(t);
	return s;
}

static void
slow_free(struct slow *s)
{
	for (size_t i = 0; i < s->net->params; i++)
		free(s->value[i]);
}

/* A layer's parameter of a kind. */
static const double *
slow_param(const struct slow *s, rs_layer layer, enum rs_net_kind kind)
{
	for (size_t i = 0; i < s->net->params; i++)
		if (s->net->param[i].layer == layer &&
		    s->net->param[i].kind == kind)
			return s->value[i];
	return NULL;
}

static bool
slow_keeps(const struct slow *s, rs_layer layer, size_t sample, size_t k)
{
	const size_t at = rs_layer_place(s->net, layer, k);
	const uint64_t draw = rs_draw_at(s->key[sample],
	    ((uint64_t)layer << 32) + at / 4);

	return (draw >> at % 4 * 16 & 0xffff) >=
	    s->net->layers->at[layer].chance;
}

static void
slow_layer(const struct slow *s, rs_layer layer, size_t sample, double *y)
{
	const struct rs_layer_at *l = s->net->layers->at + layer;
	const double *bias = slow_param(s, layer, RS_NET_BIASES), *weight;
	double *x = rs_alloc(WIDE * sizeof(*x));
	const size_t in = s->net->layers->at[l->a].width;
	uint32_t row;

	if (l->kind != RS_LAYER_EMBEDDING)
		slow_layer(s, l->a, sample, x);
	switch (l->kind) {
	case RS_LAYER_EMBEDDING:
		row = l->side == RS_USER ? USER[sample] : ITEM[sample];
		weight = slow_param(s, layer, RS_NET_ROWS);
		for (size_t k = 0; k < l->width; k++)
			y[k] = weight[row * l->width + k];
		break;
	case RS_LAYER_BIAS:
		for (size_t k = 0; k < l->width; k++)
			y[k] = x[k] + bias[k];
		break;
	case RS_LAYER_DENSE:
		weight = slow_param(s, layer, RS_NET_WEIGHTS);
		for (size_t k = 0; k < l->width; k++) {
			y[k] = bias[k];
			for (size_t j = 0; j < in; j++)
				y[k] += x[j] * weight[j * l->width + k];
		}
		break;
	case RS_LAYER_RELU:
		for (size_t k = 0; k < l->width; k++)
			y[k] = x[k] > 0 ? x[k] : 0;
		break;
	case RS_LAYER_DROPOUT:
		for (size_t k = 0; k < l->width; k++)
			y[k] = s->key == NULL ? x[k] :
			    slow_keeps(s, layer, sample, k) ? x[k] *
			    65536 / (65536 - l->chance) : 0;
		break;
	case RS_LAYER_PRODUCT:
		slow_layer(s, l->b, sample, y);
		for (size_t k = 0; k < l->width; k++)
			y[k] *= x[k];
		break;
	case RS_LAYER_CONCAT:
		memcpy(y, x, in * sizeof(*y));
		slow_layer(s, l->b, sample, y + in);
		break;
	case RS_LAYER_SUM:
		y[0] = 0;
		for (size_t j = 0; j < in; j++)
			y[0] += x[j];
		break;
	}
	free(x);
}

static double
slow_score(const struct slow *s, size_t sample)
{
	double *y = rs_alloc(WIDE * sizeof(*y));

	slow_layer(s, s->net->layers->score, sample, y);
	const double score = y[0];
	free(y);
	return score;
}

/* What is differentiated: the scores, weighted. */
static float
slope_of(size_t sample)
{
	return (float)(0.3 + 0.2 * (double)sample) * (sample % 3 == 1 ? -1 : 1);
}

static double
slow_loss(const struct slow *s)
{
	double sum = 0;

	for (size_t i = 0; i < SAMPLES; i++)
		sum += (double)slope_of(i) * slow_score(s, i);
	return sum;
}

/* The nets. */

typedef void build(struct rs_net *net, size_t d);

static rs_layer
user(struct rs_net *net, size_t d)
{
	return rs_net_embedding(net, RS_USER, "user", d);
}

static rs_layer
item(struct rs_net *net, size_t d)
{
	return rs_net_embedding(net, RS_ITEM, "item", d);
}

static rs_layer
both(struct rs_net *net, size_t d)
{
	const rs_layer u = user(net, d);

	return rs_net_concat(net, u, item(net, d));
}

static rs_layer
times(struct rs_net *net, size_t d)
{
	const rs_layer u = user(net, d);

	return rs_net_product(net, u, item(net, d));
}

static void
build_sum(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_sum(net, both(net, d)));
}

static void
build_product(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_sum(net, times(net, d)));
}

static void
build_bias(struct rs_net *net, size_t d)
{
	const rs_layer u = rs_net_bias(net, user(net, d), "user_shift");

	rs_net_end(net, rs_net_sum(net, rs_net_product(net, u,
	    rs_net_bias(net, item(net, d), "item_shift"))));
}

static void
build_wide_bias(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_dense(net, rs_net_bias(net, both(net, d),
	    "shift"), "output", 1));
}

static void
build_one(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_dense(net, times(net, d), "output", 1));
}

static void
build_dense(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_sum(net, rs_net_dense(net, both(net, d),
	    "layer_1", d)));
}

static void
build_relu(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_dense(net, rs_net_relu(net, both(net, d)),
	    "output", 1));
}

static void
build_dropout(struct rs_net *net, size_t d)
{
	rs_net_end(net, rs_net_dense(net, rs_net_dropout(net, both(net, d),
	    0.4), "output", 1));
}

/* A bias above a relu must not disturb it. */
static void
build_relu_bias(struct rs_net *net, size_t d)
{
	const rs_layer x = rs_net_dropout(net, rs_net_relu(net, both(net, d)),
	    0.3);

	rs_net_end(net, rs_net_dense(net, rs_net_relu(net, rs_net_bias(net, x,
	    "shift")), "output", 1));
}

/* Parts of one number each, in lanes of their own. */
static void
build_ones(struct rs_net *net, size_t d)
{
	rs_layer x = rs_net_dense(net, user(net, d), "a", 1);

	x = rs_net_concat(net, x, rs_net_relu(net, rs_net_dense(net,
	    item(net, d), "b", 1)));
	x = rs_net_dense(net, rs_net_dropout(net, x, 0.2), "c", 3);
	rs_net_end(net, rs_net_dropout(net, rs_net_sum(net, x), 0.2));
}

static void
build_neumf(struct rs_net *net, size_t d)
{
	const rs_layer gmf_user = rs_net_embedding(net, RS_USER, "user_gmf",
	    d);
	const rs_layer gmf = rs_net_product(net, gmf_user,
	    rs_net_embedding(net, RS_ITEM, "item_gmf", d));
	rs_layer u = rs_net_embedding(net, RS_USER, "user_mlp", 2 * d);
	rs_layer i = rs_net_embedding(net, RS_ITEM, "item_mlp", 2 * d), x;

	u = rs_net_relu(net, rs_net_bias(net, u, "user_mlp_bias"));
	i = rs_net_relu(net, rs_net_bias(net, i, "item_mlp_bias"));
	x = rs_net_dropout(net, rs_net_concat(net, u, i), 0.25);
	x = rs_net_relu(net, rs_net_dense(net, x, "layer_1", 2 * d));
	x = rs_net_dropout(net, x, 0.25);
	x = rs_net_relu(net, rs_net_dense(net, x, "layer_2", d));
	x = rs_net_concat(net, gmf, rs_net_dropout(net, x, 0.25));
	rs_net_end(net, rs_net_dense(net, x, "output", 1));
}

static rs_layer
block(struct rs_net *net, rs_layer x, const char *name, size_t d)
{
	return rs_net_dropout(net, rs_net_relu(net, rs_net_dense(net, x, name,
	    d)), 0.5);
}

static void
build_mfblock(struct rs_net *net, size_t d)
{
	const rs_layer u = block(net, user(net, d), "user_dense", d);

	rs_net_end(net, rs_net_sum(net, rs_net_product(net, u, block(net,
	    item(net, d), "item_dense", d))));
}

static const struct {
	const char *name;
	build *build;
} NETS[] = {
	{ "sum", build_sum }, { "product", build_product },
	{ "bias", build_bias }, { "wide bias", build_wide_bias },
	{ "one", build_one }, { "dense", build_dense }, { "relu", build_relu },
	{ "dropout", build_dropout }, { "relu bias", build_relu_bias },
	{ "ones", build_ones }, { "neumf", build_neumf },
	{ "mfblock", build_mfblock },
};
enum { NETS_N = sizeof(NETS) / sizeof(*NETS) };

static const size_t WIDTHS[] = { 1, 8, 15, 16, 17, 33 };
enum { WIDTHS_N = sizeof(WIDTHS) / sizeof(*WIDTHS) };

static struct rs_net *
make(build *of, size_t d, uint64_t users, uint64_t items)
{
	struct rs_net *net = rs_net_new(users, items);

	of(net, d);
	rs_net_alloc(net);
	for (size_t i = 0; i < net->params; i++)
		rs_net_draw(net, pool, net->param + i, RS_NET_NORMAL, 0.5, 3);
	return net;
}

/* One way there and back. */
struct trip {
	float score[SAMPLES], slope[SAMPLES];
	float *turned;
	struct rs_net_gradient g;
};

static struct trip *
trip_new(const struct rs_net *net)
{
	struct trip *t = rs_zalloc(sizeof(*t));

	for (size_t i = 0; i < SAMPLES; i++)
		t->slope[i] = slope_of(i);
	t->turned = rs_aligned(net->weights * sizeof(float));
	for (int side = 0; side < 2; side++)
		t->g.row[side] = rs_aligned(SAMPLES * net->stride[side] *
		    sizeof(float));
	t->g.weight = rs_aligned(net->weights * sizeof(float));
	t->g.bias = rs_aligned(net->biases * sizeof(float));
	rs_net_turn(net, t->turned);
	return t;
}

static void
trip_free(struct trip *t)
{
	free(t->turned);
	free(t->g.row[RS_USER]);
	free(t->g.row[RS_ITEM]);
	free(t->g.weight);
	free(t->g.bias);
	free(t);
}

static void
keys(uint64_t *key)
{
	for (size_t i = 0; i < SAMPLES; i++)
		key[i] = rs_draw(5, RS_DRAW_DROPOUT, i);
}

/* The gradient as a net of parameters, the samples' rows added up. */
static struct rs_net
gradient_net(const struct rs_net *net, const struct trip *t)
{
	struct rs_net g = *net;

	for (int side = 0; side < 2; side++) {
		const size_t n = net->stride[side];
		const uint32_t *row = side == RS_USER ? USER : ITEM;

		g.row[side] = rs_aligned(net->rows[side] * n * sizeof(float));
		for (size_t i = 0; i < SAMPLES; i++)
			for (size_t k = 0; k < n; k++)
				g.row[side][row[i] * n + k] +=
				    t->g.row[side][i * n + k];
	}
	g.weight = t->g.weight;
	g.bias = t->g.bias;
	return g;
}

static void
test_gradient(const char *name, build *of, size_t d, const uint64_t *key)
{
	struct rs_net *net = make(of, d, USERS, ITEMS);
	struct rs_net_pass *p = rs_net_pass_new(net, SAMPLES);
	struct trip *t = trip_new(net);
	struct slow s = slow_new(net);
	const double step = 1e-6;

	s.key = key;
	rs_net_forward(p, USER, ITEM, SAMPLES, key, t->score);
	for (size_t i = 0; i < SAMPLES; i++) {
		const double want = slow_score(&s, i);

		ok(fabs(want - (double)t->score[i]) < 2e-6 * (double)(d + 10) +
		    1e-5 * fabs(want), "%s %zu, sample %zu: %g, not %g", name,
		    d, i, (double)t->score[i], want);
	}
	rs_net_backward(p, t->slope, t->turned, &t->g);
	struct rs_net g = gradient_net(net, t);
	struct slow got = slow_new(&g);
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *q = net->param + i;
		const size_t n = q->in * q->width;

		/* Of a large one not all, but its ends. */
		for (size_t k = 0; k < n; k += n > 150 && k > 40 && k + 40 < n ?
		    n / 30 : 1) {
			const double was = s.value[i][k];

			s.value[i][k] = was + step;
			const double up = slow_loss(&s);
			s.value[i][k] = was - step;
			const double want = (up - slow_loss(&s)) / (2 * step);
			s.value[i][k] = was;
			ok(fabs(want - got.value[i][k]) < 1e-5 * (double)(d +
			    10) + 1e-4 * fabs(want), "%s %zu: %s[%zu] has the "
			    "slope %g, not %g", name, d, q->name, k,
			    got.value[i][k], want);
		}
	}
	free(g.row[RS_USER]);
	free(g.row[RS_ITEM]);
	slow_free(&got);
	slow_free(&s);
	trip_free(t);
	rs_net_pass_free(p);
	rs_net_free(net);
}

static void
test_gradients_are_finite_differences(void)
{
	uint64_t key[SAMPLES];

	keys(key);
	for (size_t i = 0; i < NETS_N; i++)
		for (size_t w = 0; w < WIDTHS_N; w++) {
			test_gradient(NETS[i].name, NETS[i].build, WIDTHS[w],
			    NULL);
			test_gradient(NETS[i].name, NETS[i].build, WIDTHS[w],
			    key);
		}
}

int
main(void)
{
	pool = rs_pool_new(2);
	test_gradients_are_finite_differences();
	rs_pool_free(pool);
	return test_end();
}
