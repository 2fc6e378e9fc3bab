/*
 * Dense layers: the rate of forward, back and gradient together.
 *
 *	dense [IN OUT SAMPLES DENSITY]
 *
 * prints GFLOP/s of one thread for each of the three and for all, as products
 * that leave nothing out: DENSITY is the share of derivatives that are not 0.
 * turn (all weights transposed, once a batch) counts for the shards that share
 * it, eight.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/mem.h"
#include "kernel/dense.h"
#include "spent.h"

enum { FORWARD, BACK, GRADIENT, TURN, PARTS };

static const double SECONDS = 0.4;	/* measured of each part */

struct layer {
	struct rs_dense_shape s;
	size_t n;
	float *x, *y, *w, *b, *turned, *dx, *dy, *dw, *db, *room;
};

static float *
draw(size_t n, double density, uint64_t seed)
{
	float *p = rs_aligned(rs_size(n, sizeof(*p)));

	for (size_t i = 0; i < n; i++)
		if (rs_chance(density, seed, RS_DRAW_DROPOUT, i))
			p[i] = (float)(rs_unit(rs_draw(seed, RS_DRAW_LAYER,
			    i)) - 0.5);
	return p;
}

static void
run(struct layer *l, int part)
{
	const struct rs_dense_shape *s = &l->s;

	switch (part) {
	case FORWARD:
		rs_dense_forward(l->y, s->out, l->x, s->in, l->w, l->b, s,
		    l->n);
		break;
	case BACK:
		rs_dense_back(l->dx, s->in, l->dy, s->out, l->turned, s,
		    l->n);
		break;
	case GRADIENT:
		rs_dense_gradient(l->dw, l->db, l->x, s->in, l->dy, s->out, s,
		    l->n, l->room);
		break;
	default:
		rs_dense_turn(l->turned, l->w, s);
	}
}

/* Seconds of one call. */
static double
measure(struct layer *l, int part)
{
	double begun, took;
	size_t calls = 0;

	run(l, part);
	begun = cpu_seconds();
	do {
		for (int i = 0; i < 16; i++, calls++)
			run(l, part);
		took = cpu_seconds() - begun;
	} while (took < SECONDS);
	return took / (double)calls;
}

int
main(int argc, char **argv)
{
	double a[] = { 256, 128, 64, 1 }, took[PARTS], flops;
	struct layer l;

	for (int i = 1; i < argc && i <= 4; i++)
		a[i - 1] = strtod(argv[i], NULL);
	l.s = (struct rs_dense_shape){ (size_t)a[0], (size_t)a[1] };
	l.n = (size_t)a[2];
	l.x = draw(l.n * l.s.in, 1, 1);
	l.y = draw(l.n * l.s.out, 1, 2);
	l.w = draw(l.s.in * l.s.out, 1, 3);
	l.b = draw(l.s.out, 1, 4);
	l.turned = draw(l.s.in * l.s.out, 1, 5);
	l.dx = draw(l.n * l.s.in, 1, 6);
	l.dy = draw(l.n * l.s.out, a[3], 7);
	l.dw = draw(l.s.in * l.s.out, 1, 8);
	l.db = draw(l.s.out, 1, 9);
	l.room = draw(l.n * l.s.out, 1, 10);
	for (int p = PARTS; p-- > 0; )
		took[p] = measure(&l, p);
	flops = 2e-9 * a[0] * a[1] * a[2];
	printf("forward %.2f\nback %.2f\ngradient %.2f\nturn-share %.4f\n",
	    flops / took[FORWARD], flops / took[BACK],
	    flops / took[GRADIENT], took[TURN] / 8 / (took[FORWARD] +
	    took[BACK] + took[GRADIENT]));
	printf("gflops %.2f\n", 3 * flops / (took[FORWARD] + took[BACK] +
	    took[GRADIENT] + took[TURN] / 8));
	free(l.x);
	free(l.y);
	free(l.w);
	free(l.b);
	free(l.turned);
	free(l.dx);
	free(l.dy);
	free(l.dw);
	free(l.db);
	free(l.room);
	return 0;
}
