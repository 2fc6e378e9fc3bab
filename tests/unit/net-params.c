/* net: what a net's parameters begin as, and their way to tensors and
 * back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "model/file.h"
#include "model/net.h"
#include "nets.h"
#include "test.h"

static void
test_law(enum rs_net_law law, double number, double bound, double deviation)
{
	enum { IN = 300, OUT = 200 };
	struct rs_net *net = rs_net_new(IN, 1);
	const struct rs_net_param *p;
	double sum = 0, square = 0, most = 0;

	const rs_layer u = user(net, OUT);
	rs_net_end(net, rs_net_sum(net, rs_net_concat(net, u, item(net, 1))));
	rs_net_alloc(net);
	p = rs_net_find(net, "user");
	rs_net_draw(net, pool, p, law, number, 77);
	for (size_t r = 0; r < IN; r++)
		for (size_t k = 0; k < OUT; k++) {
			const double x = (double)net->row[RS_USER][r *
			    net->stride[RS_USER] + k];

			sum += x;
			square += x * x;
			most = fabs(x) > most ? fabs(x) : most;
		}
	sum /= IN * OUT;
	square = sqrt(square / (IN * OUT));
	ok(fabs(sum) < 5 * deviation / sqrt(IN * OUT), "%s: mean %g",
	    rs_net_laws[law], sum);
	ok(fabs(square - deviation) < 0.02 * deviation, "%s: deviation %g, "
	    "not %g", rs_net_laws[law], square, deviation);
	if (bound > 0)
		ok(most <= bound * (1 + 1e-6) && most > 0.99 * bound,
		    "%s: within %g, not %g", rs_net_laws[law], most, bound);
	const uint64_t draw = rs_draw2(77, RS_DRAW_USER_FACTORS, 0,
	    3 * OUT + 5);
	const double want = law == RS_NET_NORMAL ? number * rs_normal(draw) :
	    bound * (2 * rs_unit(draw) - 1);
	ok(fabs((double)net->row[RS_USER][3 * net->stride[RS_USER] + 5] -
	    want) < 1e-6 * fabs(want), "%s: draw 3 %d + 5", rs_net_laws[law],
	    OUT);
	rs_net_free(net);
}

static void
test_laws_are_what_they_say(void)
{
	const double glorot = sqrt(6. / 500), lecun = sqrt(3. / 300);
	const double xavier = sqrt(60. / 250);

	test_law(RS_NET_GLOROT, 0, glorot, glorot / sqrt(3));
	test_law(RS_NET_LECUN, 0, lecun, lecun / sqrt(3));
	test_law(RS_NET_XAVIER, 60, xavier, xavier / sqrt(3));
	test_law(RS_NET_XAVIER, 3, glorot, glorot / sqrt(3));
	test_law(RS_NET_NORMAL, 0.01, 0, 0.01);
	for (int i = 0; i < RS_NET_LAWS; i++)
		ok(rs_net_laws[i] != NULL, "law %d has a name", i);
	ok(rs_net_laws[RS_NET_LAWS] == NULL, "there ends the list");
}

/* Weights are drawn by their place in the tensor, whatever pads them. */
static void
test_weights_are_drawn_by_place(void)
{
	for (size_t w = 0; w < WIDTHS_N; w++) {
		struct rs_net *net = make(build_dense, WIDTHS[w], USERS,
		    ITEMS);
		const struct rs_net_param *p = rs_net_find(net,
		    "layer_1_weight");
		struct slow s = slow_new(net);
		const double *got = slow_param(&s, p->layer, RS_NET_WEIGHTS);

		ok(p->in == 2 * WIDTHS[w] && p->width == WIDTHS[w], "size");
		for (size_t k = 0; k < p->in * p->width; k++)
			ok(got[k] == (double)(float)(0.5 * rs_normal(rs_draw2(
			    3, RS_DRAW_LAYER, (uint64_t)(p - net->param),
			    k))), "width %zu, number %zu", WIDTHS[w], k);
		slow_free(&s);
		rs_net_free(net);
	}
}

static bool
same_params(const struct rs_net *a, const struct rs_net *b)
{
	return memcmp(a->weight, b->weight, a->weights * sizeof(float)) == 0 &&
	    memcmp(a->bias, b->bias, a->biases * sizeof(float)) == 0 &&
	    memcmp(a->row[RS_USER], b->row[RS_USER], a->rows[RS_USER] *
	    a->stride[RS_USER] * sizeof(float)) == 0 &&
	    memcmp(a->row[RS_ITEM], b->row[RS_ITEM], a->rows[RS_ITEM] *
	    a->stride[RS_ITEM] * sizeof(float)) == 0;
}

