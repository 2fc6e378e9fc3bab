/* lmf: against a slow, obvious reference in double; the same bits everywhere. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/pool.h"
#include "kernel/logit.h"
#include "model/factors.h"
#include "paths.h"
#include "test.h"

extern const struct rs_algorithm rs_algorithm_lmf;

/* A problem small enough to be summed cell by cell. */
struct problem {
	struct rs_csr train;
	struct rs_values values;
	struct rs_fit fit;
};

/* The weight of cell (u, i), 0 where none: full rows, sparse ones and none. */
static float
cell(uint64_t u, uint64_t i, bool plain)
{
	const uint64_t draw = rs_draw2(11, RS_DRAW_SYNTH, u, i);
	const double share = u % 7 == 3 || i % 11 == 5 ? 0 :
	    u % 13 == 0 ? 0.9 : 0.15;

	if (rs_unit(draw) >= share)
		return 0;
	return plain ? 1 : (float)(draw % 5 + 1) * 0.5F;
}

static struct problem
make(struct rs_pool *pool, uint64_t users, uint64_t items, uint64_t d,
    bool plain, const char *const *set)
{
	struct problem p = { .train = { .users = users, .items = items } };
	struct rs_csr *m = &p.train;
	struct rs_err e;

	m->start = rs_alloc((users + 1) * sizeof(*m->start));
	m->item = rs_alloc((users * items + 1) * sizeof(*m->item));
	m->weight = plain ? NULL : rs_alloc((users * items + 1) *
	    sizeof(*m->weight));
	for (uint64_t u = 0; u < users; u++) {
		m->start[u] = m->nnz;
		for (uint64_t i = 0; i < items; i++) {
			const float w = cell(u, i, plain);

			if (w == 0)
				continue;
			if (m->weight != NULL)
				m->weight[m->nnz] = w;
			m->item[m->nnz++] = (uint32_t)i;
		}
	}
	m->start[users] = m->nnz;
	rs_values_init(&p.values, &rs_algorithm_lmf);
	for (; set != NULL && *set != NULL; set++)
		ok(rs_values_set(&p.values, *set, &e) == 0, "%s", e.text);
	p.fit = (struct rs_fit){ .weighted = !plain, .pool = pool,
	    .factors = d, .epochs = 1, .seed = 5 };
	return p;
}

/* The record wants its data where they stay. */
static void *
begin(struct problem *p)
{
	struct rs_err e = { "" };
	void *state;

	p->fit.train = &p->train;
	p->fit.values = &p->values;
	rs_algorithm_lmf.settle(&p->values, &p->train);
	state = rs_algorithm_lmf.begin(&p->fit, &e);
	ok(state != NULL, "%s", e.text);
	return state;
}

static void
unmake(struct problem *p)
{
	rs_csr_free(&p->train);
}

/* All that a state keeps, as doubles. */
struct rows {
	uint64_t n[2], d;
	double *x[2], *b[2], *sum[2], *bsum[2];
};

static double *
numbers(const struct rs_tensors *t, const char *name)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);
	const uint64_t cols = x->dims == 2 ? x->shape[1] : 1;
	double *out = rs_zalloc((x->count + 1) * sizeof(*out));

	for (uint64_t r = 0; r < x->shape[0]; r++)
		for (uint64_t k = 0; k < cols; k++)
			out[r * cols + k] = (double)((const float *)(const void
			    *)((const char *)x->data + r * x->stride))[k];
	return out;
}

static struct rows
look(const struct problem *p, void *state)
{
	struct rs_tensors *t = rs_tensors_new();
	struct rows r = { { p->train.users, p->train.items }, p->fit.factors,
	    { 0 }, { 0 }, { 0 }, { 0 } };

	rs_algorithm_lmf.export(state, t);
	rs_algorithm_lmf.keep(state, t);
	r.x[0] = numbers(t, "user_factors");
	r.x[1] = numbers(t, "item_factors");
	r.b[0] = numbers(t, "user_bias");
	r.b[1] = numbers(t, "item_bias");
	r.sum[0] = numbers(t, "user_adagrad");
	r.sum[1] = numbers(t, "item_adagrad");
	r.bsum[0] = numbers(t, "user_bias_adagrad");
	r.bsum[1] = numbers(t, "item_bias_adagrad");
	rs_tensors_free(t);
	return r;
}

