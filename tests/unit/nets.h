/*
 * nets: a net of every shape, and what one has learned, number by number.
 *
 *	pool = rs_pool_new(2);
 *	fill_cases();
 *	for (size_t i = 0; i < CASES; i++) {
 *		struct rs_net *net = make(cases[i].build, cases[i].d, USERS,
 *		    ITEMS);
 *		struct slow s = slow_new(net);
 *		...	slow_param(&s, layer, RS_NET_WEIGHTS)[k] ...
 *
 * A case is one of the nets in one width.  Its parameters are drawn.
 */
#ifndef NETS_H
#define NETS_H

#include <stdlib.h>

#include "base/mem.h"
#include "base/pool.h"
#include "model/net.h"
#include "test.h"

enum { USERS = 5, ITEMS = 7 };

static struct rs_pool *pool;

/* Parameters in double by their names. */
struct slow {
	const struct rs_net *net;
	double *value[64];	/* of each parameter, (in, width) */
	const uint64_t *key;	/* of the samples, for dropout; or NULL */
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

/* Each net in each width, and one wide enough for outputs to be chosen. */
static struct test_case {
	const char *name;
	build *build;
	size_t d;
} cases[NETS_N * WIDTHS_N + 1];
enum { CASES = sizeof(cases) / sizeof(*cases) };

static void
fill_cases(void)
{
	for (size_t i = 0; i + 1 < CASES; i++)
		cases[i] = (struct test_case){ NETS[i / WIDTHS_N].name,
			NETS[i / WIDTHS_N].build, WIDTHS[i % WIDTHS_N] };
	cases[CASES - 1] = (struct test_case){ "mfblock", build_mfblock, 135 };
}

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

#endif