static struct rs_net *
blank(build *of, size_t d, uint64_t users, uint64_t items)
{
	struct rs_net *net = rs_net_new(users, items);

	of(net, d);
	rs_net_alloc(net);
	return net;
}

static void
test_tensors_there_and_back(void)
{
	for (size_t i = 0; i < CASES; i++) {
		build *of = cases[i].build;
		struct rs_net *net = make(of, cases[i].d, USERS, ITEMS);
		struct rs_net *back = blank(of, cases[i].d, USERS,
		    ITEMS);
		struct rs_net *more = blank(of, cases[i].d, USERS + 3,
		    ITEMS + 1);
		struct rs_tensors *t = rs_tensors_new();
		struct rs_err e;
		uint64_t bytes = 0;

		rs_net_export(net, t);
		for (size_t k = 0; k < rs_tensors_count(t); k++)
			bytes += rs_tensors_at(t, k)->count *
			    sizeof(float);
		ok(bytes == rs_net_bytes(net), "%s %zu: bytes",
		    cases[i].name, cases[i].d);
		ok(rs_net_load(back, t, false, &e) == 0, "%s",
		    e.text);
		ok(same_params(net, back), "%s %zu", cases[i].name,
		    cases[i].d);
		ok(rs_net_load(more, t, true, &e) == 0, "%s", e.text);
		more->rows[RS_USER] = USERS;
		more->rows[RS_ITEM] = ITEMS;
		ok(same_params(net, more), "%s %zu, grown",
		    cases[i].name, cases[i].d);
		rs_tensors_free(t);
		rs_net_free(net);
		rs_net_free(back);
		rs_net_free(more);
	}
}

static void
refuses(uint64_t users, size_t d, bool grown, const char *want)
{
	struct rs_net *net = make(build_one, 8, USERS, ITEMS);
	struct rs_net *other = blank(build_one, d, users, ITEMS);
	struct rs_tensors *t = rs_tensors_new();
	struct rs_err e = { "" };

	rs_net_export(net, t);
	ok(rs_net_load(other, t, grown, &e) == -1 && strstr(e.text, want) !=
	    NULL, "%s", e.text);
	rs_tensors_free(t);
	rs_net_free(net);
	rs_net_free(other);
}

static void
test_what_does_not_fit_is_refused(void)
{
	refuses(USERS + 1, 8, false, "tensor user is [5, 8], not [6, 8]");
	refuses(USERS, 9, false, "tensor user is [5, 8], not [5, 9]");
	refuses(USERS, 9, true, "tensor user is [5, 8], not [5, 9]");
	refuses(USERS - 1, 8, true, "user has 5 rows, train only 4");
}

static void
test_the_first_that_is_not_finite_is_named(void)
{
	struct rs_net *net = make(build_neumf, 8, 20000, 10000);
	struct rs_err e;

	ok(rs_net_finite(net, pool, "lower it", &e) == 0, "all finite");
	net->weight[rs_net_find(net, "output_weight")->at + 7] = INFINITY;
	ok(rs_net_finite(net, pool, "lower it", &e) == -1 &&
	    strcmp(e.text, "output_weight is no longer finite (lower it)") ==
	    0, "%s", e.text);
	net->row[RS_ITEM][9999 * net->stride[RS_ITEM]] = -INFINITY;
	ok(rs_net_finite(net, pool, "lower it", &e) == -1 &&
	    strcmp(e.text, "the factors of item 9999 are no longer finite "
	    "(lower it)") == 0, "%s", e.text);
	net->row[RS_USER][19998 * net->stride[RS_USER] + 9] = NAN;
	net->row[RS_USER][7 * net->stride[RS_USER] + 1] = NAN;
	ok(rs_net_finite(net, pool, "lower it", &e) == -1 &&
	    strcmp(e.text, "the factors of user 7 are no longer finite "
	    "(lower it)") == 0, "%s", e.text);
	rs_net_free(net);
}

int
main(void)
{
	pool = rs_pool_new(2);
	fill_cases();
	test_laws_are_what_they_say();
	test_weights_are_drawn_by_place();
	test_tensors_there_and_back();
	test_what_does_not_fit_is_refused();
	test_the_first_that_is_not_finite_is_named();
	rs_pool_free(pool);
	return test_end();
}
