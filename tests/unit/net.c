/* net: what layers give and how they learn, against a slow net in double and
 * its finite differences; and what must not show in a bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/draw.h"
#include "base/hash.h"
#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/layer.h"
#include "model/layer.h"
#include "nets.h"
#include "test.h"

enum { SAMPLES = 9, WIDE = 512 };

static const uint32_t USER[SAMPLES] = { 0, 1, 2, 3, 4, 0, 1, 0, 3 };
static const uint32_t ITEM[SAMPLES] = { 6, 5, 4, 3, 2, 1, 0, 6, 6 };

/* The slow net. */

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

/* One way there and back. */
struct trip {
	float score[SAMPLES], slope[SAMPLES];
	float *turned;
	struct rs_net_gradient g;
};

/* To be overwritten. */
static float *
rubbish(size_t n)
{
	return memset(rs_aligned(n * sizeof(float)), 0xff, n * sizeof(float));
}

static struct trip *
trip_new(const struct rs_net *net)
{
	struct trip *t = rs_zalloc(sizeof(*t));

	for (size_t i = 0; i < SAMPLES; i++)
		t->slope[i] = slope_of(i);
	t->turned = rs_aligned(net->turned * sizeof(float));
	for (int side = 0; side < 2; side++)
		t->g.row[side] = rubbish(SAMPLES * net->stride[side]);
	t->g.weight = rubbish(net->weights);
	t->g.bias = rubbish(net->biases);
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
	rs_net_forward(p, USER, ITEM, SAMPLES, key, t->turned, t->score);
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
	for (size_t i = 0; i < CASES; i++) {
		test_gradient(cases[i].name, cases[i].build, cases[i].d,
		    NULL);
		test_gradient(cases[i].name, cases[i].build, cases[i].d,
		    key);
	}
}

/* Places of rows of n floats that are in use. */
static void
mark(const struct rs_net *net, enum rs_net_kind kind, enum rs_side side,
    bool *used)
{
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *p = net->param + i;

		if (p->kind != kind || (kind == RS_NET_ROWS && p->side != side))
			continue;
		for (size_t k = 0; k < p->width; k++)
			used[p->at + (kind == RS_NET_ROWS ? k :
			    rs_layer_place(net, p->layer, k))] = true;
	}
}

static void
mark_weights(const struct rs_net *net, bool *used)
{
	for (size_t i = 0; i < net->params; i++) {
		const struct rs_net_param *p = net->param + i;
		const rs_layer x = net->layers->at[p->layer].a;
		const size_t span = net->layers->at[x].span;

		if (p->kind != RS_NET_WEIGHTS)
			continue;
		for (size_t r = 0; r < p->in; r++)
			for (size_t k = 0; k < p->width; k++)
				used[p->at + (p->width == 1 ? 0 :
				    k / RS_LANES * span * RS_LANES +
				    k % RS_LANES) + rs_layer_place(net, x,
				    r) * (p->width == 1 ? 1 : RS_LANES)] =
				    true;
	}
}

static void
zeros(const char *what, const float *p, const bool *used, size_t n,
    size_t rows)
{
	for (size_t r = 0; r < rows; r++)
		for (size_t k = 0; k < n; k++)
			if (!used[k] && !ok(p[r * n + k] == 0, "%s: %g at "
			    "[%zu][%zu]", what, (double)p[r * n + k], r, k))
				return;
}

