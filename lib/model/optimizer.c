/* optimizer: how gradients move rows of parameters. */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "kernel/optimizer.h"
#include "model/optimizer.h"

enum { ROWS_A_TASK = 1024 };

/* From here on .999^t is below 2^-58 and the corrections are 1. */
enum { CORRECTED = 40000 };

const char *const rs_optimizer_names[RS_OPTIMIZERS + 1] = {
	[RS_OPTIMIZER_SGD] = "sgd",
	[RS_OPTIMIZER_MOMENTUM] = "momentum",
	[RS_OPTIMIZER_ADAGRAD] = "adagrad",
	[RS_OPTIMIZER_ADAM] = "adam",
	[RS_OPTIMIZER_LAZY_ADAM] = "lazy-adam",
};

struct rs_optimizer {
	enum rs_optimizer_kind kind;
	struct rs_descent descent;
	double momentum;
	struct rs_step_at *at;		/* (steps) of the window */
	size_t room;
};

struct rs_weights {
	const struct rs_optimizer *o;
	struct rs_step_rule rule;
	float *p;		/* (rows, n) */
	float *state;		/* (rows, states n) */
	uint32_t *reached;	/* (rows) steps of the window; NULL: a row
				 * without a gradient stays as it is */
	size_t rows, n, states;
};

static size_t
states(enum rs_optimizer_kind kind)
{
	switch (kind) {
	case RS_OPTIMIZER_MOMENTUM:
	case RS_OPTIMIZER_ADAGRAD:
		return 1;
	case RS_OPTIMIZER_ADAM:
	case RS_OPTIMIZER_LAZY_ADAM:
		return 2;
	case RS_OPTIMIZER_SGD:
	case RS_OPTIMIZERS:
		break;
	}
	return 0;
}

static struct rs_descent
descent(enum rs_optimizer_kind kind)
{
	const struct rs_optimizer_ops *k = rs_optimizer_kernels();

	switch (kind) {
	case RS_OPTIMIZER_MOMENTUM:
		return k->momentum;
	case RS_OPTIMIZER_ADAGRAD:
		return k->adagrad;
	case RS_OPTIMIZER_ADAM:
	case RS_OPTIMIZER_LAZY_ADAM:
		return k->adam;
	case RS_OPTIMIZER_SGD:
	case RS_OPTIMIZERS:
		break;
	}
	return k->sgd;
}

struct rs_optimizer *
rs_optimizer_new(enum rs_optimizer_kind kind, double momentum)
{
	struct rs_optimizer *o = rs_zalloc(sizeof(*o));

	o->kind = kind;
	o->descent = descent(kind);
	o->momentum = momentum;
	return o;
}

void
rs_optimizer_free(struct rs_optimizer *o)
{
	if (o == NULL)
		return;
	free(o->at);
	free(o);
}

void
rs_optimizer_window(struct rs_optimizer *o, double rate, uint64_t done,
    size_t steps)
{
	const bool corrects = states(o->kind) == 2;

	assert(steps <= RS_WINDOW_MAX);
	rs_grow(&o->at, &o->room, steps, sizeof(*o->at));
	for (size_t k = 0; k < steps; k++) {
		const uint64_t t = done + k + 1;

		o->at[k] = (struct rs_step_at){ (float)rate, 1 };
		if (!corrects || t >= CORRECTED)
			continue;
		o->at[k].rate = (float)(rate / (1 - rs_pow(RS_ADAM_FIRST,
		    (double)t)));
		o->at[k].root = (float)(1 / sqrt(1 - rs_pow(RS_ADAM_SECOND,
		    (double)t)));
	}
}

/* Whether rows without a gradient change at a step. */
static bool
moves_all(enum rs_optimizer_kind kind, double l2)
{
	switch (kind) {
	case RS_OPTIMIZER_MOMENTUM:
	case RS_OPTIMIZER_ADAM:
		return true;
	case RS_OPTIMIZER_SGD:
	case RS_OPTIMIZER_ADAGRAD:
		return l2 > 0;
	case RS_OPTIMIZER_LAZY_ADAM:
	case RS_OPTIMIZERS:
		break;
	}
	return false;
}

