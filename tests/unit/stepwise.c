/* stepwise: against a slow, obvious reference in double precision, and what
 * one sample moves against the differences of its loss. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "model/algorithm.h"
#include "model/strata.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 140, ITEMS = 150, D = 12, TRIES = 100, TOGETHER = 8, AHEAD = 4,
	MOST = 16 };

static bool
has(const struct rs_csr *m, uint32_t u, uint32_t i)
{
	for (uint64_t k = m->start[u]; k < m->start[u + 1]; k++)
		if (m->item[k] == i)
			return true;
	return false;
}

struct state {
	double user[USERS][D], item[ITEMS][D], user_bias[USERS],
	    item_bias[ITEMS], mean;
};

static void
copy_part(double *to, const struct rs_tensors *t, const char *name)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);
	const size_t cols = x == NULL ? 0 : x->dims == 2 ? x->shape[1] : 1;

	for (size_t r = 0; x != NULL && r < x->shape[0]; r++)
		for (size_t k = 0; k < cols; k++) {
			float v;

			memcpy(&v, (const char *)x->data + r * x->stride +
			    k * sizeof(v), sizeof(v));
			to[r * cols + k] = (double)v;
		}
}

/* The model as the record exports it. */
static void
copy(const struct rs_algorithm *a, void *learning, struct state *s)
{
	struct rs_tensors *t = rs_tensors_new();

	memset(s, 0, sizeof(*s));
	a->export(learning, t);
	copy_part(s->user[0], t, "user_factors");
	copy_part(s->item[0], t, "item_factors");
	copy_part(s->user_bias, t, "user_bias");
	copy_part(s->item_bias, t, "item_bias");
	copy_part(&s->mean, t, "mean");
	rs_tensors_free(t);
}

/* The reference: what stepwise.h says, as plainly as can be. */
struct slow {
	struct state x, sum;		/* sum: Adagrad's */
	const struct rs_csr *m;
	char loss[32];
	size_t n;
	bool verify, adagrad, log;
	double rate, lambda, bias_lambda, nu;
	uint64_t draws;
	double cost;
	uint64_t samples;
};

static double
sigmoid(double x)
{
	return 1 / (1 + rs_exp(-x));
}

static bool
is(const struct slow *s, const char *loss)
{
	return strcmp(s->loss, loss) == 0;
}

static double
score(const struct slow *s, uint32_t u, uint32_t i)
{
	double sum = s->x.mean + s->x.user_bias[u] + s->x.item_bias[i];

	for (size_t k = 0; k < D; k++)
		sum += s->x.user[u][k] * s->x.item[i][k];
	return sum;
}

static double
lambda(const struct slow *s, uint64_t pairs)
{
	return rs_pow(pairs > 0 ? (double)pairs : 1, s->nu - 1);
}

static double
lambda_user(const struct slow *s, uint32_t u)
{
	return lambda(s, rs_csr_count(s->m, u));
}

static double
lambda_item(const struct slow *s, uint32_t i)
{
	uint64_t n = 0;

	for (uint64_t k = 0; k < s->m->nnz; k++)
		n += s->m->item[k] == i;
	return lambda(s, n);
}

/* x -= rate g, or Adagrad's. */
static void
descend(const struct slow *s, double *x, double *sum, double g)
{
	if (!s->adagrad) {
		*x -= s->rate * g;
		return;
	}
	*x -= s->rate * g / sqrt(*sum);
	*sum += g * g;
}

static void
step_bias(struct slow *s, double *bias, double *sum, double slope, double by)
{
	descend(s, bias, sum, slope + s->bias_lambda * by * *bias);
}

/* m items at once, the user by their rows before. */
static void
step(struct slow *s, uint32_t u, const uint32_t *item, const double *slope,
    size_t m)
{
	double g[D], p[D];

	memcpy(p, s->x.user[u], sizeof(p));
	for (size_t k = 0; k < D; k++)
		g[k] = s->lambda * lambda_user(s, u) * p[k];
	for (size_t j = 0; j < m; j++) {
		double *q = s->x.item[item[j]];
		const double by = s->lambda * lambda_item(s, item[j]);

		for (size_t k = 0; k < D; k++) {
			g[k] += slope[j] * q[k];
			descend(s, &q[k], &s->sum.item[item[j]][k],
			    slope[j] * p[k] + by * q[k]);
		}
		step_bias(s, &s->x.item_bias[item[j]],
		    &s->sum.item_bias[item[j]], slope[j],
		    lambda_item(s, item[j]));
	}
	for (size_t k = 0; k < D; k++)
		descend(s, &s->x.user[u][k], &s->sum.user[u][k], g[k]);
}

