/* ncf: gmf, mlp and neumf answer as a slow, obvious forward pass over their
 * tensors does; a neumf begins as half of either; someone new gets what is
 * like his own; the same bits for any threads and CPU path. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/fit.h"
#include "model/pairs.h"
#include "paths.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 60, ITEMS = 90, WIDE = 256 };

/* One run: an algorithm and its settings, and the model that it made. */
struct made {
	struct rs_values v;
	struct rs_run run;
	struct rs_pool *pool;
	struct rs_tensors *t;
	struct rs_model *m;
};

/* False where it was refused. */
static bool
make(struct made *x, const struct rs_csr *train, const char *algorithm,
    uint64_t d, uint64_t epochs, int threads, const char *settings,
    const struct rs_model *gmf, const struct rs_model *mlp,
    const struct rs_model *warm, struct rs_err *e)
{
	struct rs_run_result result;
	char text[512], *rest = text;

	*x = (struct made){ .pool = rs_pool_new(threads) };
	rs_values_init(&x->v, rs_algorithm_find(algorithm));
	snprintf(text, sizeof(text), "%s", settings);
	for (char *p; (p = strtok_r(rest, " ", &rest)) != NULL; )
		if (!ok(rs_values_set(&x->v, p, e) == 0, "%s", e->text))
			return false;
	x->run = (struct rs_run){
		.algorithm = x->v.algorithm,
		.fit = { .train = train, .pool = x->pool, .values = &x->v,
			.factors = d, .epochs = epochs, .seed = 5,
			.warm = warm, .gmf = gmf, .mlp = mlp },
		.seen = true,
	};
	x->t = rs_run_go(&x->run, &result, e);
	if (x->t != NULL)
		x->m = rs_model_of(x->t, e);
	return x->m != NULL;
}

static void
done(struct made *x)
{
	rs_model_close(x->m);
	rs_tensors_free(x->t);
	rs_run_free(&x->run);
	rs_pool_free(x->pool);
}

/* The obvious forward pass. */

static double
at(const struct rs_tensors *t, const char *name, uint64_t r, uint64_t k)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);

	return (double)((const float *)((const char *)x->data +
	    r * x->stride))[k];
}

static double
vector(const struct rs_tensors *t, const char *name, uint64_t k)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);

	return (double)((const float *)x->data)[k * x->stride /
	    sizeof(float)];
}

/* An embedding of a row, and how wide it is; 0 where there is none. */
static size_t
embedding(const struct rs_tensors *t, const char *name, uint64_t r,
    double *to)
{
	const struct rs_tensor *x = rs_tensors_get(t, name);
	char bias[64];

	if (x == NULL)
		return 0;
	snprintf(bias, sizeof(bias), "%s_bias", name);
	for (size_t k = 0; k < x->shape[1]; k++) {
		to[k] = at(t, name, r, k);
		if (rs_tensors_get(t, bias) != NULL)
			to[k] = fmax(0, to[k] + vector(t, bias, k));
	}
	return x->shape[1];
}

static double
slow(const struct rs_tensors *t, uint32_t user, uint32_t item)
{
	double p[WIDE], q[WIDE], x[2 * WIDE], y[WIDE], out[2 * WIDE];
	size_t n = embedding(t, "user_gmf", user, p), last = n, in;
	double sum = vector(t, "output_bias", 0);

	embedding(t, "item_gmf", item, q);
	for (size_t k = 0; k < n; k++)
		out[k] = p[k] * q[k];
	in = embedding(t, "user_mlp", user, x);
	in += embedding(t, "item_mlp", item, x + in);
	for (int l = 1; in > 0; l++) {
		char name[64];
		const struct rs_tensor *w;

		snprintf(name, sizeof(name), "layer_%d_weight", l);
		w = rs_tensors_get(t, name);
		if (w == NULL)
			break;
		for (size_t j = 0; j < w->shape[1]; j++) {
			snprintf(name, sizeof(name), "layer_%d_bias", l);
			y[j] = vector(t, name, j);
			snprintf(name, sizeof(name), "layer_%d_weight", l);
			for (size_t i = 0; i < in; i++)
				y[j] += x[i] * at(t, name, i, j);
			y[j] = fmax(0, y[j]);
		}
		in = w->shape[1];
		memcpy(x, y, in * sizeof(*x));
	}
	for (size_t k = 0; k < in; k++)
		out[last++] = x[k];
	for (size_t k = 0; k < last; k++)
		sum += out[k] * at(t, "output_weight", k, 0);
	return sum;
}

