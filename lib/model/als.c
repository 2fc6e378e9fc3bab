/* als: alternating least squares for implicit feedback. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "kernel/als.h"
#include "model/factors.h"

extern const struct rs_algorithm rs_algorithm_als;

enum { IALS, HKV };

static const char *const OBJECTIVE[] = { "ials", "hkv", NULL };
static const char *const SOLVER[] = {
	[RS_ALS_CG] = "cg", [RS_ALS_CHOLESKY] = "cholesky", NULL
};

static const struct rs_param PARAMS[] = {
	{ "regularization", RS_PARAM_REAL, 0.005, 0, 1e12, NULL,
	  "lambda, the weight of the squared norms" },
	{ "alpha", RS_PARAM_REAL, 1, 0, 1e9, NULL,
	  "confidence of an observed pair is alpha times its weight" },
	{ "unobserved", RS_PARAM_REAL, NAN, 0, 1e9, NULL,
	  "confidence of the pairs that were not observed (auto: 20 times "
	  "the mean confidence of all pairs)" },
	{ "nu", RS_PARAM_REAL, 1, 0, 4, NULL,
	  "lambda grows with (pairs + unobserved x others)^nu; 0: flat" },
	{ "objective", RS_PARAM_CHOICE, IALS, 0, 0, OBJECTIVE,
	  "an observed pair's confidence stands on top of unobserved (ials) "
	  "or in its stead (hkv)" },
	{ "solver", RS_PARAM_CHOICE, RS_ALS_CG, 0, 0, SOLVER,
	  "conjugate gradients, or exact" },
	{ "cg-steps", RS_PARAM_COUNT, 3, 1, 1000, NULL,
	  "steps of conjugate gradients a row and half-epoch" },
	{ "init", RS_PARAM_REAL, 0.1, 0, 1e6, NULL,
	  "first factors are N(0, (init / sqrt d)^2)" },
	{ 0 }
};

static const struct rs_preset PRESETS[] = {
	{ "ials", "as Rendle and others (2022) tuned it for MovieLens", 192,
	  12, "objective=ials regularization=0.007 unobserved=0.3 nu=1 "
	  "init=0.1" },
	{ "implicit", "the defaults of the Python package implicit", 100, 15,
	  "objective=hkv regularization=0.01 alpha=1 unobserved=1 nu=0 "
	  "cg-steps=3 init=4" },
	{ 0 }
};

/* Learning. */

struct learning {
	struct rs_factors x;
	struct rs_als *als;
	struct rs_als_goal goal;
	const struct rs_csr *train;
	struct rs_csr by_item;		/* (I, U) */
	struct rs_als_side user, item;
	float *lambda[2];		/* (U), (I) */
	double confidence;		/* the sum over all cells */
};

static struct rs_als_goal
goal_of(const struct rs_values *v)
{
	return (struct rs_als_goal){
		.alpha = (float)rs_values_get(v, "alpha"),
		.unobserved = (float)rs_values_get(v, "unobserved"),
		.replace = (int)rs_values_get(v, "objective") == HKV,
	};
}

/* The confidence of all observed pairs. */
static double
observed(const struct rs_csr *m, double alpha)
{
	double sum = 0;

	for (uint64_t i = 0; i < m->nnz; i++) {
		const double w = m->weight != NULL ? (double)m->weight[i] : 1;

		sum += alpha * (w < 0 ? -w : w);
	}
	return sum;
}

/* And that of all cells, by which the loss is measured. */
static double
confidence(const struct rs_csr *m, const struct rs_als_goal *g)
{
	const double cells = (double)m->users * (double)m->items;

	return observed(m, (double)g->alpha) + (double)g->unobserved *
	    (cells - (g->replace ? (double)m->nnz : 0));
}

/*
 * What was not observed should weigh some times as much as what was, all
 * taken together.  Fixed confidences are off by tens from one data set to the
 * next: on validation parts of MovieLens 100k and 1M and of Gowalla the best
 * are near 1, 1 and 0.02, and 20 times the mean is within a tenth of the best
 * NDCG@10 on all three.
 */
static void
settle(struct rs_values *v, const struct rs_csr *m)
{
	const double cells = (double)m->users * (double)m->items;

	if (isnan(rs_values_get(v, "unobserved")))
		rs_values_put(v, "unobserved", fmin(1e9, 20 *
		    observed(m, rs_values_get(v, "alpha")) / cells));
}

static void
side_init(struct rs_als_side *s, struct learning *l, const struct rs_fit *f,
    const struct rs_csr *m, float **lambda, float *factors)
{
	*lambda = rs_alloc(rs_size(m->users + 1, sizeof(**lambda)));
	rs_als_ridge(*lambda, m->start, m->users, m->items,
	    rs_values_get(f->values, "regularization"),
	    (double)l->goal.unobserved, rs_values_get(f->values, "nu"));
	*s = (struct rs_als_side){
		.rows = m->users,
		.indptr = m->start,
		.indices = m->item,
		.weight = m->weight,
		.lambda = *lambda,
		.factors = factors,
	};
}

static void
end(void *state)
{
	struct learning *l = state;

	rs_als_free(l->als);
	rs_csr_free(&l->by_item);
	rs_factors_free(&l->x);
	free(l->lambda[0]);
	free(l->lambda[1]);
	free(l);
}

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	struct learning *l = rs_zalloc(sizeof(*l));
	const enum rs_als_solver solver =
	    (enum rs_als_solver)rs_values_get(f->values, "solver");

	l->goal = goal_of(f->values);
	l->train = f->train;
	l->confidence = confidence(f->train, &l->goal);
	rs_factors_new(&l->x, f, 0, rs_values_get(f->values, "init") /
	    sqrt((double)f->factors));
	rs_csr_transpose(f->train, &l->by_item);
	side_init(&l->user, l, f, f->train, &l->lambda[0], l->x.user);
	side_init(&l->item, l, f, &l->by_item, &l->lambda[1], l->x.item);
	l->als = rs_als_new(f->pool, f->factors, &l->goal, solver,
	    (unsigned)rs_values_get(f->values, "cg-steps"));
	if (f->warm != NULL && rs_factors_warm(&l->x, f->warm, e) < 0) {
		end(l);
		return NULL;
	}
	return l;
}