struct rs_weights *
rs_weights_new(const struct rs_optimizer *o, float *p, size_t rows, size_t n,
    double l2)
{
	struct rs_weights *w = rs_zalloc(sizeof(*w));

	w->o = o;
	w->rule = (struct rs_step_rule){ (float)o->momentum, (float)l2 };
	w->p = p;
	w->rows = rows;
	w->n = n;
	w->states = states(o->kind);
	if (w->states > 0)
		w->state = rs_aligned(rs_size(rs_size(rows + 1, n),
		    w->states * sizeof(*w->state)));
	if (moves_all(o->kind, l2))
		w->reached = rs_zalloc(rs_size(rows + 1, sizeof(*w->reached)));
	return w;
}

void
rs_weights_free(struct rs_weights *w)
{
	if (w == NULL)
		return;
	free(w->state);
	free(w->reached);
	free(w);
}

static float *
state_of(const struct rs_weights *w, size_t row)
{
	return w->states > 0 ? w->state + row * w->states * w->n : NULL;
}

void
rs_weights_expect(const struct rs_weights *w, size_t row)
{
	const size_t line = 64 / sizeof(float), width = w->states * w->n;
	const float *p = w->p + row * w->n, *s = state_of(w, row);

	for (size_t i = 0; i < w->n; i += line)
		__builtin_prefetch(p + i, 1);
	for (size_t i = 0; i < width; i += line)
		__builtin_prefetch(s + i, 1);
	if (w->reached != NULL)
		__builtin_prefetch(w->reached + row, 1);
}

void
rs_weights_reach(struct rs_weights *w, size_t row, size_t step)
{
	if (w->reached == NULL || w->reached[row] == step)
		return;
	assert(w->reached[row] < step);
	w->o->descent.rest(w->p + row * w->n, state_of(w, row), w->n, &w->rule,
	    w->o->at + w->reached[row], step - w->reached[row]);
	w->reached[row] = (uint32_t)step;
}

void
rs_weights_step(struct rs_weights *w, size_t row, size_t step,
    const float *gradient)
{
	rs_weights_reach(w, row, step);
	w->o->descent.step(w->p + row * w->n, state_of(w, row), gradient, w->n,
	    &w->rule, w->o->at + step);
	if (w->reached != NULL)
		w->reached[row]++;
}

struct settling {
	struct rs_weights *w;
	size_t steps;
};

static void
settle_task(void *arg, size_t task, int thread)
{
	const struct settling *s = arg;
	struct rs_weights *w = s->w;
	const size_t from = task * ROWS_A_TASK;

	(void)thread;
	for (size_t r = from; r < w->rows && r < from + ROWS_A_TASK; r++) {
		rs_weights_reach(w, r, s->steps);
		w->reached[r] = 0;
	}
}

void
rs_weights_settle(struct rs_weights *w, struct rs_pool *pool, size_t steps)
{
	struct settling s = { w, steps };

	if (w->reached != NULL)
		rs_pool_run(pool, (w->rows + ROWS_A_TASK - 1) / ROWS_A_TASK,
		    settle_task, &s);
}

void
rs_weights_keep(const struct rs_weights *w, const char *name,
    struct rs_tensors *t)
{
	if (w->states > 0)
		rs_tensors_add(t, name, RS_TENSOR_F32, w->rows,
		    w->states * w->n, w->state, w->states * w->n);
}

int
rs_weights_resume(struct rs_weights *w, const char *name,
    const struct rs_tensors *t, struct rs_err *e)
{
	const size_t width = w->states * w->n;
	const struct rs_tensor *from;

	if (w->states == 0)
		return 0;
	from = rs_tensors_want(t, name, RS_TENSOR_F32, w->rows, width, e);
	if (from == NULL)
		return -1;
	for (size_t r = 0; r < w->rows; r++)
		memcpy(w->state + r * width, (const char *)from->data +
		    r * from->stride, from->row);
	return 0;
}

uint64_t
rs_weights_memory(enum rs_optimizer_kind kind, uint64_t rows, uint64_t n)
{
	return rows * (states(kind) * n * sizeof(float) + sizeof(uint32_t));
}
