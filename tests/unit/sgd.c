/* sgd: the kernels against the definition in sgd.h, to the bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "kernel/cpu.h"
#include "kernel/dot.h"
#include "kernel/sgd.h"
#include "test.h"

enum { ITEMS = 23 };

RS_PATHS(struct rs_sgd_ops, rs_sgd_ops)

/* A user and some items. */
struct rows {
	size_t stride;
	float *p;
	struct rs_sgd_rows y;
	float user_bias;
};

static struct rows
make(size_t d)
{
	struct rows r = { .stride = rs_stride(d), .user_bias = 0.25f };

	r.p = rs_aligned(r.stride * sizeof(float));
	r.y.stride = r.stride;
	r.y.q = rs_aligned(ITEMS * r.stride * sizeof(float));
	r.y.bias = rs_alloc(ITEMS * sizeof(float));
	for (size_t k = 0; k < d; k++)
		r.p[k] = (float)rs_normal(rs_draw(1, RS_DRAW_SYNTH, k));
	for (size_t i = 0; i < ITEMS; i++) {
		r.y.bias[i] = (float)rs_normal(rs_draw(2, RS_DRAW_SYNTH, i));
		for (size_t k = 0; k < d; k++)
			r.y.q[i * r.stride + k] = (float)rs_normal(rs_draw2(3,
			    RS_DRAW_SYNTH, i, k));
	}
	return r;
}

static void
unmake(struct rows *r)
{
	free(r->p);
	free(r->y.q);
	free(r->y.bias);
}

static bool
equal(const struct rows *a, const struct rows *b)
{
	const size_t row = a->stride * sizeof(float);

	return memcmp(a->p, b->p, row) == 0 &&
	    memcmp(a->y.q, b->y.q, ITEMS * row) == 0 &&
	    memcmp(a->y.bias, b->y.bias, ITEMS * sizeof(float)) == 0 &&
	    memcmp(&a->user_bias, &b->user_bias, sizeof(float)) == 0;
}

static void
slow_pairs(struct rows *r, const struct rs_sgd_keep *keep, const uint32_t *i,
    const uint32_t *j, const float *a, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		float *qi = r->y.q + i[k] * r->stride;
		float *qj = r->y.q + j[k] * r->stride;

		for (size_t l = 0; l < r->stride; l++) {
			const float p = r->p[l], apart = qi[l] - qj[l];
			const float move = a[k] * apart, step = a[k] * p;

			r->p[l] = fmaf(keep->user, p, move);
			qi[l] = fmaf(keep->positive, qi[l], step);
			qj[l] = fmaf(keep->negative, qj[l], -step);
		}
		r->y.bias[i[k]] = fmaf(keep->bias, r->y.bias[i[k]], a[k]);
		r->y.bias[j[k]] = fmaf(keep->bias, r->y.bias[j[k]], -a[k]);
	}
}

static void
slow_points(struct rows *r, const struct rs_sgd_keep *keep,
    const uint32_t *item, const float *a, const float *keep_item, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		float *q = r->y.q + item[k] * r->stride;
		const float kept = keep_item != NULL ? keep_item[k] :
		    a[k] > 0 ? keep->positive : keep->negative;

		for (size_t l = 0; l < r->stride; l++) {
			const float p = r->p[l];
			const float move = a[k] * q[l], step = a[k] * p;

			r->p[l] = fmaf(keep->user, p, move);
			q[l] = fmaf(kept, q[l], step);
		}
		r->user_bias = fmaf(keep->bias, r->user_bias, a[k]);
		r->y.bias[item[k]] = fmaf(keep->bias, r->y.bias[item[k]],
		    a[k]);
	}
}

/* Some samples, with repeated items. */
struct group {
	uint32_t i[RS_SGD_GROUP], j[RS_SGD_GROUP];
	float a[RS_SGD_GROUP], keep[RS_SGD_GROUP];
};

static struct group
some(size_t d, size_t n)
{
	struct group g;

	for (size_t k = 0; k < RS_SGD_GROUP; k++) {
		const uint64_t draw = rs_draw2(7, RS_DRAW_SYNTH, d * 100 + n,
		    k);

		g.i[k] = (uint32_t)(draw % 7);
		g.j[k] = 7 + (uint32_t)(draw / 7 % (ITEMS - 7));
		g.a[k] = (float)rs_unit(draw) - 0.5f;
		g.keep[k] = 1 - 0.01f * (float)k;
	}
	return g;
}

static void
check(const struct rs_sgd_ops *ops, const char *path, size_t d, size_t n)
{
	const struct rs_sgd_keep keep = { 0.99f, 0.98f, 0.97f, 0.96f };
	const struct group g = some(d, n);
	struct rows fast = make(d), slow = make(d);
	float s[ITEMS];

	ops->scores(s, fast.p, &fast.y, g.i, n);
	for (size_t k = 0; k < n; k++)
		ok(s[k] == rs_dot(slow.p, slow.y.q + g.i[k] * slow.stride,
		    slow.stride) + slow.y.bias[g.i[k]],
		    "%s: score %zu of %zu, %zu factors", path, k, n, d);
	ops->pairs(fast.p, &fast.y, &keep, g.i, g.j, g.a, n);
	slow_pairs(&slow, &keep, g.i, g.j, g.a, n);
	ok(equal(&fast, &slow), "%s: %zu pairs, %zu factors", path, n, d);
	ops->points(fast.p, &fast.user_bias, &fast.y, &keep, g.j, g.a, NULL, n);
	slow_points(&slow, &keep, g.j, g.a, NULL, n);
	ops->points(fast.p, &fast.user_bias, &fast.y, &keep, g.i, g.a, g.keep,
	    n);
	slow_points(&slow, &keep, g.i, g.a, g.keep, n);
	ok(equal(&fast, &slow), "%s: %zu points, %zu factors", path, n, d);
	unmake(&fast);
	unmake(&slow);
}

int
main(void)
{
	static const size_t d[] = { 1, 5, 16, 17, 64, 100 };

	for (size_t k = 0; k < sizeof(d) / sizeof(*d); k++)
		for (size_t n = 1; n <= RS_SGD_GROUP; n++) {
			check(&rs_sgd_ops_base, "base", d[k], n);
			check(RS_PICK(rs_sgd_ops), rs_cpu_name(), d[k], n);
		}
	return test_end();
}