static void
step_user_bias(struct slow *s, uint32_t u, double slope)
{
	step_bias(s, &s->x.user_bias[u], &s->sum.user_bias[u], slope,
	    lambda_user(s, u));
}

/* As the loss has it: all at once, item by item, or pair by pair. */
static void
move(struct slow *s, uint32_t u, const uint32_t *item, const double *slope,
    size_t m)
{
	uint32_t moved[MOST];
	double by[MOST], all = 0;
	size_t n = 0;

	if (s->adagrad) {
		for (size_t k = 0; k < m; k++)
			if (slope[k] != 0) {
				moved[n] = item[k];
				by[n++] = slope[k];
				all += slope[k];
			}
		if (n == 0)
			return;
		step(s, u, moved, by, n);
		step_user_bias(s, u, all);
	} else if (is(s, "logistic") || is(s, "pointwise") ||
	    is(s, "squared")) {
		for (size_t k = 0; k < m; k++) {
			step(s, u, item + k, slope + k, 1);
			step_user_bias(s, u, slope[k]);
		}
	} else {
		for (size_t k = 1; k < m; k++) {
			const uint32_t pair[2] = { item[0], item[k] };
			const double up[2] = { -slope[k], slope[k] };

			if (slope[k] != 0 && pair[0] != pair[1])
				step(s, u, pair, up, 2);
		}
	}
}

static double
warp_weight(uint64_t tries)
{
	return rs_log((double)((ITEMS - 1) / tries));
}

/* The loss of one sample by loss.h, and its slopes. */
static double
cost(const struct slow *s, const double *x, size_t m, double *slope)
{
	double sum = 0;
	size_t best = 1;

	memset(slope, 0, m * sizeof(*slope));
	if (is(s, "logistic") || is(s, "pointwise")) {
		for (size_t k = 0; k < m; k++) {
			const double sign = k == 0 ? -1 : 1;
			const double c = sigmoid(sign * x[k]);

			slope[k] = sign * c * (is(s, "pointwise") ? 1 - c : 1);
			sum += is(s, "pointwise") ? c : -rs_log(1 - c);
		}
		return sum;
	}
	if (is(s, "adaptive-hinge") || is(s, "warp")) {
		const bool warp = is(s, "warp");

		for (size_t k = 2; k < m; k++)
			if (warp ? 1 - x[0] + x[best] <= 0 : x[k] > x[best])
				best = k;
		const double h = 1 - x[0] + x[best];
		const double w = warp ? warp_weight(best) : 1;
		if (h <= 0)
			return 0;
		slope[0] = -w;
		slope[best] = w;
		return w * h;
	}
	for (size_t k = 1; k < m; k++) {
		const double h = 1 - x[0] + x[k], c = sigmoid(x[k] - x[0]);

		slope[k] = is(s, "hinge") ? h > 0 : s->log ? c : c * (1 - c);
		sum += is(s, "hinge") ? fmax(0, h) : s->log ? -rs_log(1 - c) :
		    c;
		slope[0] -= slope[k];
	}
	return sum;
}

static bool
draw(struct slow *s, const struct rs_cell *c, uint32_t u, uint32_t *item)
{
	for (int tries = 0; tries < TRIES; tries++) {
		*item = rs_cell_pick(c, rs_draw_at(c->key, s->draws++));
		if (!s->verify || !has(s->m, u, *item))
			return true;
	}
	return false;
}

static void
learn_pair(struct slow *s, const struct rs_cell *c, uint32_t u, uint32_t i,
    double weight)
{
	uint32_t item[MOST] = { i };
	double x[MOST] = { score(s, u, i) }, slope[MOST];
	size_t m = 1;

	while (m < 1 + s->n) {
		/* warp draws a few, and looks at them one by one. */
		const size_t from = m, most = !is(s, "warp") ? s->n :
		    AHEAD < 1 + s->n - m ? AHEAD : 1 + s->n - m;
		bool found = false;

		while (m - from < most && draw(s, c, u, &item[m])) {
			x[m] = score(s, u, item[m]);
			m++;
		}
		for (size_t k = from; is(s, "warp") && !found && k < m; k++)
			if (1 - x[0] + x[k] > 0) {
				found = true;
				m = k + 1;
			}
		if (found || m < from + most)
			break;
	}
	if (m == 1)
		return;
	s->cost += weight * cost(s, x, m, slope);
	s->samples++;
	for (size_t k = 0; k < m; k++)
		slope[k] *= weight;
	move(s, u, item, slope, m);
}

