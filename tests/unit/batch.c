/* batch: whole epochs against a slow, obvious reference in double precision;
 * the same bits for any threads; orders that are orders. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/draw.h"
#include "base/real.h"
#include "data/shuffle.h"
#include "model/algorithm.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 50, ITEMS = 70, D = 12, WIDE = D + 1, ROWS = USERS + ITEMS,
	MOST = 12 };

/* A row of the reference is D factors and the bias; users, then items. */
struct slow {
	const struct rs_csr *m;
	const struct rs_values *v;
	double p[ROWS][WIDE], a[ROWS][WIDE], b[ROWS][WIDE], g[ROWS][WIDE];
	bool touched[ROWS];
	double mean, cost;
	char loss[32], optimizer[32], schedule[32];
	bool log, verify;
	double first, second;		/* .9^t, .999^t */
};

static double
get(const struct slow *s, const char *name)
{
	return rs_values_get(s->v, name);
}

/* The name of a choice. */
static void
name_of(const struct slow *s, const char *name, char text[32])
{
	char number[RS_PARAM_TEXT_MAX];

	for (size_t i = 0; s->v->algorithm->params[i].name != NULL; i++)
		if (strcmp(s->v->algorithm->params[i].name, name) == 0)
			snprintf(text, 32, "%s", rs_values_text(s->v, i,
			    number));
}

static bool
is(const char *text, const char *name)
{
	return strcmp(text, name) == 0;
}

static double
sigmoid(double x)
{
	return 1 / (1 + rs_exp(-x));
}

/* What a sample costs, its slopes in g: score 0 is the positive's. */
static double
cost(const struct slow *s, const double *x, size_t n, double want, double *g)
{
	double sum = 0;
	size_t best = 1;

	for (size_t k = 0; k <= n; k++)
		g[k] = 0;
	if (is(s->loss, "squared")) {
		g[0] = x[0] - want;
		return g[0] * g[0] / 2;
	}
	if (is(s->loss, "logistic")) {
		for (size_t k = 0; k <= n; k++) {
			g[k] = sigmoid(x[k]) - (k == 0);
			sum -= rs_log(sigmoid(k == 0 ? x[k] : -x[k]));
		}
		return sum;
	}
	if (is(s->loss, "pointwise")) {
		for (size_t k = 0; k <= n; k++) {
			const double y = sigmoid(x[k]);

			g[k] = (k == 0 ? -1 : 1) * y * (1 - y);
			sum += k == 0 ? 1 - y : y;
		}
		return sum;
	}
	for (size_t k = 2; k <= n; k++)
		if (is(s->loss, "adaptive-hinge") ? x[k] > x[best] :
		    is(s->loss, "warp") && !(1 - x[0] + x[best] > 0))
			best = k;
	for (size_t k = 1; k <= n; k++) {
		const double y = sigmoid(x[k] - x[0]);
		double slope = 1 - x[0] + x[k] > 0, at = 1 - x[0] + x[k];

		if (is(s->loss, "bpr")) {
			slope = s->log ? y : y * (1 - y);
			at = s->log ? -rs_log(1 - y) : y;
		} else if (!is(s->loss, "hinge") && k != best)
			continue;
		if (is(s->loss, "warp"))
			at *= slope *= rs_log(fmax(1, floor((ITEMS - 1.0) /
			    (double)k)));
		else if (!is(s->loss, "bpr"))
			at *= slope;
		g[0] -= slope;
		g[k] += slope;
		sum += at;
	}
	return sum;
}

static bool
has(const struct rs_csr *m, uint32_t u, uint32_t i)
{
	for (uint64_t k = m->start[u]; k < m->start[u + 1]; k++)
		if (m->item[k] == i)
			return true;
	return false;
}

static uint32_t
negative(const struct slow *s, uint32_t u, uint64_t draw)
{
	uint64_t left;

	if (!s->verify)
		return (uint32_t)rs_below(ITEMS, draw);
	left = rs_below(ITEMS - rs_csr_count(s->m, u), draw);
	for (uint32_t i = 0; ; i++)
		if (!has(s->m, u, i) && left-- == 0)
			return i;
}

/* A loss of differences of scores: a user's bias has no part in them. */
static bool
relative(const struct slow *s)
{
	return !is(s->loss, "squared") && !is(s->loss, "logistic") &&
	    !is(s->loss, "pointwise");
}