static void
test_padding(build *of, size_t d, const uint64_t *key)
{
	struct rs_net *net = make(of, d, USERS, ITEMS);
	struct rs_net_pass *p = rs_net_pass_new(net, SAMPLES);
	struct trip *t = trip_new(net);
	bool *used = rs_zalloc(net->weights + net->biases +
	    net->stride[0] + net->stride[1] + 1);

	for (int again = 0; again < 3; again++) {
		rs_net_forward(p, USER, ITEM, SAMPLES, key, t->turned, t->score);
		rs_net_backward(p, t->slope, t->turned, &t->g);
	}
	mark_weights(net, used);
	zeros("weights", net->weight, used, net->weights, 1);
	zeros("slopes of weights", t->g.weight, used, net->weights, 1);
	memset(used, 0, net->weights);
	mark(net, RS_NET_BIASES, RS_USER, used);
	zeros("biases", net->bias, used, net->biases, 1);
	zeros("slopes of biases", t->g.bias, used, net->biases, 1);
	for (int side = 0; side < 2; side++) {
		const size_t n = net->stride[side];

		memset(used, 0, net->biases + n);
		mark(net, RS_NET_ROWS, (enum rs_side)side, used);
		zeros("rows", net->row[side], used, n, net->rows[side]);
		zeros("slopes of rows", t->g.row[side], used, n, SAMPLES);
	}
	free(used);
	trip_free(t);
	rs_net_pass_free(p);
	rs_net_free(net);
}

static void
test_what_pads_stays_zero(void)
{
	uint64_t key[SAMPLES];

	keys(key);
	for (size_t i = 0; i < CASES; i++)
		test_padding(cases[i].build, cases[i].d, key);
}

/* Everything that a trip brings home, as one number. */
static uint64_t
sum_of(const struct rs_net *net, const struct trip *t)
{
	struct rs_digest d;

	rs_digest_init(&d);
	rs_digest_put(&d, t->score, sizeof(t->score));
	for (int side = 0; side < 2; side++)
		rs_digest_put(&d, t->g.row[side], SAMPLES *
		    net->stride[side] * sizeof(float));
	rs_digest_put(&d, t->g.weight, net->weights * sizeof(float));
	rs_digest_put(&d, t->g.bias, net->biases * sizeof(float));
	return rs_digest_value(&d);
}

static uint64_t
trip(const struct rs_net *net, struct rs_net_pass *p, const uint64_t *key)
{
	struct trip *t = trip_new(net);

	rs_net_forward(p, USER, ITEM, SAMPLES, key, t->turned, t->score);
	rs_net_backward(p, t->slope, t->turned, &t->g);
	const uint64_t sum = sum_of(net, t);
	trip_free(t);
	return sum;
}

/* Each sample by itself: the same scores, slopes of rows likewise. */
static void
test_alone(const struct rs_net *net, const char *name, const uint64_t *key)
{
	struct rs_net_pass *p = rs_net_pass_new(net, SAMPLES);
	struct trip *all = trip_new(net), *one = trip_new(net);

	rs_net_forward(p, USER, ITEM, SAMPLES, key, all->turned,
	    all->score);
	rs_net_backward(p, all->slope, all->turned, &all->g);
	for (size_t i = 0; i < SAMPLES; i++) {
		rs_net_forward(p, USER + i, ITEM + i, 1, key + i, all->turned,
		    one->score);
		rs_net_backward(p, all->slope + i, all->turned, &one->g);
		ok(memcmp(one->score, all->score + i, sizeof(float)) == 0,
		    "%s, sample %zu: %g, not %g", name, i,
		    (double)one->score[0], (double)all->score[i]);
		for (int side = 0; side < 2; side++)
			ok(memcmp(one->g.row[side], all->g.row[side] + i *
			    net->stride[side], net->stride[side] *
			    sizeof(float)) == 0, "%s, sample %zu", name, i);
	}
	trip_free(all);
	trip_free(one);
	rs_net_pass_free(p);
}

static void
test_wide_towers_choose(void)
{
	for (size_t d = 112; d <= 128; d += 16) {
		struct rs_net *net = make(build_mfblock, d, USERS, ITEMS);

		ok(net->turned == (d < 128 ? 1 : 2) * net->weights, "%zu", d);
		rs_net_free(net);
	}
}