static void
learn_ratings(struct slow *s, uint32_t u, const uint32_t *item,
    const float *value, size_t n)
{
	double slope[TOGETHER];

	for (size_t k = 0; k < n; k++) {
		slope[k] = score(s, u, item[k]) - (double)value[k];
		s->cost += slope[k] * slope[k] / 2;
		s->samples++;
	}
	move(s, u, item, slope, n);
}

static void
learn_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct slow *s = arg;
	size_t at = 0;

	(void)thread;
	s->draws = 0;
	for (size_t r = 0; r < c->runs; r++) {
		const uint32_t u = c->run[r].user, n = c->run[r].n;

		for (size_t i = 0; is(s, "squared") && i < n; i += TOGETHER)
			learn_ratings(s, u, c->item + at + i, c->value + at +
			    i, n - i < TOGETHER ? n - i : TOGETHER);
		for (size_t i = 0; !is(s, "squared") && i < n; i++)
			learn_pair(s, c, u, c->item[at + i], c->value != NULL ?
			    (double)c->value[at + i] : 1);
		at += n;
	}
}

static double
most_apart(const double *a, const double *b, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, fabs(a[i] - b[i]));
	return most;
}

static double
distance(const struct state *a, const struct state *b)
{
	return fmax(fmax(most_apart(a->user[0], b->user[0], USERS * D),
	    most_apart(a->item[0], b->item[0], ITEMS * D)),
	    fmax(most_apart(a->user_bias, b->user_bias, USERS),
	    most_apart(a->item_bias, b->item_bias, ITEMS)));
}

static void
set(struct rs_values *v, const char *settings)
{
	char text[512], *at = text;
	struct rs_err e;

	snprintf(text, sizeof(text), "%s", settings);
	for (char *p; (p = strtok_r(at, " ", &at)) != NULL; )
		ok(rs_values_set(v, p, &e) == 0, "%s: %s", p, e.text);
}

static struct slow *
reference(const struct rs_values *v, const struct rs_csr *m)
{
	struct slow *s = rs_zalloc(sizeof(*s));
	const bool warp = rs_values_get(v, "loss") == 5;
	char text[RS_PARAM_TEXT_MAX];

	snprintf(s->loss, sizeof(s->loss), "%s", rs_values_text(v, 0, text));
	s->m = m;
	s->n = (size_t)rs_values_get(v, warp ? "draws" : "negatives");
	s->verify = rs_values_get(v, "verify") > 0;
	s->adagrad = rs_values_get(v, "optimizer") > 0;
	s->log = rs_values_get(v, "log") > 0;
	s->rate = rs_values_get(v, "learning-rate");
	s->lambda = rs_values_get(v, "regularization");
	s->bias_lambda = rs_values_get(v, "bias-regularization");
	s->nu = rs_values_get(v, "nu");
	for (size_t k = 0; k < sizeof(s->sum) / sizeof(double); k++)
		((double *)&s->sum)[k] = 1;
	return s;
}

