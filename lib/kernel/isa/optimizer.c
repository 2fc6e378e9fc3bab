/*
 * optimizer: the steps of gradient descent over a row of parameters.
 *
 * A rule says what one step does to one register of parameters; a march takes
 * a rule through all steps of a piece of a row, which stays in registers; and
 * over cuts a row into such pieces: sixteen parameters each, then, where it is
 * not whole lanes (a bias is a row of one), each by itself.
 */
#include <stdbool.h>

#include "kernel/cpu.h"
#include "kernel/optimizer.h"
#include "kernel/vec.h"

/* Every so many steps one looks whether anything still moves. */
enum { LOOK = 8 };

#define INLINE static inline __attribute__((always_inline))

/* A register of parameters and their state. */
struct lane {
	vf w, a, b;
};

struct steps {
	const struct rs_step_rule *r;
	const struct rs_step_at *at;
	size_t n;
};

typedef void rule(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at);
typedef void march(struct lane *x, const vf *g, int regs,
    const struct steps *s);

static inline float
first(vf x)
{
	float lane[VF_LANES];

	vf_store(lane, x);
	return lane[0];
}

/* The rules. */

static inline void
sgd(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	(void)r;
	x->w = vf_fma(vf_set(-at->rate), g, x->w);
}

static inline void
momentum(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	x->a = vf_fma(vf_set(r->momentum), x->a, g);
	x->w = vf_fma(vf_set(-at->rate), x->a, x->w);
}

static inline void
adagrad(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	const vf by = vf_add(vf_sqrt(vf_fma(g, g, x->a)), vf_set(1e-10F));

	(void)r;
	x->a = vf_fma(g, g, x->a);
	x->w = vf_fma(vf_set(-at->rate), vf_div(g, by), x->w);
}

INLINE void
adam_move(struct lane *x, const struct rs_step_at *at)
{
	const vf by = vf_fma(x->b, vf_set(at->root), vf_set(1e-8F));

	x->w = vf_fma(vf_set(-at->rate), vf_div(x->a, by), x->w);
}

static inline void
adam(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	const vf less = vf_set((float)(1 - RS_ADAM_FIRST));
	const vf lesser = vf_set((float)(1 - RS_ADAM_SECOND));

	(void)r;
	x->a = vf_fma(vf_set((float)RS_ADAM_FIRST), x->a, vf_mul(less, g));
	x->b = vf_sqrt(vf_fma(vf_mul(vf_set((float)RS_ADAM_SECOND), x->b),
	    x->b, vf_mul(vf_mul(lesser, g), g)));
	adam_move(x, at);
}

/* What goes on of these two without a gradient: first the state alone. */

static inline void
momentum_fade(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	(void)g;
	(void)at;
	x->a = vf_mul(x->a, vf_set(r->momentum));
}

static inline void
adam_fade(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	(void)g;
	(void)r;
	(void)at;
	x->a = vf_mul(x->a, vf_set((float)RS_ADAM_FIRST));
	x->b = vf_mul(x->b, vf_set((float)RS_ADAM_SECOND_ROOT));
}

static inline void
momentum_rest(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	momentum_fade(x, g, r, at);
	x->w = vf_fma(vf_set(-at->rate), x->a, x->w);
}

static inline void
adam_rest(struct lane *x, vf g, const struct rs_step_rule *r,
    const struct rs_step_at *at)
{
	adam_fade(x, g, r, at);
	adam_move(x, at);
}

/* The marches. */

/* One step with a gradient. */
INLINE void
once(rule *one, struct lane *x, const vf *g, int regs, const struct steps *s)
{
	for (int i = 0; i < regs; i++)
		one(&x[i], s->r->l2 > 0 ? vf_fma(vf_set(s->r->l2), x[i].w,
		    g[i]) : g[i], s->r, s->at);
}

/* Steps that have l2 w for a gradient. */
INLINE void
decay(rule *one, struct lane *x, int regs, const struct steps *s)
{
	for (size_t k = 0; k < s->n; k++)
		for (int i = 0; i < regs; i++)
			one(&x[i], vf_mul(vf_set(s->r->l2), x[i].w), s->r,
			    s->at + k);
}

INLINE bool
unmoved(const vf *before, const struct lane *x, int regs)
{
	float a[LANES] = { 0 }, b[LANES] = { 0 };

	for (int i = 0; i < regs; i++) {
		vf_store(a + i * VF_LANES, before[i]);
		vf_store(b + i * VF_LANES, x[i].w);
	}
	return memcmp(a, b, (size_t)regs * VF_LANES * sizeof(*a)) == 0;
}

/*
 * Steps that have none.  What is taken off a parameter keeps its sign and only
 * shrinks: with momentum by that factor, with Adam by .9 / sqrt(.999), where
 * its corrections change by less (from step t to t + 1 root falls by at most
 * sqrt(1 + 1 / t), which rate makes up for where that is more than 1.1: t <
 * 5).  So a step that leaves all parameters as they were is followed by none
 * that moves one, and the state alone goes on.
 */