static void
test_a_pass_leaves_no_trace(void)
{
	uint64_t key[SAMPLES];

	keys(key);
	for (size_t i = 0; i < CASES; i++) {
		struct rs_net *net = make(cases[i].build, cases[i].d,
		    USERS, ITEMS);
		struct rs_net_pass *p = rs_net_pass_new(net, SAMPLES);
		struct rs_net_pass *q = rs_net_pass_new(net, 64);
		const uint64_t first = trip(net, p, key);

		ok(trip(net, q, key) == first, "%s %zu: in a larger "
		    "pass", cases[i].name, cases[i].d);
		trip(net, p, NULL);
		ok(trip(net, p, key) == first, "%s %zu: after one "
		    "without dropout", cases[i].name, cases[i].d);
		ok(rs_net_pass_memory(net, 64) >= 64 * 4, "memory");
		test_alone(net, cases[i].name, key);
		rs_net_pass_free(p);
		rs_net_pass_free(q);
		rs_net_free(net);
	}
}

/* All nets, a number each. */
static void
print_sums(void)
{
	uint64_t key[SAMPLES];

	keys(key);
	for (size_t i = 0; i < CASES; i++) {
		struct rs_net *net = make(cases[i].build, cases[i].d,
		    USERS, ITEMS);
		struct rs_net_pass *p = rs_net_pass_new(net, SAMPLES);

		printf("%s %zu %016llx\n", cases[i].name, cases[i].d,
		    (unsigned long long)trip(net, p, key));
		rs_net_pass_free(p);
		rs_net_free(net);
	}
}

/* What this very program prints on a path of the CPU. */
static struct rs_buf
printed(const char *self, const char *path)
{
	struct rs_buf command = { 0 }, out = { 0 };
	size_t n;
	FILE *f;

	rs_buf_printf(&command, "RS_CPU=%s '%s' sums", path, self);
	f = popen(command.data, "r");
	ok(f != NULL, "%s", command.data);
	do {
		n = fread(rs_buf_room(&out, 4096), 1, 4096, f);
		out.len += n;
	} while (n > 0);
	rs_buf_char(&out, '\0');
	ok(pclose(f) == 0 && out.len > NETS_N, "%s", command.data);
	rs_buf_free(&command);
	return out;
}

static void
test_paths_agree(const char *self)
{
	struct rs_buf base = printed(self, "base");
	struct rs_buf here = printed(self, rs_cpu_name());

	ok(base.len == here.len && memcmp(base.data, here.data,
	    base.len) == 0, "base:\n%s\n%s:\n%s", base.data, rs_cpu_name(),
	    here.data);
	rs_buf_free(&base);
	rs_buf_free(&here);
}

/* Who is left out: as many as p says, by sample, layer and place. */
static void
test_dropout_has_its_chance(void)
{
	enum { N = 200, WIDTH = 512 };
	const double chances[] = { 0, 0.1, 0.25, 0.5, 0.9 };
	uint8_t *keep = rs_alloc(2 * N * WIDTH), *other = keep + N * WIDTH;
	uint64_t key[N];

	for (size_t i = 0; i < N; i++)
		key[i] = rs_draw(8, RS_DRAW_DROPOUT, i);
	for (size_t c = 0; c < sizeof(chances) / sizeof(*chances); c++) {
		const uint32_t chance = (uint32_t)(chances[c] * 65536);
		const double want = N * WIDTH * (1 - chances[c]);
		const double spread = 5 * sqrt(want * chances[c]) + 1;
		size_t kept = 0, alike = 0;

		rs_layer_kernels()->choose(keep, key, 0, chance, N, WIDTH);
		rs_layer_kernels()->choose(other, key, 1ULL << 32, chance, N,
		    WIDTH);
		for (size_t i = 0; i < N * WIDTH; i++) {
			kept += keep[i] != 0;
			alike += keep[i] != 0 && other[i] != 0;
		}
		ok(fabs((double)kept - want) <= spread, "p %g: %zu of %d",
		    chances[c], kept, N * WIDTH);
		ok(fabs((double)alike - want * (1 - chances[c])) <= spread,
		    "p %g: %zu of %d twice", chances[c], alike, N * WIDTH);
	}
	free(keep);
}

