/*
 * optimizer: the steps of gradient descent over a row of parameters.
 *
 *	k = rs_optimizer_kernels();
 *	k->adam.rest(w, s, n, &rule, at + last, step - last);
 *	k->adam.step(w, s, gradient, n, &rule, at + step);
 *
 * step takes one step with a gradient; rest takes several without one: the row
 * stays in registers, and where no parameter moves any more only what must go
 * on does, to the same bits as one step after the other.  A row has n
 * parameters w, and n floats of state s (momentum, Adagrad) or 2 n (Adam:
 * first all m, then all r).  Each parameter is for itself, so the bits are the
 * same on every CPU path and for any n.  With gradient g, or g + l2 w where l2
 * is not 0:
 *
 *	sgd		w -= rate g
 *	momentum	s = momentum s + g;  w -= rate s
 *	adagrad		s += g^2;  w -= rate g / (sqrt s + 1e-10)
 *	adam		m = .9 m + .1 g;  r = sqrt(.999 r^2 + .001 g^2)
 *			w -= rate m / (root r + 1e-8)
 *
 * Adam's r is the root of its second moment, so that a step without a gradient
 * is m = .9 m, r = sqrt(.999) r and the same for w: no root is taken.  Its
 * corrections for its beginning are in rate and root: lib/model/optimizer.h.
 * Any thread, one row at a time.
 */
#ifndef RS_KERNEL_OPTIMIZER_H
#define RS_KERNEL_OPTIMIZER_H

#include <stddef.h>

/* What differs from step to step. */
struct rs_step_at {
	float rate, root;
};

/* What does not. */
struct rs_step_rule {
	float momentum, l2;
};

struct rs_descent {
	void (*step)(float *w, float *s, const float *g, size_t n,
	    const struct rs_step_rule *r, const struct rs_step_at *at);
	void (*rest)(float *w, float *s, size_t n,
	    const struct rs_step_rule *r, const struct rs_step_at *at,
	    size_t steps);
};

struct rs_optimizer_ops {
	struct rs_descent sgd, momentum, adagrad, adam;
};

const struct rs_optimizer_ops *rs_optimizer_kernels(void);

#define RS_ADAM_FIRST 0.9
#define RS_ADAM_SECOND 0.999
#define RS_ADAM_SECOND_ROOT 0.99949987493746094	/* sqrt(.999) */

#endif