/* One sample's part of the gradient of a batch of n. */
static void
sample(struct slow *s, uint64_t epoch, uint64_t at, uint64_t pair, size_t n)
{
	const size_t many = is(s->loss, "squared") ? 0 :
	    (size_t)get(s, is(s->loss, "warp") ? "draws" : "negatives");
	const uint64_t key = rs_draw2(11, RS_DRAW_SAMPLE, epoch, at);
	const double given = s->m->weight != NULL ?
	    (double)s->m->weight[pair] : 1;
	double x[1 + MOST], g[1 + MOST];
	uint32_t u = 0, item[1 + MOST];

	while (s->m->start[u + 1] <= pair)
		u++;
	if (s->verify && many > 0 &&
	    rs_csr_count(s->m, u) == ITEMS)
		return;
	for (size_t k = 0; k <= many; k++) {
		item[k] = k == 0 ? s->m->item[pair] :
		    negative(s, u, rs_draw_at(key, k));
		x[k] = s->mean + s->p[u][D] + s->p[USERS + item[k]][D];
		for (size_t d = 0; d < D; d++)
			x[k] += s->p[u][d] * s->p[USERS + item[k]][d];
	}
	const double w = many > 0 ? given : 1;
	s->cost += w * cost(s, x, many, given, g);
	for (size_t k = 0; k <= many; k++) {
		const size_t i = USERS + item[k];

		if (g[k] == 0)
			continue;
		s->touched[u] = s->touched[i] = true;
		for (size_t d = 0; d < WIDE; d++) {
			if (d < D || !relative(s))
				s->g[u][d] += w * g[k] / (double)n *
				    (d < D ? s->p[i][d] : 1);
			s->g[i][d] += w * g[k] / (double)n *
			    (d < D ? s->p[u][d] : 1);
		}
	}
}

static void
step(struct slow *s, double rate, size_t r, size_t d)
{
	const double g = s->g[r][d] + s->p[r][d] * get(s, d < D ?
	    "regularization" : "bias-regularization");
	const double first = 1 - s->first, second = 1 - s->second;
	double *p = &s->p[r][d], *a = &s->a[r][d], *b = &s->b[r][d];

	if (is(s->optimizer, "sgd")) {
		*p -= rate * g;
	} else if (is(s->optimizer, "momentum")) {
		*a = get(s, "momentum") * *a + g;
		*p -= rate * *a;
	} else if (is(s->optimizer, "adagrad")) {
		*a += g * g;
		*p -= rate * g / (sqrt(*a) + 1e-10);
	} else if (is(s->optimizer, "adam") || s->touched[r]) {
		*a = 0.9 * *a + 0.1 * g;
		*b = 0.999 * *b + 0.001 * g * g;
		*p -= rate * (*a / first) / (sqrt(*b / second) + 1e-8);
	}
}

static void
slow_epoch(struct slow *s, uint64_t epoch, uint64_t epochs)
{
	const uint64_t nnz = s->m->nnz, batch = (uint64_t)get(s, "batch");
	struct rs_shuffle order;
	const double rate = get(s, "learning-rate") *
	    (is(s->schedule, "linear") ?
	    1 - (double)epoch / (double)epochs :
	    is(s->schedule, "exponential") ? rs_pow(get(s, "decay"),
	    (double)epoch) : 1);

	rs_shuffle_by(&order, nnz, rs_draw(11, RS_DRAW_SHUFFLE, epoch));
	s->cost = 0;
	for (uint64_t at = 0; at < nnz; at += batch) {
		const uint64_t n = nnz - at < batch ? nnz - at : batch;

		s->first *= 0.9;
		s->second *= 0.999;
		memset(s->g, 0, sizeof(s->g));
		memset(s->touched, 0, sizeof(s->touched));
		for (uint64_t i = at; i < at + n; i++)
			sample(s, epoch, i, rs_shuffle_at(&order, i), n);
		for (size_t r = 0; r < ROWS; r++)
			for (size_t d = 0; d < WIDE; d++)
				step(s, rate, r, d);
	}
	s->cost /= (double)nnz;
}

static void
copy_part(double (*to)[WIDE], size_t from, const struct rs_tensors *t,
    const char *name)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);
	const size_t cols = x->dims == 2 ? x->shape[1] : 1;

	for (size_t r = 0; r < x->shape[0]; r++)
		for (size_t k = 0; k < cols; k++) {
			float v;

			memcpy(&v, (const char *)x->data + r * x->stride +
			    k * sizeof(v), sizeof(v));
			to[r][from + k] = (double)v;
		}
}