/* A side by itself gives what it gives within the whole. */
static void
test_side(size_t d)
{
	struct rs_net *net = rs_net_new(150, 70);
	const rs_layer u = block(net, user(net, d), "user_dense", d);
	const rs_layer i = block(net, item(net, d), "item_dense", d);
	const size_t ld = rs_stride(d);
	float *x = rs_aligned(150 * ld * sizeof(*x));
	float *y = rs_aligned(70 * ld * sizeof(*y));
	struct rs_net_pass *p;

	rs_net_end(net, rs_net_sum(net, rs_net_product(net, u, i)));
	rs_net_alloc(net);
	for (size_t k = 0; k < net->params; k++)
		rs_net_draw(net, pool, net->param + k, RS_NET_NORMAL, 0.5, 3);
	p = rs_net_pass_new(net, 1);
	memset(x, 0xff, 150 * ld * sizeof(*x));
	rs_net_side(net, pool, u, x, ld);
	rs_net_side(net, pool, i, y, ld);
	for (uint32_t a = 0; a < 150; a++) {
		const uint32_t b = (a * 31 + 7) % 70;
		float score, got = rs_dot(x + a * ld, y + b * ld, ld);

		rs_net_forward(p, &a, &b, 1, NULL, NULL, &score);
		ok(fabsf(got - score) <= 1e-5F * (1 + fabsf(score)),
		    "width %zu, user %u: %g, not %g", d, a, (double)got,
		    (double)score);
		for (size_t k = d; k < ld; k++)
			ok(x[a * ld + k] == 0, "padded");
	}
	free(x);
	free(y);
	rs_net_pass_free(p);
	rs_net_free(net);
}

/* Holes between two embeddings are closed. */
static void
test_side_of_two(size_t d)
{
	struct rs_net *net = rs_net_new(USERS, ITEMS);
	const size_t ld = rs_stride(2 * d);
	float *x = rs_aligned(USERS * ld * sizeof(*x));
	const rs_layer a = user(net, d);
	const rs_layer two = rs_net_concat(net, a, rs_net_embedding(net,
	    RS_USER, "more", d));
	struct slow s;

	rs_net_end(net, rs_net_dense(net, two, "output", 1));
	rs_net_alloc(net);
	for (size_t k = 0; k < net->params; k++)
		rs_net_draw(net, pool, net->param + k, RS_NET_NORMAL, 0.5, 3);
	rs_net_side(net, pool, two, x, ld);
	s = slow_new(net);
	for (size_t i = 0; i < SAMPLES; i++) {
		double want[2 * WIDE];

		slow_layer(&s, two, i, want);
		for (size_t k = 0; k < ld; k++)
			ok((double)x[USER[i] * ld + k] == (k < 2 * d ?
			    want[k] : 0), "width %zu, place %zu", d, k);
	}
	free(x);
	slow_free(&s);
	rs_net_free(net);
}

static void
test_a_side_gives_what_it_gives_in_the_whole(void)
{
	for (size_t w = 0; w < WIDTHS_N; w++) {
		test_side(WIDTHS[w]);
		test_side_of_two(WIDTHS[w]);
	}
}

int
main(int argc, char **argv)
{
	pool = rs_pool_new(2);
	fill_cases();
	if (argc > 1) {
		print_sums();
		rs_pool_free(pool);
		return 0;
	}
	test_gradients_are_finite_differences();
	test_what_pads_stays_zero();
	test_wide_towers_choose();
	test_a_pass_leaves_no_trace();
	test_paths_agree(argv[0]);
	test_dropout_has_its_chance();
	test_a_side_gives_what_it_gives_in_the_whole();
	rs_pool_free(pool);
	return test_end();
}
