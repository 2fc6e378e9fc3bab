/* mfblock: whole epochs and answers against a slow, obvious reference in
 * double precision; the same bits for any threads and CPU path; a model file
 * that lacks something is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/algorithm.h"
#include "model/fit.h"
#include "paths.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 40, ITEMS = 30, D = 5, SEED = 7 };

static void
set(struct rs_values *v, const char *settings)
{
	char text[256], *save, *pair;
	struct rs_err e;

	rs_values_init(v, rs_algorithm_find("mfblock"));
	snprintf(text, sizeof(text), "%s", settings);
	for (pair = strtok_r(text, " ", &save); pair != NULL;
	    pair = strtok_r(NULL, " ", &save))
		ok(rs_values_set(v, pair, &e) == 0, "%s: %s", pair, e.text);
}

/* One side: rows, weights and biases, each with what it moved by last and
 * where it leads. */
struct number {
	double x, moved, slope;
};

struct tower {
	size_t rows;
	struct number e[USERS * D], w[D * D], b[D];
};

static void
take(struct number *to, size_t n, const struct rs_tensors *t,
    const char *side, const char *name)
{
	char whole[32];

	snprintf(whole, sizeof(whole), "%s_%s", side, name);
	const struct rs_tensor *x = rs_tensors_get(t, whole);
	if (!ok(x != NULL && x->count == n, "%s", whole))
		exit(1);
	const size_t cols = x->dims == 2 ? x->shape[1] : 1;
	for (size_t i = 0; i < n; i++) {
		float v;

		memcpy(&v, (const char *)x->data + i / cols * x->stride +
		    i % cols * sizeof(v), sizeof(v));
		to[i].x = (double)v;
	}
}

static void
take_tower(struct tower *tower, size_t rows, const struct rs_tensors *t,
    const char *side)
{
	tower->rows = rows;
	take(tower->e, rows * D, t, side, "factors");
	take(tower->w, D * D, t, side, "weight");
	take(tower->b, D, t, side, "bias");
}

static void
up(const struct tower *t, size_t row, double y[D])
{
	for (size_t k = 0; k < D; k++) {
		y[k] = t->b[k].x;
		for (size_t j = 0; j < D; j++)
			y[k] += t->e[row * D + j].x * t->w[j * D + k].x;
		y[k] = fmax(y[k], 0);
	}
}

/* g: the derivative by what the tower gives. */
static void
down(struct tower *t, size_t row, const double y[D], const double g[D])
{
	for (size_t k = 0; k < D; k++) {
		if (y[k] <= 0)
			continue;
		t->b[k].slope += g[k];
		for (size_t j = 0; j < D; j++) {
			t->w[j * D + k].slope += g[k] * t->e[row * D + j].x;
			t->e[row * D + j].slope += g[k] * t->w[j * D + k].x;
		}
	}
}

static double
score(const struct tower *user, const struct tower *item, size_t u, size_t i)
{
	double a[D], b[D], sum = 0;

	up(user, u, a);
	up(item, i, b);
	for (size_t k = 0; k < D; k++)
		sum += a[k] * b[k];
	return sum;
}

static void
move(struct number *x, size_t n, double rate, double momentum, double l2)
{
	for (size_t i = 0; i < n; i++) {
		x[i].moved = momentum * x[i].moved + x[i].slope + l2 * x[i].x;
		x[i].x -= rate * x[i].moved;
		x[i].slope = 0;
	}
}

static double
slow_epoch(struct tower *user, struct tower *item, const struct rs_csr *m,
    const struct rs_values *v)
{
	const double rate = rs_values_get(v, "learning-rate");
	const double keep = rs_values_get(v, "momentum");
	double loss = 0;

	for (size_t u = 0; u < m->users; u++)
		for (size_t at = m->start[u]; at < m->start[u + 1]; at++) {
			const size_t i = m->item[at];
			const double off = score(user, item, u, i) -
			    (double)m->weight[at];
			const double slope = off / (double)m->nnz;
			double a[D], b[D], ga[D], gb[D];

			up(user, u, a);
			up(item, i, b);
			for (size_t k = 0; k < D; k++) {
				ga[k] = slope * b[k];
				gb[k] = slope * a[k];
			}
			down(user, u, a, ga);
			down(item, i, b, gb);
			loss += off * off / 2;
		}
	for (int s = 0; s < 2; s++) {
		struct tower *t = s == 0 ? user : item;

		move(t->e, t->rows * D, rate, keep,
		    rs_values_get(v, "regularization"));
		move(t->w, D * D, rate, keep,
		    rs_values_get(v, "layer-regularization"));
		move(t->b, D, rate, keep, 0);
	}
	return loss / (double)m->nnz;
}

