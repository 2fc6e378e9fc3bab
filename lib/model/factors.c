/* factors: the users' and items' rows of a factor model. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/factors.h"

enum { ROWS_A_TASK = 4096 };

static size_t
tasks(size_t rows)
{
	return (rows + ROWS_A_TASK - 1) / ROWS_A_TASK;
}

struct drawing {
	float *row;
	size_t n, d;
	double std;
	uint64_t seed;
	enum rs_purpose purpose;
};

static void
draw_task(void *arg, size_t task, int thread)
{
	const struct drawing *t = arg;
	const size_t stride = rs_stride(t->d), from = task * ROWS_A_TASK;

	(void)thread;
	for (size_t r = from; r < t->n && r < from + ROWS_A_TASK; r++) {
		float *x = t->row + r * stride;

		memset(x, 0, stride * sizeof(*x));
		for (size_t k = 0; k < t->d; k++)
			x[k] = (float)(t->std * rs_normal(rs_draw(t->seed,
			    t->purpose, (uint64_t)r * t->d + k)));
	}
}

void
rs_factors_draw(struct rs_pool *pool, float *row, size_t n, size_t d,
    double std, uint64_t seed, enum rs_purpose purpose)
{
	struct drawing t = { row, n, d, std, seed, purpose };

	rs_pool_run(pool, tasks(n), draw_task, &t);
}

static float *
rows(size_t n, size_t stride)
{
	const size_t bytes = rs_size(rs_size(n + 1, stride), sizeof(float));

	/* What is read at random had better be in large pages: a BPR epoch of
	 * gowalla takes 15 % less. */
	if (bytes < 2 << 20)
		return rs_aligned(bytes);
	return memset(rs_table(bytes + 64), 0, bytes + 64);
}

static float *
zeros(size_t n)
{
	return rs_zalloc(rs_size(n + 1, sizeof(float)));
}

void
rs_factors_new(struct rs_factors *x, const struct rs_fit *f, int parts,
    double std)
{
	*x = (struct rs_factors){
		.users = f->train->users,
		.items = f->train->items,
		.d = f->factors,
		.stride = rs_stride(f->factors),
	};
	x->user = rows(x->users, x->stride);
	x->item = rows(x->items, x->stride);
	rs_factors_draw(f->pool, x->user, x->users, x->d, std, f->seed,
	    RS_DRAW_USER_FACTORS);
	rs_factors_draw(f->pool, x->item, x->items, x->d, std, f->seed,
	    RS_DRAW_ITEM_FACTORS);
	if (parts & RS_FACTORS_USER_BIAS)
		x->user_bias = zeros(x->users);
	if (parts & RS_FACTORS_ITEM_BIAS)
		x->item_bias = zeros(x->items);
	if (parts & RS_FACTORS_MEAN)
		x->mean = zeros(1);
}

void
rs_factors_free(struct rs_factors *x)
{
	free(x->user);
	free(x->item);
	free(x->user_bias);
	free(x->item_bias);
	free(x->mean);
	*x = (struct rs_factors){ 0 };
}

/* The first rows of one side. */
static int
warm_rows(const struct rs_factors *x, float *row, size_t n, const char *name,
    const struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensor *t = rs_tensors_want(rs_model_tensors(m), name,
	    RS_TENSOR_F32, UINT64_MAX, UINT64_MAX, e);

	if (t == NULL)
		return -1;
	if (t->shape[1] != x->d)
		return rs_fail(e, "%s: has %" PRIu64 " factors, and %zu are "
		    "wanted (-d %" PRIu64 ")", rs_model_name(m), t->shape[1],
		    x->d, t->shape[1]);
	if (t->shape[0] > n)
		return rs_fail(e, "%s: %s has %" PRIu64 " rows, train only "
		    "%zu", rs_model_name(m), name, t->shape[0], n);
	for (uint64_t r = 0; r < t->shape[0]; r++)
		memcpy(row + r * x->stride,
		    (const char *)t->data + r * t->stride, t->row);
	return 0;
}

static int
warm_part(float *part, size_t n, const char *name, const struct rs_model *m,
    struct rs_err *e)
{
	const struct rs_tensors *all = rs_model_tensors(m);
	const struct rs_tensor *t;

	if (part == NULL || rs_tensors_get(all, name) == NULL)
		return 0;
	t = rs_tensors_want(all, name, RS_TENSOR_F32, UINT64_MAX, 0, e);
	if (t == NULL)
		return -1;
	if (t->shape[0] > n)
		return rs_fail(e, "%s: %s has %" PRIu64 " rows, train only "
		    "%zu", rs_model_name(m), name, t->shape[0], n);
	memcpy(part, t->data, t->shape[0] * sizeof(*part));
	return 0;
}

