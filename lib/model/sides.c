/* sides: the score of a user and an item from what was prepared for each. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "kernel/dot.h"
#include "model/newcomer.h"
#include "model/sides.h"

enum { GMF, MLP };

static const char *const TABLE[2][2] = {
	[RS_USER] = { "user_gmf", "user_mlp" },
	[RS_ITEM] = { "item_gmf", "item_mlp" },
};
static const char *const SIDE[2] = { "user", "item" };

/* Reading. */

static bool
all_finite(const float *x, size_t n)
{
	float bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += x[i] - x[i];
	return bad == 0;
}

static const struct rs_tensor *
want(const struct rs_sides *s, const char *name, uint64_t rows, uint64_t cols,
    struct rs_err *e)
{
	return rs_tensors_want(rs_model_tensors(s->m), name, RS_TENSOR_F32,
	    rows, cols, e);
}

/* The same of what is no table of rows: all of it finite. */
static const float *
want_layer(const struct rs_sides *s, const char *name, uint64_t rows,
    uint64_t cols, struct rs_err *e)
{
	const struct rs_tensor *t = want(s, name, rows, cols, e);

	if (t == NULL)
		return NULL;
	assert(t->stride == t->row);	/* rs_net_export packs them */
	if (all_finite(t->data, t->count))
		return t->data;
	rs_fail(e, "%s: %s has a value that is not finite",
	    rs_model_name(s->m), name);
	return NULL;
}

static float *
lanes(const float *x, size_t n)
{
	float *to = rs_aligned(rs_size(rs_stride(n), sizeof(*to)));

	memcpy(to, x, n * sizeof(*to));
	return to;
}

/* Rows from..from+in-1 of w (.., out), in panels. */
static void
pack(struct rs_sides_layer *l, const float *w, size_t from, size_t in,
    size_t out)
{
	l->shape.in = rs_stride(in);
	l->shape.out = rs_stride(out);
	l->w = rs_aligned(rs_size(rs_size(l->shape.in, l->shape.out),
	    sizeof(*l->w)));
	l->turned = rs_aligned(rs_size(rs_size(l->shape.in, l->shape.out),
	    sizeof(*l->w)));
	for (size_t i = 0; i < in; i++)
		for (size_t j = 0; j < out; j++)
			l->w[j / RS_LANES * RS_LANES * l->shape.in +
			    i * RS_LANES + j % RS_LANES] =
			    w[(from + i) * out + j];
	rs_dense_turn(l->turned, l->w, &l->shape);
}

static int
read_layer(struct rs_sides *s, size_t k, struct rs_err *e)
{
	const size_t out = s->x.width[k];
	const size_t in = k > 0 ? s->x.width[k - 1] : 2 * s->x.mlp;
	struct rs_sides_layer *l = &s->layer[k];
	char name[64];
	const float *w, *b;

	snprintf(name, sizeof(name), "layer_%zu_weight", k + 1);
	w = want_layer(s, name, in, out, e);
	snprintf(name, sizeof(name), "layer_%zu_bias", k + 1);
	b = w == NULL ? NULL : want_layer(s, name, out, 0, e);
	if (b == NULL)
		return -1;
	l->at = s->room;
	s->room += rs_stride(out);
	if (k > 0) {
		pack(l, w, 0, in, out);
		l->b = lanes(b, out);
		return 0;
	}
	l->shape.out = rs_stride(out);
	for (int side = 0; side < 2; side++)
		pack(&s->first[side], w, side == RS_USER ? 0 : s->x.mlp,
		    s->x.mlp, out);
	s->first[RS_USER].b = lanes(b, out);
	s->first[RS_ITEM].b = rs_aligned(rs_size(rs_stride(out),
	    sizeof(*b)));
	return 0;
}

static int
read_output(struct rs_sides *s, struct rs_err *e)
{
	const size_t last = s->x.layers > 0 ? s->x.width[s->x.layers - 1] : 0;
	const float *w = want_layer(s, "output_weight", s->x.gmf + last, 1,
	    e);
	const float *b = w == NULL ? NULL : want_layer(s, "output_bias", 1,
	    0, e);

	if (b == NULL)
		return -1;
	s->bias = *b;
	s->weight = lanes(w, s->x.gmf);
	s->out = lanes(w + s->x.gmf, last);
	return 0;
}

static int
read_shared(struct rs_sides *s, struct rs_err *e)
{
	const size_t width[2] = { s->x.gmf, s->x.mlp };

	for (int side = 0; side < 2 && s->x.dense; side++)
		for (int half = 0; half < 2; half++) {
			char name[64];
			const float *c;

			if (width[half] == 0)
				continue;
			snprintf(name, sizeof(name), "%s_bias",
			    TABLE[side][half]);
			c = want_layer(s, name, width[half], 0, e);
			if (c == NULL)
				return -1;
			s->shared[side][half] = lanes(c, width[half]);
		}
	return 0;
}

