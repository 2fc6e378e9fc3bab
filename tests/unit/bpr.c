/* bpr: against a slow, obvious reference, and its gradient against the loss. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "kernel/activation.h"
#include "kernel/dot.h"
#include "kernel/sgd.h"
#include "model/algorithm.h"
#include "model/strata.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 70, ITEMS = 90, D = 20, STRIDE = 32, GROUP = 8, TRIES = 64 };

static bool
has(const struct rs_csr *m, uint32_t u, uint32_t i)
{
	for (uint64_t k = m->start[u]; k < m->start[u + 1]; k++)
		if (m->item[k] == i)
			return true;
	return false;
}

/* The model as the record exports it. */
struct state {
	float user[USERS][STRIDE], item[ITEMS][STRIDE], bias[ITEMS];
};

static void
copy(void *learning, struct state *s)
{
	struct rs_tensors *t = rs_tensors_new();
	const struct rs_tensor *x;

	memset(s, 0, sizeof(*s));
	rs_algorithm_find("bpr")->export(learning, t);
	x = rs_tensors_get(t, "user_factors");
	for (size_t u = 0; u < USERS; u++)
		memcpy(s->user[u], (const char *)x->data + u * x->stride,
		    D * sizeof(float));
	x = rs_tensors_get(t, "item_factors");
	for (size_t i = 0; i < ITEMS; i++)
		memcpy(s->item[i], (const char *)x->data + i * x->stride,
		    D * sizeof(float));
	x = rs_tensors_get(t, "item_bias");
	memcpy(s->bias, x->data, sizeof(s->bias));
	rs_tensors_free(t);
}

struct slow {
	const struct rs_csr *m;
	struct state *s;
	float rate, keep, keep_bias;
	unsigned draws;
	bool verify;
	double loss;
	uint64_t samples;
};

static float
score(const struct slow *w, uint32_t u, uint32_t i)
{
	return rs_dot(w->s->user[u], w->s->item[i], STRIDE) + w->s->bias[i];
}

static void
slow_step(const struct slow *w, uint32_t u, uint32_t i, uint32_t j, float a)
{
	float *p = w->s->user[u], *qi = w->s->item[i], *qj = w->s->item[j];

	for (size_t l = 0; l < D; l++) {
		const float was = p[l], apart = qi[l] - qj[l];
		const float move = a * apart, step = a * was;

		p[l] = fmaf(w->keep, was, move);
		qi[l] = fmaf(w->keep, qi[l], step);
		qj[l] = fmaf(w->keep, qj[l], -step);
	}
	w->s->bias[i] = fmaf(w->keep_bias, w->s->bias[i], a);
	w->s->bias[j] = fmaf(w->keep_bias, w->s->bias[j], -a);
}

static bool
slow_draw(const struct slow *w, const struct rs_cell *c, uint32_t u,
    uint32_t i, uint64_t *draw, uint32_t *j)
{
	for (int t = 0; t < TRIES; t++) {
		*j = rs_cell_pick(c, rs_draw_at(c->key, (*draw)++));
		if (w->verify ? !has(w->m, u, *j) : *j != i)
			return true;
	}
	return false;
}

static void
slow_group(struct slow *w, const struct rs_cell *c, uint32_t u,
    const uint32_t *item, size_t n, uint64_t *draw)
{
	uint32_t i[GROUP], j[GROUP];
	float a[GROUP], x;
	size_t got = 0;

	for (size_t k = 0; k < n; k++) {
		bool any = false;
		float best = 0;

		for (unsigned t = 0; t < w->draws; t++) {
			uint32_t try;

			if (!slow_draw(w, c, u, item[k], draw, &try))
				continue;
			if (!any || score(w, u, try) > best) {
				best = score(w, u, try);
				j[got] = try;
			}
			any = true;
		}
		if (any)
			i[got++] = item[k];
	}
	for (size_t k = 0; k < got; k++) {
		x = score(w, u, j[k]) - score(w, u, i[k]);
		rs_sigmoid(&a[k], &x, 1);
		a[k] *= w->rate;
		rs_softplus(&x, &x, 1);
		w->loss += (double)x;
		w->samples++;
		/* Those chosen among many are scored in their turn. */
		if (w->draws > 1)
			slow_step(w, u, i[k], j[k], a[k]);
	}
	for (size_t k = 0; w->draws == 1 && k < got; k++)
		slow_step(w, u, i[k], j[k], a[k]);
}