int
rs_factors_warm(struct rs_factors *x, const struct rs_model *m,
    struct rs_err *e)
{
	if (warm_rows(x, x->user, x->users, "user_factors", m, e) < 0 ||
	    warm_rows(x, x->item, x->items, "item_factors", m, e) < 0 ||
	    warm_part(x->user_bias, x->users, "user_bias", m, e) < 0 ||
	    warm_part(x->item_bias, x->items, "item_bias", m, e) < 0)
		return -1;
	return warm_part(x->mean, 1, "mean", m, e);
}

void
rs_factors_export(const struct rs_factors *x, struct rs_tensors *t)
{
	rs_tensors_add(t, "user_factors", RS_TENSOR_F32, x->users, x->d,
	    x->user, x->stride);
	rs_tensors_add(t, "item_factors", RS_TENSOR_F32, x->items, x->d,
	    x->item, x->stride);
	if (x->user_bias != NULL)
		rs_tensors_add(t, "user_bias", RS_TENSOR_F32, x->users, 0,
		    x->user_bias, 1);
	if (x->item_bias != NULL)
		rs_tensors_add(t, "item_bias", RS_TENSOR_F32, x->items, 0,
		    x->item_bias, 1);
	if (x->mean != NULL)
		rs_tensors_add(t, "mean", RS_TENSOR_F32, 1, 0, x->mean, 1);
}

/* Each task looks for its first bad row. */
struct search {
	const float *row, *bias;
	size_t n, stride;
	uint32_t bar;		/* bits of the least that is bad */
	size_t *found;		/* (tasks) n: none */
};

/*
 * From 2^55 on a factor is as bad as an infinite one: products of two below
 * it, RS_FACTORS_MAX = 2^16 of them, stay below 2^126, and biases do not matter
 * beside that; so no score overflows.
 */
enum {
	INFINITE = 0x7f800000,
	TOO_LARGE = (127 + 55) << 23,
};

/* By its bits, which the compiler makes lanes of. */
static uint32_t
below(float x, uint32_t bar)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return (bits & 0x7fffffff) < bar;
}

static void
search_task(void *arg, size_t task, int thread)
{
	const struct search *s = arg;
	const size_t from = task * ROWS_A_TASK;

	(void)thread;
	s->found[task] = s->n;
	for (size_t r = from; r < s->n && r < from + ROWS_A_TASK; r++) {
		const float *x = s->row + r * s->stride;
		uint32_t bad = s->bias != NULL && !below(s->bias[r], s->bar);

		for (size_t k = 0; k < s->stride; k++)
			bad |= !below(x[k], s->bar);
		if (bad) {
			s->found[task] = r;
			return;
		}
	}
}

static size_t
first_bad(const float *row, const float *bias, size_t n, size_t stride,
    uint32_t bar, struct rs_pool *pool)
{
	struct search s = { row, bias, n, stride, bar, NULL };
	size_t first = n;

	s.found = rs_alloc(rs_size(tasks(n) + 1, sizeof(*s.found)));
	rs_pool_run(pool, tasks(n), search_task, &s);
	for (size_t i = tasks(n); i-- > 0; )
		if (s.found[i] < n)
			first = s.found[i];
	free(s.found);
	return first;
}

static int
check(const struct rs_factors *x, uint32_t bar, struct rs_pool *pool,
    const char *hint, struct rs_err *e)
{
	const size_t u = first_bad(x->user, x->user_bias, x->users, x->stride,
	    bar, pool);
	const size_t i = u < x->users ? x->items : first_bad(x->item,
	    x->item_bias, x->items, x->stride, bar, pool);

	if (u < x->users)
		return rs_fail(e, "the factors of user %zu are no longer "
		    "finite (%s)", u, hint);
	if (i < x->items)
		return rs_fail(e, "the factors of item %zu are no longer "
		    "finite (%s)", i, hint);
	return 0;
}

int
rs_factors_finite(const struct rs_factors *x, struct rs_pool *pool,
    const char *hint, struct rs_err *e)
{
	return check(x, INFINITE, pool, hint, e);
}

int
rs_factors_usable(const struct rs_factors *x, struct rs_pool *pool,
    const char *hint, struct rs_err *e)
{
	return check(x, TOO_LARGE, pool, hint, e);
}

