/* Dense products against chains of fused multiply-adds, written out. */
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/hash.h"
#include "base/mem.h"
#include "kernel/dense.h"
#include "kernel/dot.h"
#include "paths.h"
#include "test.h"

static const size_t counts[] = { 1, 2, 5, 6, 7, 11, 12, 13, 63, 64, 100, 255 };
static const struct rs_dense_shape shapes[] = { { 16, 16 }, { 16, 48 },
	{ 48, 32 }, { 64, 16 }, { 80, 112 }, { 256, 128 }, { 320, 64 },
	{ 80, 144 }, { 512, 16 }, { 512, 512 } };

enum { COUNTS = sizeof(counts) / sizeof(*counts),
	SHAPES = sizeof(shapes) / sizeof(*shapes),
	GAP = 16 };		/* floats between rows that belong to nobody */

/* What goes into the products of one shape, and what comes out. */
struct layer {
	struct rs_dense_shape s;
	size_t n, ldx, ldy;
	float *x, *y, *w, *turned, *b, *dx, *dy, *dw, *db, *room;
};

static float *
draw(size_t n, double zeros, uint64_t seed)
{
	float *p = rs_aligned(rs_size(n, sizeof(*p)));

	for (size_t i = 0; i < n; i++)
		if (!rs_chance(zeros, seed, RS_DRAW_DROPOUT, i))
			p[i] = (float)(rs_unit(rs_draw(seed, RS_DRAW_LAYER,
			    i)) - 0.5);
	return p;
}

/* zeros: their share in dy. */
static struct layer
layer_new(const struct rs_dense_shape *s, size_t n, size_t gap, double zeros)
{
	struct layer l = { .s = *s, .n = n, .ldx = s->in + gap,
		.ldy = s->out + gap };

	l.x = draw(n * l.ldx, 0.1, 1);
	l.w = draw(s->in * s->out, 0, 2);
	l.b = draw(s->out, 0, 3);
	l.dy = draw(n * l.ldy, zeros, 4);
	l.y = draw(n * l.ldy, 0, 5);
	l.dx = draw(n * l.ldx, 0, 6);
	l.dw = draw(s->in * s->out, 0, 7);
	l.db = draw(s->out, 0, 8);
	l.turned = draw(s->in * s->out, 0, 9);
	l.room = rs_aligned(n * s->out * sizeof(*l.room));
	return l;
}

static void
layer_free(struct layer *l)
{
	free(l->x);
	free(l->y);
	free(l->w);
	free(l->turned);
	free(l->b);
	free(l->dx);
	free(l->dy);
	free(l->dw);
	free(l->db);
	free(l->room);
}

static void
layer_run(struct layer *l)
{
	rs_dense_forward(l->y, l->ldy, l->x, l->ldx, l->w, l->b, &l->s, l->n);
	rs_dense_turn(l->turned, l->w, &l->s);
	rs_dense_back(l->dx, l->ldx, l->dy, l->ldy, l->turned, &l->s, l->n);
	rs_dense_gradient(l->dw, l->db, l->x, l->ldx, l->dy, l->ldy, &l->s,
	    l->n, l->room);
}

/* Where the weight of input i to output j is. */
static size_t
place(const struct rs_dense_shape *s, size_t i, size_t j)
{
	return j / RS_LANES * RS_LANES * s->in + i * RS_LANES + j % RS_LANES;
}

