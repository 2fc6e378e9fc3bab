/*
 * factors: the users' and items' rows of a factor model, from the first draw
 * to the answer.
 *
 *	rs_factors_new(&x, f, RS_FACTORS_ITEM_BIAS, 0.1);
 *	if (f->warm != NULL && rs_factors_warm(&x, f->warm, e) < 0)
 *		...
 *	... x.user + u * x.stride, x.item_bias[i] ...
 *	rs_factors_export(&x, tensors);
 *	rs_factors_free(&x);
 *
 * What most algorithms share: als, bpr, lmf, mf.  A score is
 *
 *	mean + user_bias + item_bias + user'item
 *
 * with the parts that a model has; lib/kernel/topk.h says in which order it is
 * summed, the mean being added to the item's bias first.  The second half is
 * the answering side over the tensors that the first half exports:
 * user_factors [U, D], item_factors [I, D], user_bias [U], item_bias [I],
 * mean [1].
 */
#ifndef RS_MODEL_FACTORS_H
#define RS_MODEL_FACTORS_H

#include "base/die.h"
#include "base/draw.h"
#include "kernel/dot.h"
#include "model/algorithm.h"

enum rs_factors_parts {
	RS_FACTORS_USER_BIAS = 1,
	RS_FACTORS_ITEM_BIAS = 2,
	RS_FACTORS_MEAN = 4,
};

struct rs_factors {
	size_t users, items;
	size_t d, stride;	/* stride = rs_stride(d), the rest is zero */
	float *user, *item;	/* (U, stride), (I, stride), 64-byte aligned */
	float *user_bias;	/* (U), zeros at first, or NULL */
	float *item_bias;	/* (I), zeros at first, or NULL */
	float *mean;		/* (1), zero at first, or NULL */
};

/* Rows for f's data, entries drawn from N(0, std^2); biases zero.  Entry k of
 * row r is draw r d + k of (seed, RS_DRAW_USER_FACTORS or _ITEM_FACTORS). */
void rs_factors_new(struct rs_factors *x, const struct rs_fit *f, int parts,
    double std);

void rs_factors_free(struct rs_factors *x);

/* The first rows as another model has them (or, on resuming, all).  A part
 * that the other model lacks stays as it is.  -1 with a sentence where its
 * dimension or size does not fit. */
int rs_factors_warm(struct rs_factors *x, const struct rs_model *m,
    struct rs_err *e);

void rs_factors_export(const struct rs_factors *x, struct rs_tensors *t);

/* -1 with a sentence that names the first user or item whose row is no
 * longer finite, and hint: what one may do. */
int rs_factors_finite(const struct rs_factors *x, struct rs_pool *pool,
    const char *hint, struct rs_err *e);

/* The same for rows to answer from: as good as infinite is what might lead to
 * a score that is. */
int rs_factors_usable(const struct rs_factors *x, struct rs_pool *pool,
    const char *hint, struct rs_err *e);

/* Bytes in memory, and of tensors in the file. */
uint64_t rs_factors_memory(int parts, uint64_t d, uint64_t users,
    uint64_t items);
uint64_t rs_factors_bytes(int parts, uint64_t d, uint64_t users,
    uint64_t items);

/* n rows of stride rs_stride(d): N(0, std^2), the padding zero. */
void rs_factors_draw(struct rs_pool *pool, float *row, size_t n, size_t d,
    double std, uint64_t seed, enum rs_purpose purpose);

/* Answering: the first member of what a record's open returns, so that
 * rs_factors_linear and rs_factors_row_of can stand in the record as they
 * are. */
struct rs_factors_answer {
	const struct rs_model *m;
	struct rs_linear linear;	/* item.bias has the mean in it */
	float mean;			/* 0 where there is none */
	float *bias;			/* own, where a mean was added */
	float *padded;			/* own, by rs_factors_items */
};

/* The parts that the file has.  NULL-safe close; -1 with a sentence. */
int rs_factors_open(struct rs_factors_answer *a, const struct rs_model *m,
    struct rs_err *e);
void rs_factors_close(struct rs_factors_answer *a);

bool rs_factors_linear(const void *answer, struct rs_linear *lin);
size_t rs_factors_row_of(const void *answer);

/* The items' rows as kernels want them, (I, rs_stride(D)), zero padded and
 * aligned to 64 bytes: the file's own, or a copy that is made at the first
 * call.  One thread at a time.  borrowed */
const float *rs_factors_items(struct rs_factors_answer *a);

/* The floats of a row of someone new, for the record's row: rs_stride(d)
 * factors, then the bias at [rs_stride(d)], then padding. */
static inline size_t
rs_factors_row(size_t d)
{
	return rs_stride(d) + RS_LANES;
}

#endif