/* Preparing. */

/* What goes on of an embedding: the row, or max(0, row + c). */
static void
embed(float *to, const float *row, const float *c, size_t n)
{
	if (c == NULL)
		memcpy(to, row, n * sizeof(*to));
	else
		for (size_t k = 0; k < n; k++)
			to[k] = row[k] + c[k] > 0 ? row[k] + c[k] : 0;
}

static void
prepare_gmf(const struct rs_sides *s, enum rs_side side, const float *row,
    float *to)
{
	embed(to, row, s->shared[side][GMF], s->x.gmf);
	for (size_t k = 0; side == RS_ITEM && k < s->x.gmf; k++)
		to[k] *= s->weight[k];
}

void
rs_sides_prepare(const struct rs_sides *s, enum rs_side side,
    const struct rs_sides_raw *raw, size_t n, float *to)
{
	const struct rs_sides_layer *first = &s->first[side];
	const size_t in = first->shape.in, stride = s->g + s->h;
	float *x = s->h == 0 ? NULL : rs_aligned(rs_size(
	    RS_SIDES_BLOCK * sizeof(*x), in));

	for (size_t r = 0; r < n && s->g > 0; r++)
		prepare_gmf(s, side, raw->part[GMF] + r * raw->stride[GMF],
		    to + r * stride);
	for (size_t r = 0; r < n && s->h > 0; r += RS_SIDES_BLOCK) {
		const size_t m = n - r < RS_SIDES_BLOCK ? n - r :
		    RS_SIDES_BLOCK;

		for (size_t k = 0; k < m; k++)
			embed(x + k * in, raw->part[MLP] +
			    (r + k) * raw->stride[MLP],
			    s->shared[side][MLP], s->x.mlp);
		rs_dense_forward(to + r * stride + s->g, stride, x, in,
		    first->w, first->b, &first->shape, m);
	}
	free(x);
}

static int
read_rows(struct rs_sides *s, enum rs_side side, struct rs_sides_raw *raw,
    struct rs_err *e)
{
	const uint64_t n = side == RS_USER ? rs_model_users(s->m) :
	    rs_model_items(s->m);
	const size_t width[2] = { s->x.gmf, s->x.mlp };

	*raw = (struct rs_sides_raw){ { NULL, NULL }, { 0, 0 } };
	for (int half = 0; half < 2; half++) {
		if (width[half] == 0)
			continue;
		const struct rs_tensor *t = want(s, TABLE[side][half], n,
		    width[half], e);

		if (t == NULL)
			return -1;
		raw->part[half] = t->data;
		raw->stride[half] = t->stride / sizeof(float);
		for (uint64_t r = 0; r < n; r++)
			if (!all_finite(raw->part[half] +
			    r * raw->stride[half], width[half]))
				return rs_fail(e, "%s: %s: the row of %s %"
				    PRIu64 " is not finite",
				    rs_model_name(s->m), TABLE[side][half],
				    SIDE[side], r);
	}
	s->row[side] = rs_aligned(rs_size(rs_size(n + 1, s->g + s->h),
	    sizeof(float)));
	rs_sides_prepare(s, side, raw, n, s->row[side]);
	return 0;
}

static int
read_all(struct rs_sides *s, const struct rs_values *v, struct rs_err *e)
{
	struct rs_sides_raw user, item;

	for (size_t k = 0; k < s->x.layers; k++)
		if (read_layer(s, k, e) < 0)
			return -1;
	s->g = rs_stride(s->x.gmf);
	s->h = s->x.layers > 0 ? rs_stride(s->x.width[0]) : 0;
	if (read_output(s, e) < 0 || read_shared(s, e) < 0 ||
	    read_rows(s, RS_USER, &user, e) < 0 ||
	    read_rows(s, RS_ITEM, &item, e) < 0)
		return -1;
	if (s->x.mlp == 0) {
		s->biases = rs_alloc(rs_size(rs_model_items(s->m) + 1,
		    sizeof(*s->biases)));
		for (uint64_t i = 0; i < rs_model_items(s->m); i++)
			s->biases[i] = s->bias;
	}
	return rs_newcomer_open(s, v, &user, e);
}

void *
rs_sides_open(const struct rs_model *m, struct rs_err *e)
{
	struct rs_sides *s = rs_zalloc(sizeof(*s));
	const char *d = rs_model_meta(m, "factors");
	struct rs_err why;
	struct rs_values v;
	uint64_t factors;

	s->m = m;
	if (rs_values_read(&v, rs_algorithm_find(rs_model_algorithm(m)),
	    rs_model_tensors(m), e) < 0)
		goto fail;
	if (d == NULL || !rs_parse_u64(d, strlen(d), &factors) ||
	    factors == 0 || factors > RS_FACTORS_MAX) {
		rs_fail(e, "%s: metadata factors is no dimension",
		    rs_model_name(m));
		goto fail;
	}
	rs_ncf_settle(&v, NULL);
	if (rs_ncf_shape(&s->x, &v, factors, &why) < 0) {
		rs_fail(e, "%s: metadata: %s", rs_model_name(m), why.text);
		goto fail;
	}
	if (read_all(s, &v, e) == 0)
		return s;
fail:
	rs_sides_close(s);
	return NULL;
}