static void
forget(struct rows *r)
{
	for (int s = 0; s < 2; s++) {
		free(r->x[s]);
		free(r->b[s]);
		free(r->sum[s]);
		free(r->bsum[s]);
	}
}

static double
score(const struct rows *r, uint64_t u, uint64_t i)
{
	double s = r->b[0][u] + r->b[1][i];

	for (uint64_t k = 0; k < r->d; k++)
		s += r->x[0][u * r->d + k] * r->x[1][i * r->d + k];
	return s;
}

/* Equation 4 of the paper, less the penalty of the biases. */
static double
objective(const struct problem *p, const struct rows *r, bool plain)
{
	const double alpha = rs_values_get(&p->values, "alpha");
	const double lambda = rs_values_get(&p->values, "regularization");
	const double biases = rs_values_get(&p->values,
	    "bias-regularization");
	double sum = 0;

	for (uint64_t u = 0; u < r->n[0]; u++)
		for (uint64_t i = 0; i < r->n[1]; i++) {
			const double c = alpha * (double)cell(u, i, plain);
			const double s = score(r, u, i);

			sum += c * s - (1 + c) * log1p(exp(s));
		}
	for (int s = 0; s < 2; s++) {
		for (uint64_t k = 0; k < r->n[s] * r->d; k++)
			sum -= lambda / 2 * r->x[s][k] * r->x[s][k];
		for (uint64_t k = 0; k < r->n[s]; k++)
			sum -= biases / 2 * r->b[s][k] * r->b[s][k];
	}
	return sum;
}

/* The slope of the objective in *x, by differences. */
static double
difference(const struct problem *p, const struct rows *r, bool plain,
    double *x)
{
	const double at = *x, h = 1e-4;
	double up, down;

	*x = at + h;
	up = objective(p, r, plain);
	*x = at - h;
	down = objective(p, r, plain);
	*x = at;
	return (up - down) / (2 * h);
}

static void
step(double *x, double *sum, double g, double rate)
{
	*sum += g * g;
	*x += rate * g / sqrt(*sum + 1e-6);
}

/* One half-epoch by the books: all slopes of a side, then all steps. */
static void
slow_half(const struct problem *p, struct rows *r, int side, bool plain)
{
	const double rate = rs_values_get(&p->values,
	    "learning-rate");
	const uint64_t n = r->n[side], d = r->d;
	double *g = rs_alloc((n * d + n) * sizeof(*g));

	for (uint64_t k = 0; k < n * d; k++)
		g[k] = difference(p, r, plain, &r->x[side][k]);
	for (uint64_t k = 0; k < n; k++)
		g[n * d + k] = difference(p, r, plain, &r->b[side][k]);
	for (uint64_t k = 0; k < n * d; k++)
		step(&r->x[side][k], &r->sum[side][k], g[k], rate);
	for (uint64_t k = 0; k < n; k++)
		step(&r->b[side][k], &r->bsum[side][k], g[n * d + k], rate);
	free(g);
}

static double
apart(const double *a, const double *b, uint64_t n)
{
	double most = 0;

	for (uint64_t k = 0; k < n; k++)
		most = fmax(most, fabs(a[k] - b[k]));
	return most;
}

/* The slopes come from differences of the slow objective, so this also is the
 * test of the gradient. */
static void
test_an_epoch_is_that_of_the_books(struct rs_pool *pool)
{
	static const char *const set[] = { "sum=exact", "alpha=2",
	    "regularization=0.3", "bias-regularization=0.1", "init=0.5",
	    "learning-rate=0.2", NULL };
	static const uint64_t ds[] = { 1, 3, 17 };

	for (int plain = 0; plain < 2; plain++)
		for (int k = 0; k < 3; k++) {
			struct problem p = make(pool, 37, 23, ds[k], plain,
			    set);
			void *state = begin(&p);
			struct rows want = look(&p, state), got;
			struct rs_err e;

			for (int n = 0; n < 2; n++) {
				slow_half(&p, &want, 0, plain);
				slow_half(&p, &want, 1, plain);
				ok(rs_algorithm_lmf.epoch(state, (uint64_t)n,
				    NULL, &e) == 0, "%s", e.text);
			}
			got = look(&p, state);
			for (int s = 0; s < 2; s++) {
				ok(apart(want.x[s], got.x[s], want.n[s] *
				    want.d) < 2e-4, "side %d: %g", s,
				    apart(want.x[s], got.x[s], want.n[s] *
				    want.d));
				ok(apart(want.b[s], got.b[s], want.n[s]) <
				    2e-4, "bias %d", s);
			}
			forget(&want);
			forget(&got);
			rs_algorithm_lmf.end(state);
			unmake(&p);
		}
}