static uint64_t
biases(int parts, uint64_t users, uint64_t items)
{
	return ((parts & RS_FACTORS_USER_BIAS ? users : 0) +
	    (parts & RS_FACTORS_ITEM_BIAS ? items : 0) +
	    (parts & RS_FACTORS_MEAN ? 1 : 0)) * sizeof(float);
}

uint64_t
rs_factors_memory(int parts, uint64_t d, uint64_t users, uint64_t items)
{
	return (users + items) * rs_stride(d) * sizeof(float) +
	    biases(parts, users, items);
}

uint64_t
rs_factors_bytes(int parts, uint64_t d, uint64_t users, uint64_t items)
{
	return (users + items) * d * sizeof(float) +
	    biases(parts, users, items);
}

/* Answering. */

static int
open_rows(const struct rs_model *m, const char *name, uint64_t n,
    struct rs_topk_factors *f, struct rs_err *e)
{
	const struct rs_tensor *t = rs_tensors_want(rs_model_tensors(m), name,
	    RS_TENSOR_F32, n, UINT64_MAX, e);

	if (t == NULL)
		return -1;
	if (t->shape[1] == 0 || t->shape[1] > RS_FACTORS_MAX)
		return rs_fail(e, "%s: %s has %" PRIu64 " factors",
		    rs_model_name(m), name, t->shape[1]);
	*f = (struct rs_topk_factors){
		.row = t->data,
		.n = t->shape[0],
		.d = t->shape[1],
		.stride = t->stride / sizeof(float),
	};
	return 0;
}

/* A part that may be missing; *p stays as it is then. */
static int
open_part(const struct rs_model *m, const char *name, uint64_t n,
    const float **p, struct rs_err *e)
{
	const struct rs_tensor *t;

	if (rs_tensors_get(rs_model_tensors(m), name) == NULL)
		return 0;
	t = rs_tensors_want(rs_model_tensors(m), name, RS_TENSOR_F32, n, 0, e);
	if (t == NULL)
		return -1;
	*p = t->data;
	return 0;
}

/* The mean goes with the items' biases. */
static void
add_mean(struct rs_factors_answer *a)
{
	struct rs_topk_factors *f = &a->linear.item;

	a->bias = rs_alloc(rs_size(f->n + 1, sizeof(*a->bias)));
	for (size_t i = 0; i < f->n; i++)
		a->bias[i] = f->bias != NULL ? f->bias[i] + a->mean : a->mean;
	f->bias = a->bias;
}

int
rs_factors_open(struct rs_factors_answer *a, const struct rs_model *m,
    struct rs_err *e)
{
	const float *mean = NULL;

	*a = (struct rs_factors_answer){ .m = m };
	if (open_rows(m, "user_factors", rs_model_users(m), &a->linear.user,
	    e) < 0 ||
	    open_rows(m, "item_factors", rs_model_items(m), &a->linear.item,
	    e) < 0 ||
	    open_part(m, "user_bias", rs_model_users(m), &a->linear.user.bias,
	    e) < 0 ||
	    open_part(m, "item_bias", rs_model_items(m), &a->linear.item.bias,
	    e) < 0 ||
	    open_part(m, "mean", 1, &mean, e) < 0)
		return -1;
	if (a->linear.user.d != a->linear.item.d)
		return rs_fail(e, "%s: users have %zu factors and items %zu",
		    rs_model_name(m), a->linear.user.d, a->linear.item.d);
	if (mean != NULL) {
		a->mean = *mean;
		add_mean(a);
	}
	return 0;
}

void
rs_factors_close(struct rs_factors_answer *a)
{
	free(a->bias);
	free(a->padded);
}

bool
rs_factors_linear(const void *answer, struct rs_linear *lin)
{
	const struct rs_factors_answer *a = answer;

	*lin = a->linear;
	return true;
}

size_t
rs_factors_row_of(const void *answer)
{
	const struct rs_factors_answer *a = answer;

	return rs_factors_row(a->linear.item.d);
}

const float *
rs_factors_items(struct rs_factors_answer *a)
{
	const struct rs_topk_factors *item = &a->linear.item;
	const size_t stride = rs_stride(item->d);

	if (item->stride == stride && (uintptr_t)item->row % 64 == 0)
		return item->row;
	if (a->padded != NULL)
		return a->padded;
	a->padded = rs_aligned(rs_size(rs_size(item->n + 1, stride),
	    sizeof(float)));
	for (size_t i = 0; i < item->n; i++)
		memcpy(a->padded + i * stride, item->row + i * item->stride,
		    item->d * sizeof(float));
	return a->padded;
}