static void
slow_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct slow *w = arg;
	uint64_t draw = 0;
	size_t at = 0;

	(void)thread;
	for (size_t r = 0; r < c->runs; at += c->run[r++].n) {
		if (w->verify && c->run[r].n == c->n_all)
			continue;
		for (size_t k = 0; k < c->run[r].n; k += GROUP)
			slow_group(w, c, c->run[r].user, c->item + at + k,
			    c->run[r].n - k < GROUP ? c->run[r].n - k : GROUP,
			    &draw);
	}
}

static void
set(struct rs_values *v, const char *pairs)
{
	char text[256];
	struct rs_err e;

	rs_values_init(v, rs_algorithm_find("bpr"));
	strcpy(text, pairs);
	for (char *p = strtok(text, " "); p != NULL; p = strtok(NULL, " "))
		ok(rs_values_set(v, p, &e) == 0, "%s: %s", p, e.text);
	v->algorithm->settle(v, NULL);
}

/* Weights of sampler=popularity. */
static double *
weights(const struct rs_csr *m, double power)
{
	double *w = rs_zalloc(ITEMS * sizeof(*w));

	for (uint64_t k = 0; k < m->nnz; k++)
		w[m->item[k]]++;
	for (size_t i = 0; i < ITEMS; i++)
		w[i] = w[i] > 0 ? rs_pow(w[i], power) : 0;
	return w;
}

static void
test_epochs_are_those_of_the_reference(const char *settings, int threads)
{
	const struct rs_algorithm *a = rs_algorithm_find("bpr");
	struct rs_csr m = tastes(USERS, ITEMS, 0.4, 0.02, false);
	struct rs_values v;
	struct rs_pool *pool = rs_pool_new(threads), *one = rs_pool_new(1);
	struct rs_err e;
	static struct state want, got;

	set(&v, settings);
	const struct rs_fit f = { .train = &m, .pool = pool, .values = &v,
	    .factors = D, .epochs = 4, .seed = 3 };
	double *weight = strstr(settings, "popularity") == NULL ? NULL :
	    weights(&m, rs_values_get(&v, "power"));
	struct rs_strata *s = rs_strata_new(&(struct rs_strata_opts){
	    .train = &m, .pool = one, .seed = 3, .weight = weight,
	    .blocks = (unsigned)rs_values_get(&v, "blocks") });
	void *l = a->begin(&f, &e);

	copy(l, &want);
	for (uint64_t n = 0; n < 4; n++) {
		const double rate = 0.1 * (1 - (double)n / 4);
		struct slow w = { .m = &m, .s = &want, .rate = (float)rate,
		    .keep = (float)(1 - rate * 0.03),
		    .keep_bias = (float)(1 - rate * 0.07),
		    .draws = strstr(settings, "hardest") ? 5 : 1,
		    .verify = strstr(settings, "verify=no") == NULL };
		double loss;

		ok(a->epoch(l, n, &loss, &e) == 0, "epoch %" PRIu64, n);
		rs_strata_epoch(s, n, slow_cell, &w);
		copy(l, &got);
		ok(memcmp(&want, &got, sizeof(want)) == 0,
		    "%s: epoch %" PRIu64, settings, n);
		ok(fabs(loss - w.loss / (double)w.samples) < 1e-9,
		    "%s: loss of epoch %" PRIu64, settings, n);
	}
	a->end(l);
	rs_strata_free(s);
	free(weight);
	rs_pool_free(pool);
	rs_pool_free(one);
	rs_csr_free(&m);
}

/* The loss of one sample, in double. */
struct point {
	double p[D], qi[D], qj[D], bi, bj;
};

static const double LAMBDA[4] = { 0.03, 0.05, 0.07, 0.11 };

static double
loss_of(const struct point *x)
{
	double s = x->bi - x->bj, squares = LAMBDA[3] * (x->bi * x->bi +
	    x->bj * x->bj);

	for (size_t k = 0; k < D; k++) {
		s += x->p[k] * (x->qi[k] - x->qj[k]);
		squares += LAMBDA[0] * x->p[k] * x->p[k] + LAMBDA[1] *
		    x->qi[k] * x->qi[k] + LAMBDA[2] * x->qj[k] * x->qj[k];
	}
	return log1p(rs_exp(-s)) + squares / 2;
}