static double
apart(const struct tower *a, const struct tower *b)
{
	double most = 0;

	for (size_t i = 0; i < a->rows * D; i++)
		most = fmax(most, fabs(a->e[i].x - b->e[i].x));
	for (size_t i = 0; i < D * D; i++)
		most = fmax(most, fabs(a->w[i].x - b->w[i].x));
	for (size_t i = 0; i < D; i++)
		most = fmax(most, fabs(a->b[i].x - b->b[i].x));
	return most;
}

/* All pairs in one batch, so that their order is nothing; no dropout. */
static void
test_epochs_are_those_of_the_reference(const char *settings)
{
	static struct tower want[2], got[2];
	const struct rs_algorithm *a = rs_algorithm_find("mfblock");
	struct rs_csr m = tastes(USERS, ITEMS, 0.3, 0.1, true);
	struct rs_values v;
	struct rs_fit f = { .train = &m, .weighted = true,
		.pool = rs_pool_new(2), .values = &v, .factors = D,
		.epochs = 4, .seed = SEED };
	struct rs_err e = { "" };

	set(&v, settings);
	a->settle(&v, &m);
	void *learning = a->begin(&f, &e);
	if (!ok(learning != NULL, "%s", e.text))
		return;
	for (uint64_t epoch = 0; epoch <= f.epochs; epoch++) {
		struct rs_tensors *t = rs_tensors_new();
		double cost = 0, loss = NAN;

		a->export(learning, t);
		if (epoch == 0)
			memset(want, 0, sizeof(want));
		for (int s = 0; s < 2; s++)
			take_tower(epoch == 0 ? &want[s] : &got[s], s == 0 ?
			    USERS : ITEMS, t, s == 0 ? "user" : "item");
		rs_tensors_free(t);
		for (int s = 0; epoch > 0 && s < 2; s++)
			ok(apart(&got[s], &want[s]) < 1e-5, "%s: epoch %d, "
			    "side %d: off by %g", settings, (int)epoch, s,
			    apart(&got[s], &want[s]));
		cost = slow_epoch(&want[0], &want[1], &m, &v);
		ok(a->epoch(learning, epoch, &loss, &e) == 0, "%s", e.text);
		ok(fabs(loss - cost) < 1e-5 * (1 + cost), "%s: epoch %d costs "
		    "%g, not %g", settings, (int)epoch, loss, cost);
	}
	a->end(learning);
	rs_pool_free(f.pool);
	rs_csr_free(&m);
}

/* On so little data the published first draws and rate go wild. */
#define TAME " init=xavier:6 layer-init=xavier:3 learning-rate=0.005"

/* A whole run: its tensors, with all that a model has. */
static struct rs_tensors *
run(const char *settings, int threads, struct rs_run *r, struct rs_values *v,
    const struct rs_csr *m)
{
	struct rs_run_result result;
	struct rs_err e = { "" };

	set(v, settings);
	*r = (struct rs_run){ .algorithm = v->algorithm, .fit = { .train = m,
		.weighted = true, .pool = rs_pool_new(threads), .values = v,
		.factors = D, .epochs = 3, .seed = SEED } };
	struct rs_tensors *t = rs_run_go(r, &result, &e);
	if (!ok(t != NULL, "%s", e.text))
		exit(1);
	return t;
}

static void
done(struct rs_run *r, struct rs_tensors *t)
{
	struct rs_pool *pool = r->fit.pool;

	rs_tensors_free(t);
	rs_run_free(r);
	rs_pool_free(pool);
}

static void
test_answers_are_those_of_the_towers(void)
{
	static struct tower user, item;
	struct rs_csr m = tastes(USERS, ITEMS, 0.3, 0.1, true);
	struct rs_values v;
	struct rs_run r;
	struct rs_err e;
	struct rs_tensors *t = run("batch=64" TAME, 1, &r, &v, &m);
	struct rs_model *model = rs_model_of(t, &e);
	struct rs_linear linear;
	float got[ITEMS];

	if (!ok(model != NULL, "%s", e.text))
		return;
	take_tower(&user, USERS, t, "user");
	take_tower(&item, ITEMS, t, "item");
	ok(rs_model_kind(model) == RS_SCORE_RATING, "stars");
	ok(rs_model_linear(model, &linear), "top-k is fused");
	ok(rs_model_row(model) == 0, "nobody new");
	for (uint32_t u = 0; u < USERS; u++) {
		rs_model_score(model, u, NULL, ITEMS, got);
		for (uint32_t i = 0; i < ITEMS; i++) {
			const double want = score(&user, &item, u, i);

			ok(fabs((double)got[i] - want) < 1e-4 * (1 + want),
			    "user %u, item %u: %g, not %g", u, i,
			    (double)got[i], want);
		}
	}
	rs_model_close(model);
	done(&r, t);
	rs_csr_free(&m);
}