static void
copy(const struct rs_algorithm *a, void *learning, double p[ROWS][WIDE],
    double *mean)
{
	struct rs_tensors *t = rs_tensors_new();
	const struct rs_tensor *x;

	a->export(learning, t);
	copy_part(p, 0, t, "user_factors");
	copy_part(p + USERS, 0, t, "item_factors");
	copy_part(p, D, t, "user_bias");
	copy_part(p + USERS, D, t, "item_bias");
	x = rs_tensors_get(t, "mean");
	*mean = x != NULL ? (double)*(const float *)x->data : 0;
	rs_tensors_free(t);
}

static void
set(struct rs_values *v, const char *settings)
{
	char text[256], *save, *pair;
	struct rs_err e;

	snprintf(text, sizeof(text), "%s", settings);
	for (pair = strtok_r(text, " ", &save); pair != NULL;
	    pair = strtok_r(NULL, " ", &save))
		ok(rs_values_set(v, pair, &e) == 0, "%s: %s", pair, e.text);
}

static void
compare(const char *loss, const char *how, bool weighted)
{
	const struct rs_algorithm *a = rs_algorithm_find("mf");
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_csr m = tastes(USERS, ITEMS, 0.2, 0.05, weighted);
	struct rs_values v;
	struct rs_fit f = { .train = &m, .weighted = weighted, .pool = pool,
	    .values = &v, .factors = D, .epochs = 2, .seed = 11 };
	struct slow *s = rs_zalloc(sizeof(*s));
	static double got[ROWS][WIDE];
	struct rs_err e = { "" };
	double mean, loss_got = NAN;

	rs_values_init(&v, a);
	set(&v, loss);
	set(&v, how);
	set(&v, "init=0.3");
	a->settle(&v, &m);
	s->m = &m;
	s->first = s->second = 1;
	s->v = &v;
	name_of(s, "loss", s->loss);
	name_of(s, "optimizer", s->optimizer);
	name_of(s, "schedule", s->schedule);
	s->log = get(s, "log") > 0;
	s->verify = get(s, "verify") > 0;
	void *learning = a->begin(&f, &e);
	if (!ok(learning != NULL, "%s: %s", loss, e.text))
		return;
	copy(a, learning, s->p, &s->mean);
	for (uint64_t epoch = 0; epoch < f.epochs; epoch++) {
		double most = 0;

		slow_epoch(s, epoch, f.epochs);
		ok(a->epoch(learning, epoch, &loss_got, &e) == 0, "%s: %s",
		    loss, e.text);
		copy(a, learning, got, &mean);
		for (size_t r = 0; r < ROWS; r++)
			for (size_t d = 0; d < WIDE; d++)
				most = fmax(most, fabs(got[r][d] -
				    s->p[r][d]));
		ok(fabs(loss_got - s->cost) < 1e-4 * (1 + s->cost),
		    "%s %s: epoch %d costs %g, not %g", loss, how, (int)epoch,
		    loss_got, s->cost);
		ok(most < 2e-4, "%s %s: epoch %d is off by %g", loss, how,
		    (int)epoch, most);
	}
	a->end(learning);
	rs_pool_free(pool);
	rs_csr_free(&m);
	free(s);
}

static const char *const LOSSES[] = {
	"loss=logistic negatives=3", "loss=logistic verify=no",
	"loss=bpr", "loss=bpr log=no negatives=2", "loss=pointwise",
	"loss=hinge negatives=2", "loss=adaptive-hinge", "loss=warp draws=4",
	"loss=squared", NULL
};

/* In larger batches some gradients are 0 but for rounding, and Adagrad takes a
 * whole first step by whatever is left. */
static const char *const HOW[] = {
	"batch=16 optimizer=adam learning-rate=0.01",
	"batch=7 optimizer=adam learning-rate=0.01 regularization=0.01",
	"batch=16 optimizer=lazy-adam learning-rate=0.01 schedule=exponential",
	"batch=100000 optimizer=sgd learning-rate=0.5 schedule=linear",
	"batch=30 optimizer=sgd learning-rate=0.5 regularization=0.02",
	"batch=30 optimizer=momentum learning-rate=0.1 momentum=0.8",
	"batch=3 optimizer=adagrad learning-rate=0.05",
	"batch=1 optimizer=adagrad learning-rate=0.05 regularization=0.01", NULL
};

static void
test_epochs_are_those_of_the_reference(void)
{
	for (size_t l = 0; LOSSES[l] != NULL; l++)
		for (size_t h = 0; HOW[h] != NULL; h++)
			compare(LOSSES[l], HOW[h], (l + h) % 2 == 1 ||
			    strcmp(LOSSES[l], "loss=squared") == 0);
}

int
main(void)
{
	test_epochs_are_those_of_the_reference();
	return test_end();
}
