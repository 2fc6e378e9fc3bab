/* optimizer: what waits and catches up has the bits of a plain loop that goes
 * over all rows at every step. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/real.h"
#include "model/optimizer.h"
#include "test.h"

enum { ROWS = 60 };

/* The rules over one parameter, w and its state, as optimizer.h has them: has
 * says whether the row has a gradient. */
struct plain {
	enum rs_optimizer_kind kind;
	float rate, momentum, l2, root;
};

static void
step(const struct plain *o, float *w, float *a, float *b, float g, bool has)
{
	if (o->l2 > 0)
		g = __builtin_fmaf(o->l2, *w, g);
	switch (o->kind) {
	case RS_OPTIMIZER_SGD:
		*w = __builtin_fmaf(-o->rate, g, *w);
		break;
	case RS_OPTIMIZER_MOMENTUM:
		*a = __builtin_fmaf(o->momentum, *a, g);
		*w = __builtin_fmaf(-o->rate, *a, *w);
		break;
	case RS_OPTIMIZER_ADAGRAD:
		*a = __builtin_fmaf(g, g, *a);
		*w = __builtin_fmaf(-o->rate, g / (sqrtf(*a) + 1e-10F), *w);
		break;
	case RS_OPTIMIZER_ADAM:
	case RS_OPTIMIZER_LAZY_ADAM:
		*a = __builtin_fmaf(0.9F, *a, (float)(1 - 0.9) * g);
		*b = !has && o->l2 == 0 ? *b * (float)0.99949987493746094 :
		    sqrtf(__builtin_fmaf(0.999F * *b, *b, (float)(1 - 0.999) *
		    g * g));
		*w = __builtin_fmaf(-o->rate, *a / __builtin_fmaf(*b, o->root,
		    1e-8F), *w);
		break;
	case RS_OPTIMIZERS:
		break;
	}
}

/* Which rows have a gradient at a step: many often, some hardly ever. */
static bool
touched(size_t row, uint64_t t)
{
	const double often = row < 20 ? 0.3 : row < 40 ? 0.01 : 0.001;

	return row != 7 && rs_chance(often, 3, RS_DRAW_SYNTH, t * ROWS + row);
}

static float
gradient(size_t row, size_t k, uint64_t t)
{
	/* Some rows' are tiny, so that eps matters. */
	const double size = row % 5 == 2 ? 1e-7 : row % 5 == 3 ? 30 : 0.1;

	return (float)(size * rs_normal(rs_draw2(4, RS_DRAW_SYNTH, t,
	    row * 64 + k)));
}

/* All rows at every step. */
static void
plain_window(struct plain o, float *p, float *state, size_t n, double rate,
    uint64_t done, size_t steps)
{
	const bool adam = o.kind == RS_OPTIMIZER_ADAM ||
	    o.kind == RS_OPTIMIZER_LAZY_ADAM;

	for (uint64_t t = done; t < done + steps; t++) {
		const double up = (double)t + 1;

		o.rate = (float)(adam && t < 50000 ? rate /
		    (1 - rs_pow(0.9, up)) : rate);
		o.root = (float)(1 / sqrt(1 - rs_pow(0.999, up)));
		for (size_t r = 0; r < ROWS; r++)
			for (size_t k = 0; k < n; k++) {
				const size_t i = r * n + k;
				const bool has = touched(r, t);

				if (!has && o.kind == RS_OPTIMIZER_LAZY_ADAM)
					continue;
				step(&o, p + i, state + 2 * i,
				    state + 2 * i + 1, has ? gradient(r, k,
				    t) : 0, has);
			}
	}
}

static void
window(struct rs_optimizer *o, struct rs_weights *w, size_t n, double rate,
    uint64_t done, size_t steps, struct rs_pool *pool)
{
	float g[64];

	rs_optimizer_window(o, rate, done, steps);
	for (size_t t = 0; t < steps; t++)
		for (size_t r = 0; r < ROWS; r++) {
			if (!touched(r, done + t))
				continue;
			for (size_t k = 0; k < n; k++)
				g[k] = gradient(r, k, done + t);
			if (t % 2 == 0)
				rs_weights_reach(w, r, t);
			rs_weights_step(w, r, t, g);
		}
	rs_weights_settle(w, pool, steps);
}

