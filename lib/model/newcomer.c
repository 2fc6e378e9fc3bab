/* newcomer: the rows of someone who was not there while a net learned. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "data/ascending.h"
#include "data/negative.h"
#include "kernel/activation.h"
#include "kernel/dot.h"
#include "model/newcomer.h"

enum { STEPS = 32 };

enum { GMF, MLP };

/* Opening. */

/* Mean and spread of n columns over rows. */
static void
spread(const float *row, size_t stride, uint64_t rows, size_t n, float *mean,
    double *scale)
{
	double *sum = rs_zalloc(rs_size(n + 1, sizeof(*sum)));
	double squares = 0;

	for (uint64_t r = 0; r < rows; r++)
		for (size_t k = 0; k < n; k++)
			sum[k] += (double)row[r * stride + k];
	for (size_t k = 0; k < n; k++)
		mean[k] = rows > 0 ? (float)(sum[k] / (double)rows) : 0;
	for (uint64_t r = 0; r < rows; r++)
		for (size_t k = 0; k < n; k++) {
			const double x = (double)row[r * stride + k] -
			    (double)mean[k];

			squares += x * x;
		}
	*scale = rows > 0 && n > 0 ? sqrt(squares / ((double)rows *
	    (double)n)) : 0;
	free(sum);
}

static int
read_count(const struct rs_sides *s, const char *key, uint64_t *n,
    struct rs_err *e)
{
	const char *text = rs_model_meta(s->m, key);

	if (text == NULL || !rs_parse_u64(text, strlen(text), n))
		return rs_fail(e, "%s: metadata %s is no number",
		    rs_model_name(s->m), key);
	return 0;
}

int
rs_newcomer_open(struct rs_sides *s, const struct rs_values *v,
    const struct rs_sides_raw *user, struct rs_err *e)
{
	const uint64_t users = rs_model_users(s->m);

	if (read_count(s, "seed", &s->seed, e) < 0 ||
	    read_count(s, "pairs", &s->pairs, e) < 0)
		return -1;
	s->negatives = (size_t)rs_values_get(v, "negatives");
	s->verify = rs_values_get(v, "verify") > 0;
	s->lambda = rs_values_get(v, "regularization");
	s->mean = rs_alloc(rs_size(s->x.gmf + s->x.mlp, sizeof(*s->mean)));
	spread(user->part[GMF], user->stride[GMF], users, s->x.gmf, s->mean,
	    &s->scale[GMF]);
	spread(user->part[MLP], user->stride[MLP], users, s->x.mlp,
	    s->mean + s->x.gmf, &s->scale[MLP]);
	return 0;
}

/* Folding in. */

struct folding {
	const struct rs_sides *s;
	size_t n, d;			/* items, and embeddings' width */
	uint32_t *item;			/* (1 + N, n), in planes */
	double *p, *g, *m, *v;		/* (d): embeddings, gradient, moments */
	float *raw, *row;		/* (d), and what is prepared of it */
	float *room, *back;		/* of a block: what layers gave, and
					 * the loss's derivatives by it */
	double *sum;			/* (G + H) the latter by row */
};

static void
draw(struct folding *f, uint64_t step)
{
	const struct rs_sides *s = f->s;
	const uint64_t items = rs_model_items(s->m);

	for (size_t k = 0; k < f->n; k++) {
		const uint64_t key = rs_draw2(s->seed, RS_DRAW_FOLD, step, k);

		for (size_t j = 1; j <= s->negatives; j++)
			f->item[j * f->n + k] = s->verify ?
			    rs_negative_at(f->item, f->n, rs_below(items - f->n,
			    rs_draw_at(key, j))) :
			    (uint32_t)rs_below(items, rs_draw_at(key, j));
	}
}

/* Let a derivative pass where the layer gave something. */
static void
pass(float *g, const float *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		g[i] = y[i] > 0 ? g[i] : 0;
}

/* From the slopes of n scores back to what is prepared of the user, as
 * rs_sides_block goes forward. */
static void
backward(struct folding *f, const float *const *item, const float *slope,
    size_t n)
{
	const struct rs_sides *s = f->s;
	size_t l = s->x.layers;

	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < s->g; j++)
			f->sum[j] += (double)slope[k] * (double)item[k][j];
	if (l == 0)
		return;
	const struct rs_sides_layer *last = &s->layer[--l];
	const size_t w = last->shape.out;
	float *g = f->back + n * last->at;

	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < w; j++)
			g[k * w + j] = slope[k] * s->out[j];
	pass(g, f->room + n * last->at, n * w);
	for (; l > 0; l--) {
		const struct rs_sides_layer *to = &s->layer[l];
		const struct rs_sides_layer *from = &s->layer[l - 1];
		float *dx = f->back + n * from->at;

		rs_dense_back(dx, to->shape.in, g, to->shape.out, to->turned,
		    &to->shape, n);
		pass(dx, f->room + n * from->at, n * to->shape.in);
		g = dx;
	}
	for (size_t k = 0; k < n; k++)
		for (size_t j = 0; j < s->h; j++)
			f->sum[s->g + j] += (double)g[k * s->h + j];
}