static void
compare(const char *settings, bool valued, int threads)
{
	const struct rs_algorithm *a = rs_algorithm_find("mf");
	struct rs_pool *pool = rs_pool_new(threads);
	struct rs_csr m = tastes(USERS, ITEMS, 0.2, 0.02, valued);
	struct rs_values v;
	struct rs_fit f = { .train = &m, .weighted = valued, .pool = pool,
	    .values = &v, .factors = D, .epochs = 2, .seed = 11 };
	static struct state got;
	struct rs_err e = { "" };

	rs_values_init(&v, a);
	set(&v, settings);
	a->settle(&v, &m);
	struct slow *s = reference(&v, &m);
	void *learning = a->begin(&f, &e);
	if (!ok(learning != NULL, "%s: %s", settings, e.text))
		return;
	copy(a, learning, &s->x);
	struct rs_strata *strata = rs_strata_new(&(struct rs_strata_opts){
	    .train = &m, .pool = pool, .seed = f.seed });
	ok(rs_strata_blocks(strata) > 1, "only one block");
	for (uint64_t epoch = 0; epoch < f.epochs; epoch++) {
		double loss = NAN;

		s->cost = 0;
		s->samples = 0;
		rs_strata_epoch(strata, epoch, learn_cell, s);
		ok(a->epoch(learning, epoch, &loss, &e) == 0, "%s: %s",
		    settings, e.text);
		copy(a, learning, &got);
		s->cost /= (double)s->samples;
		ok(fabs(loss - s->cost) < 1e-5 * (1 + s->cost), "%s: loss %g,"
		    " not %g", settings, loss, s->cost);
		ok(distance(&got, &s->x) < 2e-5, "%s: epoch %" PRIu64
		    " is off by %g", settings, epoch + 1,
		    distance(&got, &s->x));
	}
	a->end(learning);
	rs_strata_free(strata);
	rs_pool_free(pool);
	rs_csr_free(&m);
	free(s);
}

static const char *const LOSSES[] = {
	"loss=logistic negatives=3", "loss=logistic verify=no negatives=15",
	"loss=pointwise", "loss=bpr", "loss=bpr log=no negatives=2",
	"loss=bpr verify=no", "loss=hinge negatives=2", "loss=adaptive-hinge",
	"loss=warp", "loss=warp draws=3", NULL
};

/* The reference runs in one thread, so the samples are its own; the model
 * takes three. */
static void
test_each_loss_does_what_it_says(void)
{
	char all[256];

	for (size_t k = 0; LOSSES[k] != NULL; k++)
		for (int by = 0; by < 2; by++) {
			snprintf(all, sizeof(all), "%s optimizer=%s init=0.3 "
			    "learning-rate=0.02 regularization=0.02", LOSSES[k],
			    by > 0 ? "adagrad" : "sgd");
			compare(all, false, 1);
		}
	compare("loss=logistic nu=0.5 bias-regularization=0.3 "
	    "regularization=0.1 init=0.3 learning-rate=0.01", true, 1);
	for (int by = 0; by < 2; by++)
		compare(by > 0 ? "loss=squared learning-rate=0.02 nu=0.5 "
		    "init=0.3 regularization=0.4 bias-regularization=0.1 "
		    "optimizer=adagrad" : "loss=squared learning-rate=0.005 "
		    "nu=0.5 init=0.3 regularization=0.4", true, 1);
}

/* One user and two items, of which the user has the first: the other is the
 * only negative there is. */
struct tiny {
	double p[D], q[2][D], bu, bi[2];
};

static double
tiny_cost(const struct slow *s, const struct tiny *t)
{
	const bool squared = is(s, "squared");
	double x[2] = { t->bu + t->bi[0], t->bu + t->bi[1] }, slope[2];
	double pp = 0, qq[2] = { 0 }, sum;
	const double times = is(s, "logistic") || is(s, "pointwise") ? 2 : 1;

	for (size_t k = 0; k < D; k++) {
		pp += t->p[k] * t->p[k];
		for (int j = 0; j < 2; j++) {
			qq[j] += t->q[j][k] * t->q[j][k];
			x[j] += t->p[k] * t->q[j][k];
		}
	}
	sum = squared ? x[0] * x[0] / 2 : cost(s, x, 2, slope);
	return sum + s->lambda / 2 * (times * pp + qq[0] +
	    (squared ? 0 : qq[1]));
}

static void
tiny_copy(const struct rs_algorithm *a, void *learning, struct tiny *t)
{
	struct rs_tensors *x = rs_tensors_new();

	a->export(learning, x);
	copy_part(t->p, x, "user_factors");
	copy_part(t->q[0], x, "item_factors");
	copy_part(&t->bu, x, "user_bias");
	copy_part(t->bi, x, "item_bias");
	rs_tensors_free(x);
}

