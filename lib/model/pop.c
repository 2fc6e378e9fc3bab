/* pop: everybody gets what most have; the floor that all others must pass. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/factors.h"

enum { BY_USERS, BY_WEIGHT };

static const char *const BY[] = { "users", "weight", NULL };

static const struct rs_param PARAMS[] = {
	{ "by", RS_PARAM_CHOICE, BY_USERS, 0, 0, BY,
	  "score an item by its users, or by their weights' sum" },
	{ 0 }
};

struct learning {
	uint64_t items;
	float *score;		/* (I) */
};

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	const struct rs_csr *m = f->train;
	const bool weigh = (int)rs_values_get(f->values, "by") == BY_WEIGHT;
	struct learning *s;
	double *sum;

	if (f->warm != NULL && f->resumed == 0) {
		rs_fail(e, "pop has nothing to go on from: it counts anew");
		return NULL;
	}
	s = rs_zalloc(sizeof(*s));
	sum = rs_zalloc(rs_size(m->items + 1, sizeof(*sum)));
	s->items = m->items;
	s->score = rs_zalloc(rs_size(m->items + 1, sizeof(*s->score)));
	for (uint64_t i = 0; i < m->nnz; i++)
		sum[m->item[i]] += weigh && m->weight != NULL ?
		    (double)m->weight[i] : 1;
	for (uint64_t i = 0; i < m->items; i++)
		s->score[i] = (float)sum[i];
	free(sum);
	return s;
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	struct learning *s = state;

	(void)n;
	(void)loss;
	for (uint64_t i = 0; i < s->items; i++)
		if (s->score[i] - s->score[i] != 0)
			return rs_fail(e, "the weights of item %" PRIu64
			    " overflow",
			    i);
	return 0;
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *s = state;

	rs_tensors_add(t, "item_bias", RS_TENSOR_F32, s->items, 0, s->score,
	    1);
}

static void
end(void *state)
{
	struct learning *s = state;

	free(s->score);
	free(s);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	(void)f, (void)users, (void)pairs, (void)threads;
	return items * (sizeof(double) + sizeof(float));
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	(void)f, (void)users;
	return items * sizeof(float);
}

struct answering {
	uint64_t users, items;
	const float *score;
};

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensor *t = rs_tensors_want(rs_model_tensors(m),
	    "item_bias", RS_TENSOR_F32, rs_model_items(m), 0, e);
	struct answering *s;

	if (t == NULL)
		return NULL;
	s = rs_alloc(sizeof(*s));
	*s = (struct answering){ rs_model_users(m), rs_model_items(m),
	    t->data };
	return s;
}

/* A linear model without factors: the bias is the whole score. */
static bool
linear(const void *state, struct rs_linear *lin)
{
	static const float nothing[RS_LANES];
	const struct answering *s = state;

	*lin = (struct rs_linear){
		.user = { .row = nothing, .n = s->users },
		.item = { .row = nothing, .n = s->items, .bias = s->score },
	};
	return true;
}

static size_t
row(const void *state)
{
	(void)state;
	return rs_factors_row(0);
}

static int
fold(const void *state, const uint32_t *item, const float *weight, size_t n,
    float *out, struct rs_err *e)
{
	(void)state, (void)item, (void)weight, (void)n, (void)e;
	for (size_t k = 0; k < rs_factors_row(0); k++)
		out[k] = 0;
	return 0;
}

extern const struct rs_algorithm rs_algorithm_pop;
const struct rs_algorithm rs_algorithm_pop = {
	.name = "pop",
	.summary = "the most popular items, for everybody alike",
	.citation = "none: the baseline of every comparison",
	.params = PARAMS,
	.wants = RS_WANTS_WEIGHT,
	.kind = RS_SCORE_DOT,
	.begin = begin,
	.epoch = epoch,
	.export = export,
	.end = end,
	.memory = memory,
	.tensors = tensors,
	.open = open,
	.close = free,
	.linear = linear,
	.row = row,
	.fold = fold,
};