/* Whether embedding=dense lets element k of a half through. */
static bool
open_at(const struct folding *f, int half, size_t k)
{
	const float *c = f->s->shared[RS_USER][half];

	return c == NULL ||
	    f->raw[(half == MLP ? f->s->x.gmf : 0) + k] + c[k] > 0;
}

/* From what is prepared back to the embeddings. */
static void
embeddings(struct folding *f)
{
	const struct rs_sides *s = f->s;
	const struct rs_sides_layer *first = &s->first[RS_USER];

	for (size_t k = 0; k < s->x.gmf; k++)
		f->g[k] = open_at(f, GMF, k) ? f->sum[k] : 0;
	for (size_t k = 0; k < s->x.mlp; k++) {
		double sum = 0;

		for (size_t j = 0; j < s->h; j++)
			sum += f->sum[s->g + j] * (double)first->w[
			    j / RS_LANES * RS_LANES * first->shape.in +
			    k * RS_LANES + j % RS_LANES];
		f->g[s->x.gmf + k] = open_at(f, MLP, k) ? sum : 0;
	}
}

static void
prepare(struct folding *f)
{
	const struct rs_sides_raw raw = { { f->raw, f->raw + f->s->x.gmf },
		{ 0, 0 } };

	for (size_t k = 0; k < f->d; k++)
		f->raw[k] = (float)f->p[k];
	rs_sides_prepare(f->s, RS_USER, &raw, 1, f->row);
}

static void
gradient(struct folding *f)
{
	const struct rs_sides *s = f->s;
	const size_t many = (1 + s->negatives) * f->n;
	const double lambda = s->lambda * (double)s->pairs / (double)f->n;

	prepare(f);
	memset(f->sum, 0, (s->g + s->h) * sizeof(*f->sum));
	for (size_t from = 0; from < many; from += RS_SIDES_BLOCK) {
		const float *a[RS_SIDES_BLOCK], *b[RS_SIDES_BLOCK];
		float slope[RS_SIDES_BLOCK];
		size_t n = 0;

		for (; n < RS_SIDES_BLOCK && from + n < many; n++) {
			a[n] = f->row;
			b[n] = s->row[RS_ITEM] +
			    (size_t)f->item[from + n] * (s->g + s->h);
		}
		rs_sides_block(s, a, b, n, f->room, slope);
		rs_sigmoid(slope, slope, n);
		for (size_t k = 0; k < n; k++)
			slope[k] -= from + k < f->n;
		backward(f, b, slope, n);
	}
	embeddings(f);
	for (size_t k = 0; k < f->d; k++)
		f->g[k] = f->g[k] / (double)many + lambda * f->p[k];
}

static void
step(struct folding *f, double t)
{
	const double fall = (1 - (t - 1) / STEPS) / 4;
	const double first = 1 - rs_pow(0.9, t), second = 1 - rs_pow(0.999, t);

	for (size_t k = 0; k < f->d; k++) {
		const double rate = fall * f->s->scale[k >= f->s->x.gmf];

		f->m[k] = 0.9 * f->m[k] + 0.1 * f->g[k];
		f->v[k] = 0.999 * f->v[k] + 0.001 * f->g[k] * f->g[k];
		f->p[k] -= rate * (f->m[k] / first) /
		    (sqrt(f->v[k] / second) + 1e-12);
	}
}

static void
learn(struct folding *f, const uint32_t *item)
{
	const size_t planes = 1 + f->s->negatives;

	f->item = rs_alloc(rs_size(rs_size(f->n, planes), sizeof(*f->item)));
	f->room = rs_aligned(rs_size(RS_SIDES_BLOCK * sizeof(*f->room),
	    2 * f->s->room));
	f->back = f->room + RS_SIDES_BLOCK * f->s->room;
	memcpy(f->item, item, f->n * sizeof(*item));
	rs_ascending_sort(f->item, f->n);
	for (int t = 0; t < STEPS; t++) {
		draw(f, (uint64_t)t);
		gradient(f);
		step(f, t + 1);
	}
	free(f->item);
	free(f->room);
}

int
rs_newcomer_fold(const void *sides, const uint32_t *item, const float *weight,
    size_t n, float *row, struct rs_err *e)
{
	const struct rs_sides *s = sides;
	const size_t d = s->x.gmf + s->x.mlp, long_as = s->g + s->h;
	struct folding f = { .s = s, .n = n, .d = d, .row = row };
	float bad = 0;

	(void)weight;
	memset(row, 0, rs_sides_row(s) * sizeof(*row));
	f.p = rs_zalloc(rs_size(4 * d + long_as, sizeof(*f.p)));
	f.g = f.p + d;
	f.m = f.g + d;
	f.v = f.m + d;
	f.sum = f.v + d;
	f.raw = rs_alloc(rs_size(d, sizeof(*f.raw)));
	for (size_t k = 0; k < d; k++)
		f.p[k] = (double)s->mean[k];
	/* Who wants everything tells nothing. */
	if (n > 0 && !(s->verify && n >= rs_model_items(s->m)))
		learn(&f, item);
	prepare(&f);
	for (size_t k = 0; k < long_as; k++)
		bad += row[k] - row[k];
	free(f.p);
	free(f.raw);
	if (bad != 0)
		return rs_fail(e, "%s: these items lead to no finite row",
		    rs_model_name(s->m));
	return 0;
}
