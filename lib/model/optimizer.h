/*
 * optimizer: how gradients move rows of parameters, most of which have none.
 *
 *	o = rs_optimizer_new(RS_OPTIMIZER_ADAM, 0.9);
 *	w = rs_weights_new(o, p, rows, n, 0);
 *	while (more) {
 *		rs_optimizer_window(o, rate, done, steps);
 *		for (step = 0; step < steps; step++) {
 *			rs_weights_reach(w, row, step);	  (each row that is read)
 *			...
 *			rs_weights_step(w, row, step, gradient);
 *		}
 *		rs_weights_settle(w, pool, steps);
 *		done += steps;
 *	}
 *
 * A mini-batch has a gradient for few rows.  sgd, momentum, adagrad and adam
 * do here what they would do if each step went over all rows, as PyTorch's
 * dense optimizers do: Adam's and momentum's moments go on moving a row when
 * its gradient is 0, and l2, which is added to the gradient as l2 w (PyTorch's
 * weight_decay), shrinks every row at every step.  But a row that has no
 * gradient and is not read can wait: reach replays the steps that it missed,
 * all at once and to the bit as if they had been taken in time.  lazy-adam
 * leaves such rows alone, as PyTorch's SparseAdam does: far fewer operations
 * where there are many rows, and another model.
 *
 * Steps are counted within a window, the rows being all at its begin; settle
 * ends it with all rows at its end.  Adam's corrections for its beginning go
 * by done + step: rate / (1 - .9^t) and 1 / sqrt(1 - .999^t) in t = done +
 * step + 1 (Kingma and Ba, 2015, Adam: a method for stochastic optimization,
 * Algorithm 1).  Adagrad: Duchi, Hazan and Singer (2011), the diagonal form.
 *
 * Threads may work on different rows of one rs_weights at once.
 */
#ifndef RS_MODEL_OPTIMIZER_H
#define RS_MODEL_OPTIMIZER_H

#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "model/file.h"

enum rs_optimizer_kind {
	RS_OPTIMIZER_SGD,
	RS_OPTIMIZER_MOMENTUM,
	RS_OPTIMIZER_ADAGRAD,
	RS_OPTIMIZER_ADAM,
	RS_OPTIMIZER_LAZY_ADAM,
	RS_OPTIMIZERS
};

enum { RS_WINDOW_MAX = 65536 };		/* steps of a window */

/* Their names, ended by NULL. */
extern const char *const rs_optimizer_names[RS_OPTIMIZERS + 1];

struct rs_optimizer;
struct rs_weights;

struct rs_optimizer *rs_optimizer_new(enum rs_optimizer_kind kind,
    double momentum);	/* yours */
void rs_optimizer_free(struct rs_optimizer *o);

/* done: steps of all windows before.  steps: at most RS_WINDOW_MAX. */
void rs_optimizer_window(struct rs_optimizer *o, double rate, uint64_t done,
    size_t steps);

/* p: (rows, n) parameters, borrowed. */
struct rs_weights *rs_weights_new(const struct rs_optimizer *o, float *p,
    size_t rows, size_t n, double l2);	/* yours */
void rs_weights_free(struct rs_weights *w);

/* Soon this row will be asked for: it may begin to come from memory. */
void rs_weights_expect(const struct rs_weights *w, size_t row);

/* Make a row what it is before this step of the window. */
void rs_weights_reach(struct rs_weights *w, size_t row, size_t step);

/* The same, then take the step with a gradient of n floats. */
void rs_weights_step(struct rs_weights *w, size_t row, size_t step,
    const float *gradient);

void rs_weights_settle(struct rs_weights *w, struct rs_pool *pool,
    size_t steps);

/* The state of a settled one, as a tensor: borrowed; and back.  Nothing where
 * the optimizer has none.  -1 with a sentence. */
void rs_weights_keep(const struct rs_weights *w, const char *name,
    struct rs_tensors *t);
int rs_weights_resume(struct rs_weights *w, const char *name,
    const struct rs_tensors *t, struct rs_err *e);

/* Bytes beside the parameters. */
uint64_t rs_weights_memory(enum rs_optimizer_kind kind, uint64_t rows,
    uint64_t n);

#endif