/* Settings of some variety; mlp's and neumf's are what gmf lacks. */
static const struct set {
	const char *algorithm;
	uint64_t d;
	const char *settings;
} SETS[] = {
	{ "gmf", 8, "batch=64 learning-rate=0.02" },
	{ "gmf", 19, "embedding=dense init=glorot batch=50 last=drop" },
	{ "mlp", 16, "layers=16,8 batch=64 learning-rate=0.01" },
	{ "mlp", 5, "layers=37 dropout=0.3 init=xavier:2 batch=77" },
	{ "mlp", 8, "layers=40,3,17 embedding=dense init=glorot last=roll" },
	{ "neumf", 8, "layers=32,16,8 batch=64 learning-rate=0.01 "
	  "negatives=2" },
	{ "neumf", 16, "layers=48,32,16 batch=128 optimizer=adagrad" },
	{ "neumf", 20, "mlp-factors=3 layers=9,9,9,9 dropout=0.25,0,0.25,0 "
	  "embedding=dense init=glorot output-init=glorot verify=no "
	  "regularization=0.001 layer-regularization=0.01" },
};
enum { SOME = sizeof(SETS) / sizeof(*SETS) };

static bool
make_set(struct made *x, const struct rs_csr *train, size_t i, int threads)
{
	struct rs_err e;

	return ok(make(x, train, SETS[i].algorithm, SETS[i].d, 3, threads,
	    SETS[i].settings, NULL, NULL, NULL, &e), "%s: %s",
	    SETS[i].settings, e.text);
}

static void
test_scores_are_those_of_a_plain_forward_pass(const struct rs_csr *train)
{
	for (size_t s = 0; s < SOME; s++) {
		struct made x;
		float score[ITEMS], one, pair[ITEMS];
		uint32_t user[ITEMS], item[ITEMS];
		double worst = 0;

		if (!make_set(&x, train, s, 2))
			continue;
		for (uint32_t u = 0; u < USERS; u++) {
			rs_model_score(x.m, u, NULL, ITEMS, score);
			for (uint32_t i = 0; i < ITEMS; i++) {
				worst = fmax(worst, fabs((double)score[i] -
				    slow(x.t, u, i)));
				user[i] = (u + i) % USERS;
				item[i] = i;
			}
			rs_score_pairs(x.m, user, item, ITEMS, pair, x.pool);
			for (uint32_t i = 0; i < ITEMS; i += 7) {
				rs_model_score(x.m, user[i], &i, 1, &one);
				ok(one == pair[i], "%s: user %" PRIu32
				    " item %" PRIu32 ": %.9g %.9g",
				    SETS[s].settings, user[i], i,
				    (double)one, (double)pair[i]);
			}
		}
		ok(worst < 1e-5, "%s %s: off by %g", SETS[s].algorithm,
		    SETS[s].settings, worst);
		done(&x);
	}
}

/* All tensors of a model, and some scores. */
static uint64_t
digest(const struct made *x)
{
	uint64_t h = 0;
	float score[ITEMS];

	for (size_t i = 0; i < rs_tensors_count(x->t); i++) {
		const struct rs_tensor *t = rs_tensors_at(x->t, i);

		for (uint64_t r = 0; r < t->shape[0]; r++)
			h = h * 31 + rs_hash((const char *)t->data +
			    r * t->stride, t->row);
	}
	for (uint32_t u = 0; u < USERS; u += 9) {
		rs_model_score(x->m, u, NULL, ITEMS, score);
		h = h * 31 + rs_hash((const char *)score, sizeof(score));
	}
	return h;
}

static void
digests(uint64_t *out)
{
	struct rs_csr train = tastes(USERS, ITEMS, 0.2, 0.03, false);

	for (size_t s = 0; s < SOME; s++) {
		struct made x;

		make_set(&x, &train, s, 1);
		out[s] = digest(&x);
		done(&x);
	}
	rs_csr_free(&train);
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "%s %s", SETS[i].algorithm,
	    SETS[i].settings);
}