static const char *const SETTINGS[] = {
	"batch=17 last=roll" TAME,
	"batch=1 last=keep dropout=0.2" TAME,
	"batch=50 last=drop optimizer=adam regularization=0.01" TAME,
	"batch=100000 optimizer=adagrad layer-regularization=0.1" TAME,
	"batch=64 optimizer=sgd schedule=linear init=normal layer-init=glorot",
	NULL
};

static uint64_t
digest(const char *settings, int threads)
{
	static struct tower user, item;
	struct rs_csr m = tastes(USERS, ITEMS, 0.3, 0.1, true);
	struct rs_values v;
	struct rs_run r;
	struct rs_tensors *t = run(settings, threads, &r, &v, &m);
	uint64_t hash[2];

	take_tower(&user, USERS, t, "user");
	take_tower(&item, ITEMS, t, "item");
	hash[0] = XXH3_64bits(&user, sizeof(user));
	hash[1] = XXH3_64bits(&item, sizeof(item));
	done(&r, t);
	rs_csr_free(&m);
	return XXH3_64bits(hash, sizeof(hash));
}

enum { DIGESTS = sizeof(SETTINGS) / sizeof(*SETTINGS) - 1 };

static void
digests(uint64_t *out)
{
	for (size_t i = 0; i < DIGESTS; i++)
		out[i] = digest(SETTINGS[i], 2);
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "%s", SETTINGS[i]);
}

static void
test_threads_do_not_show(void)
{
	for (size_t i = 0; i < DIGESTS; i++) {
		const uint64_t one = digest(SETTINGS[i], 1);

		for (int j = 2; j < 12; j += 3)
			ok(digest(SETTINGS[i], j) == one, "%s: %d threads",
			    SETTINGS[i], j);
		for (size_t k = 0; k < i; k++)
			ok(digest(SETTINGS[k], 1) != one, "%s is %s",
			    SETTINGS[k], SETTINGS[i]);
	}
}

/* All but one tensor, which is another or missing. */
static struct rs_tensors *
hurt(const struct rs_tensors *t, const char *name, uint64_t rows,
    uint64_t cols)
{
	static const float zeros[64];
	struct rs_tensors *out = rs_tensors_new();

	for (size_t i = 0; i < rs_tensors_meta_count(t); i++) {
		const char *key = rs_tensors_meta_key(t, i);

		rs_tensors_meta(out, key, rs_tensors_meta_get(t, key));
	}
	for (size_t i = 0; i < rs_tensors_count(t); i++) {
		const struct rs_tensor *x = rs_tensors_at(t, i);

		if (strcmp(x->name, name) != 0)
			rs_tensors_add(out, x->name, x->type, x->shape[0],
			    x->dims == 2 ? x->shape[1] : 0, x->data,
			    x->dims == 2 ? x->stride / rs_tensor_size(x->type)
			    : 1);
	}
	if (rows > 0)
		rs_tensors_add(out, name, RS_TENSOR_F32, rows, cols, zeros,
		    0);
	return out;
}

static void
test_what_does_not_fit_is_refused(void)
{
	static const char *const names[] = { "user_factors", "user_weight",
		"user_bias", "item_factors", "item_weight", "item_bias" };
	static const struct {
		uint64_t rows, cols;
	} shapes[] = { { 0, 0 }, { D, D + 1 }, { D + 1, D }, { USERS, 0 },
		{ USERS, 1 << 17 }, { USERS, 64 } };
	struct rs_csr m = tastes(USERS, ITEMS, 0.3, 0.1, true);
	struct rs_values v;
	struct rs_run r;
	struct rs_tensors *t = run("batch=64" TAME, 1, &r, &v, &m);

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		for (size_t k = 0; k < sizeof(shapes) / sizeof(*shapes); k++) {
			struct rs_tensors *bad = hurt(t, names[i],
			    shapes[k].rows, shapes[k].cols);
			struct rs_err e = { "" };

			ok(rs_model_of(bad, &e) == NULL &&
			    strlen(e.text) > 0, "%s is of another shape",
			    names[i]);
			rs_tensors_free(bad);
		}
	done(&r, t);
	rs_csr_free(&m);
}

int
main(void)
{
	paths_agree(digests, DIGESTS, tell);
	test_epochs_are_those_of_the_reference("dropout=0 batch=100000 "
	    "init=xavier:9 layer-init=xavier:9");
	test_epochs_are_those_of_the_reference("dropout=0 batch=100000 "
	    "learning-rate=0.05 momentum=0.5 regularization=0.2 "
	    "layer-regularization=0.1 init=xavier:6 layer-init=glorot");
	test_answers_are_those_of_the_towers();
	test_threads_do_not_show();
	test_what_does_not_fit_is_refused();
	return test_end();
}