static void
compare(const struct plain *o, size_t n, const float *want, const float *got,
    uint64_t done)
{
	for (size_t i = 0; i < ROWS * n; i++)
		if (!ok(memcmp(&want[i], &got[i], sizeof(*want)) == 0, "%s, n %zu, l2 %g, row %zu after "
		    "%d steps: %.9g, not %.9g", rs_optimizer_names[o->kind], n,
		    (double)o->l2, i / n, (int)done, (double)got[i],
		    (double)want[i]))
			return;
}

static void
test_one(enum rs_optimizer_kind kind, size_t n, double l2)
{
	const size_t windows[] = { 1, 3, 40, 700, 2500 };
	struct plain plain = { kind, 0, 0.9F, (float)l2, 0 };
	float *p = rs_aligned(ROWS * n * sizeof(*p));
	float *q = rs_aligned(ROWS * n * sizeof(*q));
	float *state = rs_zalloc(2 * ROWS * n * sizeof(*state));
	struct rs_optimizer *o = rs_optimizer_new(kind, 0.9);
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_weights *w = rs_weights_new(o, q, ROWS, n, l2);
	uint64_t done = 0;

	for (size_t i = 0; i < ROWS * n; i++)
		p[i] = q[i] = (float)(0.1 * rs_normal(rs_draw(9,
		    RS_DRAW_SYNTH, i)));
	for (size_t i = 0; i < sizeof(windows) / sizeof(*windows); i++) {
		const double rate = 0.01 / (double)(1 + i);

		plain_window(plain, p, state, n, rate, done, windows[i]);
		window(o, w, n, rate, done, windows[i], pool);
		done += windows[i];
		compare(&plain, n, p, q, done);
	}
	rs_weights_free(w);
	rs_optimizer_free(o);
	rs_pool_free(pool);
	free(p);
	free(q);
	free(state);
}

static void
test_rows_that_wait_have_the_bits_of_a_dense_loop(void)
{
	for (int k = 0; k < RS_OPTIMIZERS; k++) {
		const enum rs_optimizer_kind kind = (enum rs_optimizer_kind)k;

		test_one(kind, 32, 0);
		test_one(kind, 1, 0);
		test_one(kind, 19, 0.01);
		test_one(kind, 1, 0.5);
	}
}

/* PyTorch 2's Adam with lr .1 and weight_decay .01 from 1 with the gradients
 * .5, -.2, 0: by its formulas in double precision. */
static void
test_adam_is_that_of_the_paper(void)
{
	const double g[] = { 0.5, -0.2, 0 };
	double x = 1, m = 0, v = 0;
	float p = 1;
	struct rs_optimizer *o = rs_optimizer_new(RS_OPTIMIZER_ADAM, 0);
	struct rs_weights *w = rs_weights_new(o, &p, 1, 1, 0.01);
	struct rs_pool *pool = rs_pool_new(1);

	rs_optimizer_window(o, 0.1, 0, 4);
	for (size_t t = 0; t < 3; t++) {
		const float gf = (float)g[t];
		const double d = g[t] + 0.01 * x, n = (double)t + 1;

		m = 0.9 * m + 0.1 * d;
		v = 0.999 * v + 0.001 * d * d;
		x -= 0.1 * (m / (1 - rs_pow(0.9, n))) /
		    (sqrt(v / (1 - rs_pow(0.999, n))) + 1e-8);
		if (t < 2)
			rs_weights_step(w, 0, t, &gf);
	}
	rs_weights_settle(w, pool, 3);
	ok(fabs((double)p - x) < 1e-6, "%.9g, not %.9g", (double)p, x);
	rs_weights_free(w);
	rs_optimizer_free(o);
	rs_pool_free(pool);
}

int
main(void)
{
	test_rows_that_wait_have_the_bits_of_a_dense_loop();
	test_adam_is_that_of_the_paper();
	return test_end();
}