static void
test_threads_do_not_show(const struct rs_csr *train)
{
	for (size_t s = 0; s < SOME; s++) {
		struct made one, three;

		if (make_set(&one, train, s, 1) &&
		    make_set(&three, train, s, 3))
			ok(digest(&one) == digest(&three), "%s %s",
			    SETS[s].algorithm, SETS[s].settings);
		done(&one);
		done(&three);
	}
}

static bool
same_tensor(const struct made *a, const struct made *b, const char *name)
{
	const struct rs_tensor *x = rs_tensors_get(a->t, name);
	const struct rs_tensor *y = rs_tensors_get(b->t, name);

	if (x == NULL || y == NULL || x->row != y->row)
		return false;
	for (uint64_t r = 0; r < x->shape[0] && r < y->shape[0]; r++)
		if (memcmp((const char *)x->data + r * x->stride,
		    (const char *)y->data + r * y->stride, x->row) != 0)
			return false;
	return true;
}

static void
refused(const struct rs_csr *train, uint64_t d, const char *settings,
    const struct made *gmf, const struct made *mlp, const char *why)
{
	struct made x;
	struct rs_err e = { "" };

	ok(!make(&x, train, "neumf", d, 1, 1, settings,
	    gmf != NULL ? gmf->m : NULL, mlp != NULL ? mlp->m : NULL, NULL,
	    &e), "%s was taken", settings);
	ok(strstr(e.text, why) != NULL, "%s: %s", settings, e.text);
	done(&x);
}

static void
test_a_neumf_begins_as_half_of_either(const struct rs_csr *train)
{
	static const char *const same[] = { "user_gmf", "item_gmf",
	    "user_mlp", "item_mlp", "layer_1_weight", "layer_1_bias",
	    "layer_2_weight", "layer_2_bias" };
	struct made gmf, mlp, x;
	struct rs_err e;
	struct rs_csr other = tastes(USERS, ITEMS + 1, 0.2, 0.03, false);
	float a[ITEMS], b[ITEMS], c[ITEMS];

	ok(make(&gmf, train, "gmf", 8, 3, 1, "batch=64", NULL, NULL, NULL, &e),
	    "%s", e.text);
	ok(make(&mlp, train, "mlp", 12, 3, 1, "batch=64 layers=20,10", NULL,
	    NULL, NULL, &e), "%s", e.text);
	if (!ok(make(&x, train, "neumf", 8, 0, 1, "mlp-factors=12 layers=20,10",
	    gmf.m, mlp.m, NULL, &e), "%s", e.text))
		return;
	for (size_t i = 0; i < 6; i++)
		ok(same_tensor(&x, i < 2 ? &gmf : &mlp, same[i]), "%s",
		    same[i]);
	for (uint64_t k = 0; k < 18; k++)
		ok(at(x.t, "output_weight", k, 0) == (k < 8 ?
		    at(gmf.t, "output_weight", k, 0) :
		    at(mlp.t, "output_weight", k - 8, 0)) / 2,
		    "weight %" PRIu64, k);
	ok(vector(x.t, "output_bias", 0) == (double)(((float)
	    vector(gmf.t, "output_bias", 0) + (float)
	    vector(mlp.t, "output_bias", 0)) / 2), "the bias");
	for (uint32_t u = 0; u < USERS; u += 7) {
		rs_model_score(gmf.m, u, NULL, ITEMS, a);
		rs_model_score(mlp.m, u, NULL, ITEMS, b);
		rs_model_score(x.m, u, NULL, ITEMS, c);
		for (size_t i = 0; i < ITEMS; i++)
			ok(fabs(((double)a[i] + (double)b[i]) / 2 -
			    (double)c[i]) < 1e-5, "user %" PRIu32, u);
	}
	refused(train, 8, "mlp-factors=12 layers=20,10", &gmf, NULL,
	    "only one of them");
	refused(train, 9, "mlp-factors=12 layers=20,10", &gmf, &mlp,
	    "has embeddings of 8 numbers, and 9 are wanted (-d 8)");
	refused(train, 8, "layers=20,10", &gmf, &mlp, "has embeddings of 12 "
	    "numbers, and 20 are wanted (-p mlp-factors=12)");
	refused(train, 8, "mlp-factors=12 layers=20,10,5", &gmf, &mlp,
	    "its layers are 20,10, and 20,10,5 are wanted (-p layers=20,10)");
	refused(train, 8, "mlp-factors=12 layers=20,10", &mlp, &gmf,
	    "a model by mlp, where one by gmf is wanted");
	refused(train, 8, "mlp-factors=12 layers=20,10 embedding=dense", &gmf,
	    &mlp, "has embedding=plain, and dense is wanted");
	refused(&other, 8, "mlp-factors=12 layers=20,10", &gmf, &mlp,
	    "has 60 users and 90 items, train 60 and 91");
	done(&x);
	done(&gmf);
	done(&mlp);
	rs_csr_free(&other);
}