static void
difference(const char *settings)
{
	const struct rs_algorithm *a = rs_algorithm_find("mf");
	uint64_t start[2] = { 0, 1 };
	uint32_t item[1] = { 0 };
	float value[1] = { 1 };
	struct rs_csr m = { .users = 1, .items = 2, .nnz = 1, .start = start,
	    .item = item, .weight = value };
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_values v;
	struct rs_fit f = { .train = &m, .pool = pool, .values = &v,
	    .factors = D, .epochs = 1, .seed = 3 };
	struct tiny was, is_now;
	struct rs_err e = { "" };

	rs_values_init(&v, a);
	set(&v, settings);
	a->settle(&v, &m);
	struct slow *s = reference(&v, &m);
	void *learning = a->begin(&f, &e);
	if (!ok(learning != NULL, "%s: %s", settings, e.text))
		return;
	/* The mean of one rating is itself: as if its target were 0. */
	tiny_copy(a, learning, &was);
	ok(a->epoch(learning, 0, NULL, &e) == 0, "%s", e.text);
	tiny_copy(a, learning, &is_now);
	for (size_t k = 0; k < sizeof(was) / sizeof(double); k++) {
		struct tiny low = was, high = was;
		const double moved = (((double *)&was)[k] -
		    ((double *)&is_now)[k]) / s->rate;

		((double *)&low)[k] -= 1e-5;
		((double *)&high)[k] += 1e-5;
		const double want = (tiny_cost(s, &high) -
		    tiny_cost(s, &low)) / 2e-5;
		/* Biases are not regularized here. */
		ok(fabs(moved - want) < 0.01 * (0.1 + fabs(want)),
		    "%s: parameter %zu moved by %g, not %g", settings, k,
		    moved, want);
	}
	a->end(learning);
	rs_pool_free(pool);
	free(s);
}

static void
test_a_step_goes_down_the_loss(void)
{
	static const char *const loss[] = { "logistic", "bpr", "bpr log=no",
	    "pointwise", "hinge", "adaptive-hinge", "squared", NULL };
	char all[256];

	for (size_t k = 0; loss[k] != NULL; k++)
		for (int by = 0; by < 2; by++) {
			if (by > 0 && (k == 0 || k == 3))
				continue;	/* takes lambda p once */
			snprintf(all, sizeof(all), "negatives=1 init=0.5 "
			    "learning-rate=0.001 regularization=0.1 "
			    "bias-regularization=0 optimizer=%s loss=%s",
			    by > 0 ? "adagrad" : "sgd", loss[k]);
			difference(all);
		}
}

static void
test_threads_do_not_show(void)
{
	for (size_t k = 0; LOSSES[k] != NULL; k++) {
		const struct rs_algorithm *a = rs_algorithm_find("mf");
		static struct state one, many;
		struct rs_csr m = tastes(USERS, ITEMS, 0.2, 0.02, false);

		for (int threads = 1; threads < 8; threads += 3) {
			struct rs_pool *pool = rs_pool_new(threads);
			struct rs_values v;
			struct rs_fit f = { .train = &m, .pool = pool,
			    .values = &v, .factors = D, .epochs = 2,
			    .seed = 5 };
			struct rs_err e;

			rs_values_init(&v, a);
			set(&v, LOSSES[k]);
			a->settle(&v, &m);
			void *learning = a->begin(&f, &e);
			for (uint64_t epoch = 0; epoch < 2; epoch++)
				a->epoch(learning, epoch, NULL, &e);
			copy(a, learning, threads == 1 ? &one : &many);
			a->end(learning);
			rs_pool_free(pool);
			ok(threads == 1 || memcmp(&one, &many, sizeof(one)) ==
			    0, "%s: %d threads", LOSSES[k], threads);
		}
		rs_csr_free(&m);
	}
}

static void
test_other_optimizers_want_batches(void)
{
	const struct rs_algorithm *a = rs_algorithm_find("mf");
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_csr m = tastes(USERS, ITEMS, 0.2, 0.02, false);
	struct rs_values v;
	struct rs_fit f = { .train = &m, .pool = pool, .values = &v,
	    .factors = D, .epochs = 1 };
	struct rs_err e = { "" };

	rs_values_init(&v, a);
	set(&v, "optimizer=adam");
	a->settle(&v, &m);
	ok(a->begin(&f, &e) == NULL && strstr(e.text, "batch") != NULL,
	    "said: %s", e.text);
	rs_pool_free(pool);
	rs_csr_free(&m);
}

int
main(void)
{
	test_each_loss_does_what_it_says();
	test_a_step_goes_down_the_loss();
	test_threads_do_not_show();
	test_other_optimizers_want_batches();
	return test_end();
}