static bool
same(float a, float b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

static float
forward_by_hand(const struct layer *l, size_t r, size_t j)
{
	float sum = l->b[j];

	for (size_t i = 0; i < l->s.in; i++)
		sum = __builtin_fmaf(l->x[r * l->ldx + i],
		    l->w[place(&l->s, i, j)], sum);
	return sum;
}

static float
back_by_hand(const struct layer *l, size_t r, size_t i)
{
	float sum = 0;

	for (size_t j = 0; j < l->s.out; j++)
		sum = __builtin_fmaf(l->dy[r * l->ldy + j],
		    l->w[place(&l->s, i, j)], sum);
	return sum;
}

static float
weight_by_hand(const struct layer *l, size_t i, size_t j)
{
	float sum = 0;

	for (size_t r = 0; r < l->n; r++)
		sum = __builtin_fmaf(l->x[r * l->ldx + i],
		    l->dy[r * l->ldy + j], sum);
	return sum;
}

static float
bias_by_hand(const struct layer *l, size_t j)
{
	float sum = 0;

	for (size_t r = 0; r < l->n; r++)
		sum += l->dy[r * l->ldy + j];
	return sum;
}

/* Elements that are not what they are by hand.  Of large shapes every so many
 * are looked at, a prime, so that all places of a tile have their turn. */
static size_t
wrong(const struct layer *l)
{
	const size_t in = l->s.in, out = l->s.out, n = l->n;
	const size_t step = n * in * out > 1000000 ? 97 : 1;
	size_t bad = 0;

	for (size_t k = 0; k < n * out; k += step)
		bad += !same(l->y[k / out * l->ldy + k % out],
		    forward_by_hand(l, k / out, k % out));
	for (size_t k = 0; k < n * in; k += step)
		bad += !same(l->dx[k / in * l->ldx + k % in],
		    back_by_hand(l, k / in, k % in));
	for (size_t k = 0; k < in * out; k += step)
		bad += !same(l->dw[place(&l->s, k / out, k % out)],
		    weight_by_hand(l, k / out, k % out));
	for (size_t j = 0; j < out; j++)
		bad += !same(l->db[j], bias_by_hand(l, j));
	return bad;
}

static void
test_every_element_is_one_chain(double zeros, size_t gap)
{
	for (size_t k = 0; k < SHAPES; k++)
		for (size_t c = 0; c < COUNTS; c++) {
			struct layer l = layer_new(&shapes[k], counts[c], gap,
			    zeros);

			layer_run(&l);
			ok(wrong(&l) == 0, "%zu of n %zu, %zu to %zu, %.2f "
			    "of dy 0", wrong(&l), l.n, l.s.in, l.s.out, zeros);
			layer_free(&l);
		}
}

/* What lies between the rows is as it was. */
static void
test_gaps_are_nobodys(void)
{
	struct layer l = layer_new(&shapes[4], 21, GAP, 0.9);
	float *y = rs_memdup(l.y, l.n * l.ldy * sizeof(*y));
	float *dx = rs_memdup(l.dx, l.n * l.ldx * sizeof(*dx));
	size_t bad = 0;

	layer_run(&l);
	for (size_t r = 0; r < l.n; r++)
		for (size_t g = 0; g < GAP; g++) {
			const size_t a = r * l.ldy + l.s.out + g;
			const size_t b = r * l.ldx + l.s.in + g;

			bad += !same(y[a], l.y[a]);
			bad += !same(dx[b], l.dx[b]);
		}
	ok(bad == 0, "%zu floats between rows", bad);
	free(y);
	free(dx);
	layer_free(&l);
}

static void
test_no_samples_have_no_gradient(void)
{
	struct layer l = layer_new(&shapes[2], 1, 0, 0);
	bool none = true;

	l.n = 0;
	layer_run(&l);
	for (size_t i = 0; i < l.s.in * l.s.out; i++)
		none &= same(l.dw[i], 0);
	for (size_t j = 0; j < l.s.out; j++)
		none &= same(l.db[j], 0);
	ok(none, "a gradient of nothing");
	layer_free(&l);
}

static uint64_t
digest(size_t shape, size_t n, double zeros)
{
	struct layer l = layer_new(&shapes[shape], n, GAP, zeros);
	uint64_t part[5];

	layer_run(&l);
	part[0] = rs_hash(l.y, n * l.ldy * sizeof(float));
	part[1] = rs_hash(l.dx, n * l.ldx * sizeof(float));
	part[2] = rs_hash(l.dw, l.s.in * l.s.out * sizeof(float));
	part[3] = rs_hash(l.db, l.s.out * sizeof(float));
	part[4] = rs_hash(l.turned, l.s.in * l.s.out * sizeof(float));
	layer_free(&l);
	return rs_hash(part, sizeof(part));
}

enum { PATH_COUNTS = 5, DIGESTS = 2 * PATH_COUNTS * (SHAPES - 1) };

static void
digests(uint64_t *out)
{
	static const size_t n[PATH_COUNTS] = { 1, 7, 31, 64, 100 };

	for (size_t i = 0; i < DIGESTS; i++)
		out[i] = digest(i / 2 / PATH_COUNTS, n[i / 2 % PATH_COUNTS],
		    i % 2 == 0 ? 0.9 : 0.1);
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "shape %zu, case %zu", i / 2 / PATH_COUNTS,
	    i % (2 * PATH_COUNTS));
}

int
main(void)
{
	paths_agree(digests, DIGESTS, tell);
	test_every_element_is_one_chain(0, 0);
	test_every_element_is_one_chain(0.3, GAP);
	test_every_element_is_one_chain(0.94, 0);
	test_gaps_are_nobodys();
	test_no_samples_have_no_gradient();
	return test_end();
}