static void
test_lists_that_do_not_fit_are_refused(const struct rs_csr *train)
{
	refused(train, 8, "layers=none", NULL, NULL,
	    "layers=none: neumf has at least one hidden layer");
	refused(train, 8, "layers=8,4 dropout=0.1,0.1,0.1", NULL, NULL,
	    "dropout: 3 numbers, where layers has 2");
	refused(train, 8, "mlp-factors=1 layers=33", NULL, NULL,
	    "layers: layer 1 has 33 outputs for 2 inputs, more than 16");
}

/* What a user of one kind gets who was not there. */
static void
test_someone_new_gets_what_is_like_his_own(const struct rs_csr *train)
{
	static const char *const algorithm[] = { "gmf", "mlp", "neumf" };

	for (size_t a = 0; a < 3; a++) {
		struct made x;
		struct rs_err e;
		float *row, score[ITEMS], again[ITEMS];

		if (!ok(make(&x, train, algorithm[a], 8, 30, 1, a == 0 ?
		    "batch=64 learning-rate=0.01" :
		    "batch=64 learning-rate=0.01 layers=16,8", NULL, NULL,
		    NULL, &e), "%s: %s", algorithm[a], e.text))
			continue;
		row = rs_aligned(rs_model_row(x.m) * sizeof(*row));
		for (uint32_t kind = 0; kind < 2; kind++) {
			const uint32_t from = kind * ITEMS / 2;
			const uint32_t one[] = { from + 3, from + 9,
			    from + 17, from + 30, from + 22 };
			const uint32_t two[] = { from + 30, from + 22,
			    from + 3, from + 17, from + 9 };
			double own = 0, others = 0;

			ok(rs_model_fold(x.m, one, NULL, 5, row, &e) == 0,
			    "%s", e.text);
			rs_model_score_row(x.m, row, NULL, ITEMS, score);
			for (uint32_t i = 0; i < ITEMS; i++)
				*(i / (ITEMS / 2) == kind ? &own : &others) +=
				    (double)score[i];
			ok(own / (ITEMS / 2) > others / (ITEMS / 2) + 0.5,
			    "%s %" PRIu32 ": %g %g", algorithm[a], kind,
			    own / (ITEMS / 2), others / (ITEMS / 2));
			ok(rs_model_fold(x.m, two, NULL, 5, row, &e) == 0,
			    "%s", e.text);
			rs_model_score_row(x.m, row, NULL, ITEMS, again);
			ok(memcmp(score, again, sizeof(score)) == 0,
			    "%s: the order shows", algorithm[a]);
		}
		/* Nothing is said: a row all the same. */
		ok(rs_model_fold(x.m, NULL, NULL, 0, row, &e) == 0, "%s",
		    e.text);
		rs_model_score_row(x.m, row, NULL, ITEMS, score);
		for (uint32_t i = 0; i < ITEMS; i++)
			ok(score[i] - score[i] == 0, "item %" PRIu32, i);
		free(row);
		done(&x);
	}
}