static int
half(struct learning *l, const struct rs_als_side *solve,
    const struct rs_als_side *fixed, const char *what, const char *other,
    struct rs_err *e)
{
	size_t bad;

	if (rs_als_half(l->als, solve, fixed, &bad) == 0)
		return 0;
	if (bad == solve->rows)
		return rs_fail(e, "the factors of some %s are no longer "
		    "finite (raise regularization)", other);
	return rs_fail(e, "the factors of %s %zu are no longer finite (raise "
	    "regularization, or lower alpha or its weights)", what, bad);
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	struct learning *l = state;

	(void)n;
	if (half(l, &l->user, &l->item, "user", "item", e) < 0 ||
	    half(l, &l->item, &l->user, "item", "user", e) < 0)
		return -1;
	if (loss != NULL)
		*loss = rs_als_loss(l->als, &l->user, &l->item) /
		    l->confidence;
	return 0;
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;

	rs_factors_export(&l->x, t);
}

/* What half steps keep of the rows that they solve: see rs_als_shares. */
static uint64_t
shares(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs)
{
	const uint64_t few = users < items ? users : items;
	const uint64_t many = users < items ? items : users;

	if (rs_values_get(f->values, "nu") > 0 || !rs_als_shares(many, few))
		return 0;
	return pairs * sizeof(float) + rs_factors_bytes(0, f->factors, few, 0);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	const uint64_t cell = f->weighted ? 8 : 4;	/* of by_item */

	return rs_factors_memory(0, f->factors, users, items) +
	    (users + items) * sizeof(float) + items * 8 + pairs * cell +
	    shares(f, users, items, pairs) + rs_als_scratch(f->factors,
	    (enum rs_als_solver)rs_values_get(f->values, "solver"), threads);
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	return rs_factors_bytes(0, f->factors, users, items);
}

/* Answering. */

struct answering {
	struct rs_factors_answer x;
	struct rs_als_goal goal;
	double regularization, nu;

	/* What a fold-in wants, made when the first one is asked for. */
	pthread_mutex_t lock;
	double *gram;		/* (D, D) */
	const float *rows;	/* (I, stride) */
};

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	struct answering a = { .gram = NULL };
	struct rs_values v;

	if (rs_values_read(&v, &rs_algorithm_als, rs_model_tensors(m), e) < 0 ||
	    rs_factors_open(&a.x, m, e) < 0)
		return NULL;
	a.goal = goal_of(&v);
	a.regularization = rs_values_get(&v, "regularization");
	a.nu = rs_values_get(&v, "nu");
	struct answering *s = rs_alloc(sizeof(*s));
	*s = a;
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void
close(void *state)
{
	struct answering *s = state;

	pthread_mutex_destroy(&s->lock);
	rs_factors_close(&s->x);
	free(s->gram);
	free(s);
}

static void
prepare(struct answering *s)
{
	const struct rs_topk_factors *item = &s->x.linear.item;
	const size_t d = item->d;
	double *gram = rs_aligned(rs_size(rs_size(d, d), sizeof(*gram)));
	struct rs_pool *pool = rs_pool_new(1);

	s->rows = rs_factors_items(&s->x);
	rs_als_gram(pool, s->rows, item->n, d, gram);
	rs_pool_free(pool);
	s->gram = gram;
}

static int
fold(const void *state, const uint32_t *item, const float *weight, size_t n,
    float *out, struct rs_err *e)
{
	/* The model does not change: only what was not yet computed is. */
	struct answering *s = (struct answering *)(uintptr_t)state;
	const size_t d = s->x.linear.item.d;
	const double size = (double)n + (double)s->goal.unobserved *
	    (double)s->x.linear.item.n;

	pthread_mutex_lock(&s->lock);
	if (s->gram == NULL)
		prepare(s);
	pthread_mutex_unlock(&s->lock);
	if (rs_als_fold(&s->goal, d, s->gram, s->rows, item, weight, n,
	    (float)(s->regularization * rs_pow(size, s->nu)), out) < 0)
		return rs_fail(e, "%s: these items have no solution (is "
		    "regularization 0?)", rs_model_name(s->x.m));
	memset(out + rs_stride(d), 0, RS_LANES * sizeof(*out));
	return 0;
}

const struct rs_algorithm rs_algorithm_als = {
	.name = "als",
	.summary = "matrix factorization by alternating least squares",
	.citation = "Hu, Koren, Volinsky (2008), Collaborative filtering for "
	    "implicit feedback datasets; Rendle, Krichene, Zhang, Koren "
	    "(2022), Revisiting the performance of iALS on item "
	    "recommendation benchmarks",
	.params = PARAMS,
	.presets = PRESETS,
	.wants = RS_WANTS_WEIGHT,
	.kind = RS_SCORE_DOT,
	.factors = 64,
	.epochs = 16,
	.settle = settle,
	.begin = begin,
	.epoch = epoch,
	.export = export,
	.end = end,
	.memory = memory,
	.tensors = tensors,
	.open = open,
	.close = close,
	.linear = rs_factors_linear,
	.row = rs_factors_row_of,
	.fold = fold,
};