static void
free_layer(struct rs_sides_layer *l)
{
	free(l->w);
	free(l->b);
	free(l->turned);
}

void
rs_sides_close(void *sides)
{
	struct rs_sides *s = sides;

	for (int side = 0; side < 2; side++) {
		free(s->row[side]);
		free(s->shared[side][GMF]);
		free(s->shared[side][MLP]);
		free_layer(&s->first[side]);
	}
	for (size_t k = 0; k < s->x.layers; k++)
		free_layer(&s->layer[k]);
	free(s->weight);
	free(s->out);
	free(s->biases);
	free(s->mean);
	free(s);
}

/* Scoring. */

bool
rs_sides_linear(const void *sides, struct rs_linear *lin)
{
	const struct rs_sides *s = sides;

	if (s->x.mlp > 0)
		return false;
	*lin = (struct rs_linear){
		.user = { s->row[RS_USER], rs_model_users(s->m), s->x.gmf,
		    s->g, NULL },
		.item = { s->row[RS_ITEM], rs_model_items(s->m), s->x.gmf,
		    s->g, s->biases },
	};
	return true;
}

/* Weights are finite; where sums of them are not, inf - inf counts as 0. */
static void
rectify(float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		x[i] = x[i] > 0 ? x[i] : 0;
}

static void
add(float *restrict to, const float *restrict a, const float *restrict b,
    size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = a[i] + b[i] > 0 ? a[i] + b[i] : 0;
}

void
rs_sides_block(const struct rs_sides *s, const float *const *user,
    const float *const *item, size_t n, float *room, float *score)
{
	const size_t layers = s->x.layers;
	const float *last = room;

	for (size_t k = 0; k < n && s->h > 0; k++)
		add(room + k * s->h, user[k] + s->g, item[k] + s->g, s->h);
	for (size_t l = 1; l < layers; l++) {
		const struct rs_sides_layer *to = &s->layer[l];
		float *y = room + n * to->at;

		rs_dense_forward(y, to->shape.out, last, to->shape.in, to->w,
		    to->b, &to->shape, n);
		rectify(y, n * to->shape.out);
		last = y;
	}
	for (size_t k = 0; k < n; k++) {
		score[k] = s->bias;
		if (s->g > 0)
			score[k] += rs_dot(user[k], item[k], s->g);
		if (layers > 0) {
			const size_t w = s->layer[layers - 1].shape.out;

			score[k] += rs_dot(last + k * w, s->out, w);
		}
	}
}

/* A call's own. */
static float *
make_room(const struct rs_sides *s)
{
	return rs_aligned(rs_size(rs_size(RS_SIDES_BLOCK, s->room),
	    sizeof(float)));
}

static const float *
row_of(const struct rs_sides *s, enum rs_side side, uint32_t r)
{
	return s->row[side] + (size_t)r * (s->g + s->h);
}

/* Of pairs block by block.  user NULL: row is everybody's; item NULL: items
 * 0..n-1. */
static void
score_all(const struct rs_sides *s, const float *row, const uint32_t *user,
    const uint32_t *item, size_t n, float *score)
{
	float *room = make_room(s);

	for (size_t from = 0; from < n; from += RS_SIDES_BLOCK) {
		const float *a[RS_SIDES_BLOCK], *b[RS_SIDES_BLOCK];
		size_t k = 0;

		for (; k < RS_SIDES_BLOCK && from + k < n; k++) {
			a[k] = user == NULL ? row :
			    row_of(s, RS_USER, user[from + k]);
			b[k] = row_of(s, RS_ITEM, item != NULL ?
			    item[from + k] : (uint32_t)(from + k));
		}
		rs_sides_block(s, a, b, k, room, score + from);
	}
	free(room);
}

void
rs_sides_pairs(const void *sides, const uint32_t *user, const uint32_t *item,
    size_t n, float *score)
{
	score_all(sides, NULL, user, item, n, score);
}

void
rs_sides_score_row(const void *sides, const float *row, const uint32_t *item,
    size_t n, float *score)
{
	score_all(sides, row, NULL, item, n, score);
}

void
rs_sides_score(const void *sides, uint32_t user, const uint32_t *item,
    size_t n, float *score)
{
	rs_sides_score_row(sides, row_of(sides, RS_USER, user), item, n,
	    score);
}

size_t
rs_sides_row(const void *sides)
{
	const struct rs_sides *s = sides;

	return s->g + s->h + RS_LANES;
}