static double
total(const struct problem *p, bool plain)
{
	double sum = 0;

	for (uint64_t u = 0; u < p->train.users; u++)
		for (uint64_t i = 0; i < p->train.items; i++)
			sum += 1 + rs_values_get(&p->values, "alpha") *
			    (double)cell(u, i, plain);
	return sum;
}

static void
test_the_exact_loss_is_that_of_the_books(struct rs_pool *pool)
{
	static const char *const set[] = { "sum=exact", "alpha=3",
	    "regularization=0.7", "bias-regularization=0.2", NULL };
	struct problem p = make(pool, 150, 90, 20, false, set);
	void *state = begin(&p);
	struct rs_err e;

	for (uint64_t n = 0; n < 6; n++) {
		struct rows r = look(&p, state);
		const double want = -objective(&p, &r, false) /
		    total(&p, false);
		double loss = NAN;

		rs_algorithm_lmf.epoch(state, n, &loss, &e);
		ok(fabs(loss - want) < 1e-5 * want, "epoch %d: %.9g, not "
		    "%.9g", (int)n, loss, want);
		forget(&r);
	}
	rs_algorithm_lmf.end(state);
	unmake(&p);
}

/* Over many draws of one epoch the sampled loss has the exact one as its
 * mean: the same sum in expectation. */
static void
test_the_sample_stands_for_all(struct rs_pool *pool)
{
	static const char *const set[] = { "sum=sampled", "negatives=1",
	    "init=0.5", NULL };
	struct problem p = make(pool, 150, 90, 8, false, set);
	const int times = 200;
	double sum = 0, squares = 0, want = 0;
	struct rs_err e;

	for (int t = 0; t < times; t++) {
		void *state = begin(&p);
		double loss;

		if (t == 0) {
			struct rows r = look(&p, state);

			want = -objective(&p, &r, false) / total(&p, false);
			forget(&r);
		}
		rs_algorithm_lmf.epoch(state, (uint64_t)t, &loss, &e);
		sum += loss;
		squares += loss * loss;
		rs_algorithm_lmf.end(state);
	}
	const double mean = sum / times;
	const double error = sqrt((squares / times - mean * mean) / times);

	ok(error > 0 && fabs(mean - want) < 4 * error,
	    "mean %.9g +- %.2g, exact %.9g", mean, error, want);
	unmake(&p);
}

/* With so many negatives that all are taken, the laws are one. */
static void
test_many_negatives_are_all(struct rs_pool *pool)
{
	static const char *const sets[][3] = {
		{ "sum=exact", NULL }, { "sum=sampled", "negatives=1000", NULL },
		{ "sum=plain", "negatives=1000", NULL },
	};
	uint64_t hash[3];

	for (int k = 0; k < 3; k++) {
		struct problem p = make(pool, 100, 80, 5, true, sets[k]);
		void *state = begin(&p);
		struct rs_err e;

		rs_algorithm_lmf.epoch(state, 0, NULL, &e);
		struct rows r = look(&p, state);
		hash[k] = XXH3_64bits(r.x[1], r.n[1] * r.d * sizeof(double));
		forget(&r);
		rs_algorithm_lmf.end(state);
		unmake(&p);
	}
	ok(hash[0] == hash[1] && hash[0] == hash[2], "one law");
}