/* What the kernels do with a sample is -rate times the loss's gradient. */
static void
test_a_step_goes_down_the_gradient(void)
{
	enum { ALL = 3 * D + 2 };
	const float rate = 0.01f;
	float *p = rs_aligned(STRIDE * sizeof(*p));
	float *q = rs_aligned(2 * STRIDE * sizeof(*q));
	float bias[2] = { 0.3f, -0.2f }, s[2], x, a;
	const struct rs_sgd_rows y = { q, STRIDE, bias };
	const struct rs_sgd_keep keep = {
		1 - rate * (float)LAMBDA[0], 1 - rate * (float)LAMBDA[1],
		1 - rate * (float)LAMBDA[2], 1 - rate * (float)LAMBDA[3]
	};
	const uint32_t item[2] = { 0, 1 };
	struct point at = { .bi = (double)bias[0], .bj = (double)bias[1] };
	double grad[ALL], *const z = (double *)&at;

	for (size_t k = 0; k < D; k++) {
		p[k] = (float)rs_normal(rs_draw(1, RS_DRAW_SYNTH, k)) / 3;
		q[k] = (float)rs_normal(rs_draw(2, RS_DRAW_SYNTH, k)) / 3;
		q[STRIDE + k] = (float)rs_normal(rs_draw(3, RS_DRAW_SYNTH,
		    k)) / 3;
		at.p[k] = (double)p[k];
		at.qi[k] = (double)q[k];
		at.qj[k] = (double)q[STRIDE + k];
	}
	for (size_t k = 0; k < ALL; k++) {
		const double was = z[k], h = 1e-5;

		z[k] = was + h;
		grad[k] = loss_of(&at);
		z[k] = was - h;
		grad[k] = (grad[k] - loss_of(&at)) / (2 * h);
		z[k] = was;
	}
	rs_sgd_scores(s, p, &y, item, 2);
	x = s[1] - s[0];
	rs_sigmoid(&a, &x, 1);
	a *= rate;
	rs_sgd_pairs(p, &y, &keep, item, item + 1, &a, 1);
	for (size_t k = 0; k < ALL; k++) {
		const float now = k < D ? p[k] : k < 2 * D ? q[k - D] :
		    k < 3 * D ? q[STRIDE + k - 2 * D] : bias[k - 3 * D];

		ok(fabs(((double)now - z[k]) / -(double)rate - grad[k]) < 2e-5,
		    "%zu: %g, not %g", k, ((double)now - z[k]) /
		    -(double)rate, grad[k]);
	}
	free(p);
	free(q);
}

static void
test_it_says_where_it_diverges_and_when_all_have_all(void)
{
	const struct rs_algorithm *a = rs_algorithm_find("bpr");
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_csr m = tastes(USERS, ITEMS, 0.4, 0.02, false);
	struct rs_values v;
	struct rs_err e = { .text = "" };
	int status = 0;

	set(&v, "learning-rate=1000 regularization=10 schedule=constant");
	struct rs_fit f = { .train = &m, .pool = pool, .values = &v,
	    .factors = D, .epochs = 50, .seed = 3 };
	void *l = a->begin(&f, &e);
	for (uint64_t n = 0; n < 50 && status == 0; n++)
		status = a->epoch(l, n, NULL, &e);
	ok(status == -1 && strstr(e.text, "no longer finite") != NULL,
	    "it says: %s", e.text);
	a->end(l);

	/* User 6 alone, who has everything. */
	memmove(m.item, rs_csr_items(&m, 6), ITEMS * sizeof(*m.item));
	m.nnz = ITEMS;
	m.users = 1;
	m.start[1] = ITEMS;
	l = a->begin(&f, &e);
	ok(a->epoch(l, 0, NULL, &e) == -1 &&
	    strstr(e.text, "everything") != NULL, "it says: %s", e.text);
	a->end(l);
	rs_csr_free(&m);
	rs_pool_free(pool);
}

int
main(void)
{
	static const char *const settings[] = {
		"", "blocks=4", "blocks=5 sampler=hardest draws=5",
		"blocks=3 sampler=popularity power=0.7",
		"blocks=4 verify=no", "blocks=40", NULL
	};

	for (size_t k = 0; settings[k] != NULL; k++) {
		char all[256];

		snprintf(all, sizeof(all), "learning-rate=0.1 schedule=linear "
		    "regularization=0.03 bias-regularization=0.07 %s",
		    settings[k]);
		test_epochs_are_those_of_the_reference(all, 1);
		test_epochs_are_those_of_the_reference(all, 3);
	}
	test_a_step_goes_down_the_gradient();
	test_it_says_where_it_diverges_and_when_all_have_all();
	return test_end();
}