INLINE void
glide(rule *rest, rule *fade, struct lane *x, int regs, const struct steps *s)
{
	const vf none = vf_zero();
	vf before[VFS];
	bool moving = true;
	size_t k = 0;

	for (int i = 0; i < regs; i++)
		before[i] = none;
	while (moving && k + LOOK <= s->n) {
		for (size_t end = k + LOOK; k < end; k++)
			for (int i = 0; i < regs; i++) {
				before[i] = x[i].w;
				rest(&x[i], none, s->r, s->at + k);
			}
		moving = !unmoved(before, x, regs);
	}
	for (; k < s->n; k++)
		for (int i = 0; i < regs; i++) {
			if (moving)
				rest(&x[i], none, s->r, s->at + k);
			else
				fade(&x[i], none, s->r, s->at + k);
		}
}

#define MARCHES(rule, rest) \
static inline void \
rule##_once(struct lane *x, const vf *g, int regs, const struct steps *s) \
{ \
	once(rule, x, g, regs, s); \
} \
\
static inline void \
rule##_on(struct lane *x, const vf *g, int regs, const struct steps *s) \
{ \
	(void)g; \
	if (s->r->l2 > 0) \
		decay(rule, x, regs, s); \
	else \
		rest; \
}

MARCHES(sgd, (void)0)
MARCHES(momentum, glide(momentum_rest, momentum_fade, x, regs, s))
MARCHES(adagrad, (void)0)
MARCHES(adam, glide(adam_rest, adam_fade, x, regs, s))

/* Rows. */

struct row {
	float *w, *a, *b;	/* a and b may be NULL */
	const float *g;		/* or NULL: none */
};

INLINE void
piece(march *go, const struct row *p, int regs, const struct steps *s)
{
	struct lane x[VFS];
	vf g[VFS];

	for (int i = 0; i < regs; i++) {
		const int at = i * VF_LANES;

		x[i].w = vf_load(p->w + at);
		x[i].a = p->a != NULL ? vf_load(p->a + at) : vf_zero();
		x[i].b = p->b != NULL ? vf_load(p->b + at) : vf_zero();
		g[i] = p->g != NULL ? vf_load(p->g + at) : vf_zero();
	}
	go(x, g, regs, s);
	for (int i = 0; i < regs; i++) {
		const int at = i * VF_LANES;

		vf_store(p->w + at, x[i].w);
		if (p->a != NULL)
			vf_store(p->a + at, x[i].a);
		if (p->b != NULL)
			vf_store(p->b + at, x[i].b);
	}
}

/* One parameter, in every lane of a register. */
INLINE void
lone(march *go, const struct row *p, const struct steps *s)
{
	struct lane x = { vf_set(*p->w), p->a != NULL ? vf_set(*p->a) :
	    vf_zero(), p->b != NULL ? vf_set(*p->b) : vf_zero() };
	const vf g = p->g != NULL ? vf_set(*p->g) : vf_zero();

	go(&x, &g, 1, s);
	*p->w = first(x.w);
	if (p->a != NULL)
		*p->a = first(x.a);
	if (p->b != NULL)
		*p->b = first(x.b);
}

INLINE struct row
from(const struct row *p, size_t i)
{
	return (struct row){ p->w + i, p->a != NULL ? p->a + i : NULL,
		p->b != NULL ? p->b + i : NULL, p->g != NULL ? p->g + i :
		NULL };
}

INLINE void
over(march *go, struct row p, size_t n, struct steps s)
{
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		const struct row at = from(&p, i);

		piece(go, &at, VFS, &s);
	}
	for (; i < n; i++) {
		const struct row at = from(&p, i);

		lone(go, &at, &s);
	}
}

#define ROWS(rule, A, B) \
static void \
rule##_row_step(float *w, float *s, const float *g, size_t n, \
    const struct rs_step_rule *r, const struct rs_step_at *at) \
{ \
	(void)s; \
	over(rule##_once, (struct row){ w, A, B, g }, n, \
	    (struct steps){ r, at, 1 }); \
} \
\
static void \
rule##_row_rest(float *w, float *s, size_t n, const struct rs_step_rule *r, \
    const struct rs_step_at *at, size_t steps) \
{ \
	(void)s; \
	over(rule##_on, (struct row){ w, A, B, NULL }, n, \
	    (struct steps){ r, at, steps }); \
}

ROWS(sgd, NULL, NULL)
ROWS(momentum, s, NULL)
ROWS(adagrad, s, NULL)
ROWS(adam, s, s + n)

extern const struct rs_optimizer_ops RS_PATH(rs_optimizer_ops);
const struct rs_optimizer_ops RS_PATH(rs_optimizer_ops) = {
	.sgd = { sgd_row_step, sgd_row_rest },
	.momentum = { momentum_row_step, momentum_row_rest },
	.adagrad = { adagrad_row_step, adagrad_row_rest },
	.adam = { adam_row_step, adam_row_rest },
};