static void
test_learning_lowers_the_loss(struct rs_pool *pool)
{
	static const char *const sets[][4] = {
		{ "sum=exact", "learning-rate=0.1", "init=0.1", NULL },
		{ "sum=sampled", "learning-rate=0.1", "init=0.1", NULL },
		{ "sum=plain", "learning-rate=0.1", "init=0.1", NULL },
	};

	for (int k = 0; k < 3; k++) {
		struct problem p = make(pool, 120, 100, 8, false, sets[k]);
		void *state = begin(&p);
		double first = 0, loss = 0;
		struct rs_err e;

		for (uint64_t n = 0; n < 40; n++) {
			rs_algorithm_lmf.epoch(state, n, &loss, &e);
			if (n == 0)
				first = loss;
		}
		ok(loss < 0.97 * first, "%s: %g after %g", sets[k][0], loss,
		    first);
		rs_algorithm_lmf.end(state);
		unmake(&p);
	}
}

static void
test_what_cannot_be_learned_is_named(struct rs_pool *pool)
{
	struct problem p = make(pool, 20, 20, 4, false, NULL);
	struct rs_err e = { "" };
	void *state;

	p.fit.train = &p.train;
	p.fit.values = &p.values;
	p.train.weight[p.train.start[2] + 1] = 0;
	ok(rs_algorithm_lmf.begin(&p.fit, &e) == NULL &&
	    strstr(e.text, "user 2 and item ") != NULL, "%s", e.text);
	p.train.weight[p.train.start[2] + 1] = 3e38F;
	ok(rs_values_set(&p.values, "alpha=1e9", &e) == 0, "%s", e.text);
	state = begin(&p);
	ok(rs_algorithm_lmf.epoch(state, 0, NULL, &e) == -1 &&
	    strstr(e.text, "user 2 ") != NULL, "%s", e.text);
	rs_algorithm_lmf.end(state);
	unmake(&p);
}

/* A digest of factors and loss after three epochs. */
static uint64_t
digest(int threads, const char *law, uint64_t d)
{
	const char *const set[] = { law, "negatives=3", NULL };
	struct rs_pool *pool = rs_pool_new(threads);
	struct problem p = make(pool, 333, 150, d, d % 2 == 0, set);
	void *state = begin(&p);
	uint64_t sum = 0;
	struct rs_err e;

	for (uint64_t n = 0; n < 3; n++) {
		double loss;

		rs_algorithm_lmf.epoch(state, n, &loss, &e);
		sum = XXH3_64bits_withSeed(&loss, sizeof(loss), sum);
	}
	struct rows r = look(&p, state);
	for (int s = 0; s < 2; s++) {
		sum = XXH3_64bits_withSeed(r.x[s], r.n[s] * r.d *
		    sizeof(double), sum);
		sum = XXH3_64bits_withSeed(r.bsum[s], r.n[s] *
		    sizeof(double), sum);
	}
	forget(&r);
	rs_algorithm_lmf.end(state);
	unmake(&p);
	rs_pool_free(pool);
	return sum;
}

static const struct {
	const char *law;
	uint64_t d;
} digests[] = {
	{ "sum=exact", 7 }, { "sum=sampled", 30 }, { "sum=plain", 48 },
};
enum { DIGESTS = sizeof(digests) / sizeof(*digests) };

static void
test_threads_do_not_show(void)
{
	static const int threads[] = { 2, 3, 7, 16 };

	for (int i = 0; i < DIGESTS; i++) {
		const uint64_t one = digest(1, digests[i].law, digests[i].d);

		for (int t = 0; t < 4; t++)
			ok(digest(threads[t], digests[i].law, digests[i].d) ==
			    one, "%d threads, %s", threads[t],
			    digests[i].law);
	}
}

static void
two_threads(uint64_t *out)
{
	for (int i = 0; i < DIGESTS; i++)
		out[i] = digest(2, digests[i].law, digests[i].d);
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "%s", digests[i].law);
}

int
main(void)
{
	struct rs_pool *pool;

	paths_agree(two_threads, DIGESTS, tell);
	pool = rs_pool_new(2);
	test_an_epoch_is_that_of_the_books(pool);
	test_the_exact_loss_is_that_of_the_books(pool);
	test_the_sample_stands_for_all(pool);
	test_many_negatives_are_all(pool);
	test_learning_lowers_the_loss(pool);
	test_what_cannot_be_learned_is_named(pool);
	rs_pool_free(pool);
	test_threads_do_not_show();
	return test_end();
}