static void
test_a_smaller_model_grows(const struct rs_csr *train)
{
	struct rs_csr more = tastes(USERS + 3, ITEMS + 4, 0.2, 0.03, false);
	const char *const settings = "layers=12,6 batch=64";
	struct made small, large;
	struct rs_err e;

	if (!ok(make(&small, train, "neumf", 8, 2, 1, settings, NULL, NULL,
	    NULL, &e), "%s", e.text))
		return;
	ok(make(&large, &more, "neumf", 8, 0, 1, settings, NULL, NULL, small.m,
	    &e), "%s", e.text);
	ok(same_tensor(&large, &small, "user_mlp") &&
	    same_tensor(&large, &small, "item_gmf") &&
	    same_tensor(&large, &small, "layer_2_weight") &&
	    same_tensor(&large, &small, "output_weight"), "the first rows");
	done(&large);
	ok(!make(&large, train, "neumf", 8, 1, 1, "layers=12,7 batch=64", NULL,
	    NULL, small.m, &e), "other layers");
	done(&large);
	done(&small);
	rs_csr_free(&more);
}

/* A copy of a model's tensors with one that is missing, of another shape, or
 * with a NaN at its end. */
enum harm { MISSING, SHORTER, NARROWER, NAN_IN_IT, HARMS };

static struct rs_tensors *
harmed(const struct rs_tensors *t, size_t victim, enum harm harm)
{
	struct rs_tensors *to = rs_tensors_new();

	for (size_t i = 0; i < rs_tensors_meta_count(t); i++) {
		const char *key = rs_tensors_meta_key(t, i);

		rs_tensors_meta(to, key, rs_tensors_meta_get(t, key));
	}
	for (size_t i = 0; i < rs_tensors_count(t); i++) {
		const struct rs_tensor *x = rs_tensors_at(t, i);
		const bool two = x->dims == 2;
		char *p = rs_alloc(x->shape[0] * x->row + 1);
		const float bad = (float)NAN;

		if (i == victim && harm == MISSING) {
			free(p);
			continue;
		}
		for (uint64_t r = 0; r < x->shape[0]; r++)
			memcpy(p + r * x->row, (const char *)x->data +
			    r * x->stride, x->row);
		if (i == victim && harm == NAN_IN_IT)
			memcpy(p + x->shape[0] * x->row - sizeof(bad), &bad,
			    sizeof(bad));
		rs_tensors_keep(to, p);
		rs_tensors_add(to, x->name, x->type,
		    x->shape[0] - (i == victim && harm == SHORTER),
		    two ? x->shape[1] - (i == victim && harm == NARROWER) : 0,
		    p, two ? x->shape[1] : 1);
	}
	return to;
}

static void
test_what_is_no_whole_model_is_refused(const struct rs_csr *train)
{
	for (size_t s = 0; s < SOME; s++) {
		struct made x;

		if (!make_set(&x, train, s, 1))
			continue;
		for (size_t i = 0; i < rs_tensors_count(x.t); i++) {
			const struct rs_tensor *t = rs_tensors_at(x.t, i);
			const bool own = strchr("uilo", t->name[0]) != NULL &&
			    strcmp(t->name, "item_popularity") != 0;

			for (int h = 0; h < HARMS && own; h++) {
				struct rs_tensors *bad;
				struct rs_err e = { "" };
				struct rs_model *m;

				if (h == NARROWER && t->dims < 2)
					continue;
				bad = harmed(x.t, i, (enum harm)h);
				m = rs_model_of(bad, &e);
				ok(m == NULL && strstr(e.text, t->name) !=
				    NULL, "%s, harm %d: %s", t->name, h,
				    e.text);
				rs_model_close(m);
				rs_tensors_free(bad);
			}
		}
		done(&x);
	}
}

int
main(void)
{
	paths_agree(digests, SOME, tell);

	struct rs_csr train = tastes(USERS, ITEMS, 0.2, 0.03, false);

	test_scores_are_those_of_a_plain_forward_pass(&train);
	test_threads_do_not_show(&train);
	test_a_neumf_begins_as_half_of_either(&train);
	test_lists_that_do_not_fit_are_refused(&train);
	test_someone_new_gets_what_is_like_his_own(&train);
	test_a_smaller_model_grows(&train);
	test_what_is_no_whole_model_is_refused(&train);
	rs_csr_free(&train);
	return test_end();
}
