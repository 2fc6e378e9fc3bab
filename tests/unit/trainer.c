/* trainer: whole epochs against a slow, obvious reference in double precision;
 * the same bits for any threads, any CPU path, and however often one stops. */
#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/real.h"
#include "data/shuffle.h"
#include "model/trainer.h"
#include "paths.h"
#include "tastes.h"
#include "test.h"

enum { USERS = 50, ITEMS = 70, SEED = 11,
	D = 12, E = 5, H = 6,		/* gmf's factors, mlp's, its layer */
	WIDE_E = 128, WIDE_H = 260,	/* so that pieces are long */
	UG = 0, IG = UG + USERS * D, UM = IG + ITEMS * D,
	IM = UM + USERS * E, W1 = IM + ITEMS * E, B1 = W1 + 2 * E * H,
	W2 = B1 + H, B2 = W2 + D + H, ALL = B2 + 1 };

/* What is learned, and how. */
struct how {
	const char *values;		/* of a record with a schedule */
	struct rs_trainer_opts o;
	enum { BARE, DEEP, WIDE } net;	/* a product; both halves */
	bool labelled;
	double dropout;
};

static bool
has(const struct rs_csr *m, uint32_t u, uint32_t i)
{
	for (uint64_t k = m->start[u]; k < m->start[u + 1]; k++)
		if (m->item[k] == i)
			return true;
	return false;
}

/* Rows that lie as they come, some of them twice, with doubtful labels. */
static struct rs_labelled
make_labelled(size_t n)
{
	struct rs_labelled l = { .n = n };

	l.user = rs_alloc(n * sizeof(*l.user));
	l.item = rs_alloc(n * sizeof(*l.item));
	l.label = rs_alloc(n * sizeof(*l.label));
	for (size_t i = 0; i < n; i++) {
		const uint64_t draw = rs_draw(3, RS_DRAW_SYNTH, i);

		l.user[i] = (uint32_t)rs_below(USERS, draw);
		l.item[i] = (uint32_t)rs_below(ITEMS, rs_draw_at(draw, 1));
		l.label[i] = (float)rs_below(9, rs_draw_at(draw, 2)) / 8;
	}
	return l;
}

static struct rs_net *
make_net(const struct how *how)
{
	struct rs_net *net = rs_net_new(USERS, ITEMS);
	rs_layer x = rs_net_product(net, rs_net_embedding(net, RS_USER, "ug",
	    D), rs_net_embedding(net, RS_ITEM, "ig", D));

	if (how->net != BARE) {
		const size_t e = how->net == WIDE ? WIDE_E : E;
		rs_layer y = rs_net_concat(net, rs_net_embedding(net, RS_USER,
		    "um", e), rs_net_embedding(net, RS_ITEM, "im", e));

		y = rs_net_relu(net, rs_net_dense(net, y, "one",
		    how->net == WIDE ? WIDE_H : H));
		if (how->dropout > 0)
			y = rs_net_dropout(net, y, how->dropout);
		x = rs_net_dense(net, rs_net_concat(net, x, y), "two", 1);
	} else {
		x = rs_net_sum(net, x);
	}
	rs_net_end(net, x);
	rs_net_alloc(net);
	return net;
}

static void
draw_net(struct rs_net *net, struct rs_pool *pool)
{
	for (size_t i = 0; i < net->params; i++)
		rs_net_draw(net, pool, &net->param[i], RS_NET_NORMAL,
		    net->param[i].kind == RS_NET_ROWS ? 0.3 : 0.5, SEED);
}

/* Something that learns. */
struct learner {
	struct rs_csr m;
	struct rs_labelled l;
	struct rs_values v;
	struct rs_pool *pool;
	struct rs_fit f;
	struct rs_net *net;
	struct rs_trainer *t;
};

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

static struct learner *
learner_new(const struct how *how, int threads, const struct rs_model *warm,
    uint64_t resumed)
{
	struct learner *x = rs_zalloc(sizeof(*x));
	struct rs_err e = { "" };

	x->m = tastes(USERS, ITEMS, 0.2, 0.05,
	    how->o.loss == RS_TRAINER_SQUARED);
	x->l = make_labelled(333);
	rs_values_init(&x->v, rs_algorithm_find("mf"));
	set(&x->v, how->values);
	x->pool = rs_pool_new(threads);
	x->f = (struct rs_fit){ .train = &x->m, .pool = x->pool,
		.labelled = how->labelled ? &x->l : NULL, .values = &x->v,
		.epochs = 4, .seed = SEED, .warm = warm,
		.resumed = resumed };
	x->net = make_net(how);
	if (warm == NULL)
		draw_net(x->net, x->pool);
	else
		ok(rs_net_load(x->net, rs_model_tensors(warm), false, &e) == 0,
		    "%s", e.text);
	x->t = rs_trainer_new(&x->f, x->net, &how->o, &e);
	ok(x->t != NULL, "%s", e.text);
	return x;
}

static void
learner_free(struct learner *x)
{
	rs_trainer_free(x->t);
	rs_net_free(x->net);
	rs_pool_free(x->pool);
	rs_csr_free(&x->m);
	rs_labelled_free(&x->l);
	free(x);
}

static double
learn(struct learner *x, uint64_t epoch)
{
	struct rs_err e = { "" };
	double loss = NAN;

	ok(rs_trainer_epoch(x->t, epoch, &loss, &e) == 0, "%s", e.text);
	return loss;
}

/* The reference: all parameters, their moments and their gradients. */
struct slow {
	const struct how *how;
	const struct learner *x;
	double p[ALL], a[ALL], b[ALL], g[ALL];
	bool touched[ALL];
	uint64_t each;
	double first, second;		/* .9^t, .999^t */
	double cost;
};

static void
copy(double p[ALL], const struct rs_net *net)
{
	static const struct { const char *name; size_t at; } parts[] = {
		{ "ug", UG }, { "ig", IG }, { "um", UM }, { "im", IM },
		{ "one_weight", W1 }, { "one_bias", B1 },
		{ "two_weight", W2 }, { "two_bias", B2 } };
	struct rs_tensors *t = rs_tensors_new();

	memset(p, 0, ALL * sizeof(*p));
	rs_net_export(net, t);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const struct rs_tensor *x = rs_tensors_get(t, parts[i].name);
		double *to = p + parts[i].at;

		if (x == NULL)
			continue;
		for (size_t r = 0; r < x->shape[0]; r++)
			for (size_t k = 0; k < (x->dims == 2 ? x->shape[1] :
			    1); k++)
				*to++ = (double)((const float *)(const void *)
				    ((const char *)x->data + r * x->stride))[k];
	}
	rs_tensors_free(t);
}

/* The score of a pair; h: what the layer gives. */
static double
score(const struct slow *s, size_t u, size_t i, double h[H])
{
	const double *p = s->p;
	double y = s->how->net != BARE ? p[B2] : 0;

	for (size_t k = 0; k < D; k++)
		y += p[UG + u * D + k] * p[IG + i * D + k] *
		    (s->how->net != BARE ? p[W2 + k] : 1);
	for (size_t j = 0; s->how->net != BARE && j < H; j++) {
		h[j] = p[B1 + j];
		for (size_t k = 0; k < E; k++)
			h[j] += p[UM + u * E + k] * p[W1 + k * H + j] +
			    p[IM + i * E + k] * p[W1 + (E + k) * H + j];
		h[j] = fmax(h[j], 0);
		y += h[j] * p[W2 + D + j];
	}
	return y;
}

static void
touch(struct slow *s, size_t from, size_t n)
{
	for (size_t k = 0; k < n; k++)
		s->touched[from + k] = true;
}

static void
gradient(struct slow *s, size_t u, size_t i, const double h[H], double g)
{
	const double *p = s->p;
	double *d = s->g;

	touch(s, UG + u * D, D);
	touch(s, IG + i * D, D);
	touch(s, UM + u * E, E);
	touch(s, IM + i * E, E);
	for (size_t k = 0; k < D; k++) {
		const double w = s->how->net != BARE ? p[W2 + k] : 1;

		d[UG + u * D + k] += g * w * p[IG + i * D + k];
		d[IG + i * D + k] += g * w * p[UG + u * D + k];
		if (s->how->net != BARE)
			d[W2 + k] += g * p[UG + u * D + k] *
			    p[IG + i * D + k];
	}
	if (s->how->net == BARE)
		return;
	d[B2] += g;
	for (size_t j = 0; j < H; j++) {
		const double gh = h[j] > 0 ? g * p[W2 + D + j] : 0;

		d[W2 + D + j] += g * h[j];
		d[B1 + j] += gh;
		for (size_t k = 0; k < E; k++) {
			d[W1 + k * H + j] += gh * p[UM + u * E + k];
			d[W1 + (E + k) * H + j] += gh * p[IM + i * E + k];
			d[UM + u * E + k] += gh * p[W1 + k * H + j];
			d[IM + i * E + k] += gh * p[W1 + (E + k) * H + j];
		}
	}
}

/* Whom sample number of an epoch concerns; false: nobody. */
static bool
find(const struct slow *s, uint64_t epoch, uint64_t number, uint32_t *u,
    uint32_t *i, double *label)
{
	const struct rs_trainer_opts *o = &s->how->o;
	const struct rs_csr *m = &s->x->m;
	const uint64_t many = o->loss == RS_TRAINER_SQUARED ? 1 :
	    1 + o->negatives;
	const uint64_t pair = number / many;
	const uint64_t draw = rs_draw2(SEED, RS_DRAW_SAMPLE, epoch, number);

	if (s->how->labelled) {
		*u = s->x->l.user[number];
		*i = s->x->l.item[number];
		*label = (double)s->x->l.label[number];
		return true;
	}
	for (*u = 0; m->start[*u + 1] <= pair; )
		++*u;
	*i = m->item[pair];
	*label = number % many == 0;
	if (o->loss == RS_TRAINER_SQUARED)
		*label = (double)m->weight[pair];
	if (number % many == 0)
		return true;
	if (!o->verify) {
		*i = (uint32_t)rs_below(ITEMS, draw);
		return true;
	}
	if (rs_csr_count(m, *u) == ITEMS)
		return false;
	uint64_t left = rs_below(ITEMS - rs_csr_count(m, *u), draw);
	for (*i = 0; has(m, *u, *i) || left-- > 0; )
		++*i;
	return true;
}

/* One sample's part of a batch of n; at counts from epoch 0 on. */
static void
sample(struct slow *s, uint64_t at, uint64_t n)
{
	const uint64_t epoch = at / s->each;
	struct rs_shuffle order;
	double h[H] = { 0 }, label, y;
	uint32_t u, i;

	rs_shuffle_by(&order, s->each, rs_draw(SEED, RS_DRAW_SHUFFLE, epoch));
	if (!find(s, epoch, rs_shuffle_at(&order, at % s->each), &u, &i,
	    &label))
		return;
	y = score(s, u, i, h);
	if (s->how->o.loss == RS_TRAINER_SQUARED) {
		s->cost += (y - label) * (y - label) / 2;
		gradient(s, u, i, h, (y - label) / (double)n);
	} else {
		const double p = 1 / (1 + rs_exp(-y));

		s->cost -= label * rs_log(p) + (1 - label) *
		    rs_log(1 / (1 + rs_exp(y)));
		gradient(s, u, i, h, (p - label) / (double)n);
	}
}

static void
step(struct slow *s, size_t k, double rate)
{
	const enum rs_optimizer_kind by = s->how->o.optimizer;
	const bool weight = (k >= W1 && k < B1) || (k >= W2 && k < B2);
	const double l2 = k < W1 ? s->how->o.l2 : weight ? s->how->o.layer_l2 :
	    0;
	const double g = s->g[k] + l2 * s->p[k];
	const double first = 1 - s->first, second = 1 - s->second;
	double *p = &s->p[k], *a = &s->a[k], *b = &s->b[k];

	if (by == RS_OPTIMIZER_SGD) {
		*p -= rate * g;
	} else if (by == RS_OPTIMIZER_MOMENTUM) {
		*a = s->how->o.momentum * *a + g;
		*p -= rate * *a;
	} else if (by == RS_OPTIMIZER_ADAGRAD) {
		*a += g * g;
		*p -= rate * g / (sqrt(*a) + 1e-10);
	} else if (by == RS_OPTIMIZER_ADAM || k >= W1 || s->touched[k]) {
		*a = 0.9 * *a + 0.1 * g;
		*b = 0.999 * *b + 0.001 * g * g;
		*p -= rate * (*a / first) / (sqrt(*b / second) + 1e-8);
	}
}

static void
slow_batch(struct slow *s, uint64_t from, uint64_t n, double rate)
{
	s->first *= 0.9;
	s->second *= 0.999;
	memset(s->g, 0, sizeof(s->g));
	memset(s->touched, 0, sizeof(s->touched));
	for (uint64_t i = from; i < from + n; i++)
		sample(s, i, n);
	for (size_t k = 0; k < ALL; k++)
		step(s, k, rate);
}

/* Returns the mean loss. */
static double
slow_epoch(struct slow *s, uint64_t epoch, double rate)
{
	const uint64_t begin = epoch * s->each, end = begin + s->each;
	const uint64_t batch = s->how->o.batch;
	uint64_t at = begin, samples = 0;

	s->cost = 0;
	if (s->how->o.last == RS_LAST_ROLL)
		at = begin / batch * batch;
	while (at < end) {
		const uint64_t n = end - at < batch ? end - at : batch;

		if (n < batch && s->how->o.last != RS_LAST_KEEP)
			break;
		slow_batch(s, at, n, rate);
		samples += n;
		at += n;
	}
	return samples > 0 ? s->cost / (double)samples : NAN;
}

static void
compare(const struct how *how)
{
	struct learner *x = learner_new(how, 2, NULL, 0);
	struct slow *s = rs_zalloc(sizeof(*s));
	static double got[ALL];

	s->how = how;
	s->x = x;
	s->first = s->second = 1;
	s->each = how->labelled ? x->l.n : x->m.nnz *
	    (how->o.loss == RS_TRAINER_SQUARED ? 1 : 1 + how->o.negatives);
	copy(s->p, x->net);
	for (uint64_t epoch = 0; epoch < 3; epoch++) {
		const double want = slow_epoch(s, epoch,
		    rs_values_get(&x->v, "learning-rate") *
		    rs_pow(0.5, (double)epoch));
		const double loss = learn(x, epoch);
		double most = 0;

		copy(got, x->net);
		for (size_t k = 0; k < ALL; k++)
			most = fmax(most, fabs(got[k] - s->p[k]));
		ok((isnan(loss) && isnan(want)) || fabs(loss - want) < 1e-4 *
		    (1 + want), "%s batch=%zu optimizer %d last %d: epoch %d "
		    "costs %g, not %g", how->values, how->o.batch,
		    (int)how->o.optimizer, (int)how->o.last, (int)epoch, loss,
		    want);
		ok(most < 2e-4, "%s batch=%zu optimizer %d last %d: epoch %d "
		    "is off by %g", how->values, how->o.batch,
		    (int)how->o.optimizer, (int)how->o.last, (int)epoch, most);
	}
	learner_free(x);
	free(s);
}

#define FALLING "schedule=exponential decay=0.5 "

static void
test_epochs_are_those_of_the_reference(void)
{
	static const struct { enum rs_optimizer_kind by; const char *values;
		double momentum, l2, layer_l2; } by[] = {
		{ RS_OPTIMIZER_SGD, FALLING "learning-rate=0.5", 0, 0, 0 },
		{ RS_OPTIMIZER_SGD, FALLING "learning-rate=0.3", 0, 0.02,
		  0.01 },
		{ RS_OPTIMIZER_MOMENTUM, FALLING "learning-rate=0.1", 0.8, 0,
		  0.01 },
		{ RS_OPTIMIZER_ADAGRAD, FALLING "learning-rate=0.05", 0, 0,
		  0 },
		{ RS_OPTIMIZER_ADAM, FALLING "learning-rate=0.01", 0, 0, 0 },
		{ RS_OPTIMIZER_ADAM, FALLING "learning-rate=0.01", 0, 0.01,
		  0.02 },
		{ RS_OPTIMIZER_LAZY_ADAM, FALLING "learning-rate=0.01", 0, 0,
		  0 } };
	/* The last one is more than an epoch, and less than four. */
	static const size_t batches[] = { 7, 60, 150, 700, 1300 };

	for (size_t i = 0; i < sizeof(by) / sizeof(*by); i++)
		for (size_t b = 0; b < sizeof(batches) / sizeof(*batches); b++)
			for (int last = 0; last < 3; last++) {
				struct how how = { .values = by[i].values,
					.net = (i + b + (size_t)last) % 3 > 0 ?
					    DEEP : BARE,
					.labelled = (i + b) % 4 == 3 };

				how.o = (struct rs_trainer_opts){
					.negatives = b % 4, .verify = i % 2,
					.batch = batches[b],
					.last = (enum rs_trainer_last)last,
					.optimizer = by[i].by,
					.momentum = by[i].momentum,
					.l2 = by[i].l2,
					.layer_l2 = by[i].layer_l2 };
				if (!how.labelled && b % 3 == 1)
					how.o.loss = RS_TRAINER_SQUARED;
				if (last == RS_LAST_DROP && batches[b] > 300)
					continue;
				/* Rounding alone decides Adagrad's steps where
				 * a gradient is 0 but for it. */
				if (by[i].by == RS_OPTIMIZER_ADAGRAD && b > 1)
					continue;
				compare(&how);
			}
}

/* Bits. */

static uint64_t
digest(const struct rs_net *net)
{
	uint64_t h[4] = {
		rs_hash(net->row[RS_USER], USERS * net->stride[RS_USER] *
		    sizeof(float)),
		rs_hash(net->row[RS_ITEM], ITEMS * net->stride[RS_ITEM] *
		    sizeof(float)),
		rs_hash(net->weight, net->weights * sizeof(float)),
		rs_hash(net->bias, net->biases * sizeof(float)) };

	return rs_hash(h, sizeof(h));
}

static const struct how BITS[] = {
	{ "learning-rate=0.01", { RS_TRAINER_LOGISTIC, 4, true, 256,
	  RS_LAST_KEEP, RS_OPTIMIZER_ADAM, 0, 0, 1e-4 }, DEEP, false, 0.25 },
	{ "learning-rate=0.01", { RS_TRAINER_LOGISTIC, 3, false, 1000,
	  RS_LAST_ROLL, RS_OPTIMIZER_LAZY_ADAM, 0, 0, 0 }, DEEP, false, 0.5 },
	{ "learning-rate=0.1", { RS_TRAINER_LOGISTIC, 0, false, 100,
	  RS_LAST_ROLL, RS_OPTIMIZER_MOMENTUM, 0.9, 1e-3, 0 }, DEEP, true,
	  0 },
	{ "learning-rate=0.1", { RS_TRAINER_SQUARED, 0, false, 64,
	  RS_LAST_DROP, RS_OPTIMIZER_SGD, 0.9, 1e-3, 0 }, BARE, false, 0 },
	{ "learning-rate=0.1", { RS_TRAINER_LOGISTIC, 9, true, 100000,
	  RS_LAST_KEEP, RS_OPTIMIZER_ADAGRAD, 0, 0, 0 }, DEEP, false, 0.1 },
	{ "learning-rate=0.01", { RS_TRAINER_LOGISTIC, 1, true, 1,
	  RS_LAST_DROP, RS_OPTIMIZER_ADAM, 0, 0, 0 }, DEEP, false, 0.1 },
	{ "learning-rate=0.01", { RS_TRAINER_LOGISTIC, 5, true, 2600,
	  RS_LAST_KEEP, RS_OPTIMIZER_SGD, 0, 0, 0 }, WIDE, false, 0.1 },
};

/* The last one takes long, on the base path and with a sanitizer. */
enum { N_BITS = sizeof(BITS) / sizeof(*BITS), N_FAST = N_BITS - 1 };

static uint64_t
learned(const struct how *how, int threads, double *loss)
{
	struct learner *x = learner_new(how, threads, NULL, 0);
	uint64_t h;

	learn(x, 0);
	*loss = learn(x, 1);
	h = digest(x->net);
	learner_free(x);
	return h;
}

static void
test_threads_change_no_bit(void)
{
	for (size_t i = 0; i < N_BITS; i++) {
		double loss, other;
		const uint64_t want = learned(&BITS[i], 1, &loss);

		for (int threads = 2; threads <= 7; threads++) {
			if (threads > 3 && threads < 7)
				continue;
			ok(learned(&BITS[i], threads, &other) == want,
			    "case %zu with %d threads", i, threads);
			ok(loss - other == 0, "case %zu with %d threads: "
			    "%.17g, not %.17g", i, threads, other, loss);
		}
	}
}

static void
digests(uint64_t *out)
{
	double loss;

	for (size_t i = 0; i < N_FAST; i++) {
		out[2 * i] = learned(&BITS[i], 1, &loss);
		memcpy(&out[2 * i + 1], &loss, sizeof(loss));
	}
}

static void
tell(size_t i, char name[PATHS_NAME])
{
	snprintf(name, PATHS_NAME, "case %zu: %s", i / 2, i % 2 == 0 ?
	    "parameters" : "loss");
}

/* Whether anybody asks for the loss does not matter. */
static void
test_the_loss_is_only_looked_at(void)
{
	double loss;

	for (size_t i = 0; i < N_FAST; i++) {
		struct learner *x = learner_new(&BITS[i], 2, NULL, 0);
		struct rs_err e;

		rs_trainer_epoch(x->t, 0, NULL, &e);
		rs_trainer_epoch(x->t, 1, NULL, &e);
		ok(digest(x->net) == learned(&BITS[i], 2, &loss), "case %zu",
		    i);
		learner_free(x);
	}
}

/* A model that has what the trainer and the net left. */
static void
checkpoint(struct learner *x, struct rs_tensors *t)
{
	static float zeros[ITEMS];
	struct rs_values v;

	rs_values_init(&v, rs_algorithm_find("pop"));
	rs_values_write(&v, t);
	rs_tensors_meta(t, "format", "rs-tools 1");
	rs_tensors_meta(t, "algorithm", "pop");
	rs_tensors_meta(t, "score", rs_score_kind_name(
	    rs_algorithm_find("pop")->kind));
	rs_tensors_meta(t, "users", "50");
	rs_tensors_meta(t, "items", "70");
	rs_tensors_add(t, "item_popularity", RS_TENSOR_F32, ITEMS, 0, zeros,
	    1);
	rs_tensors_add(t, "item_bias", RS_TENSOR_F32, ITEMS, 0, zeros, 1);
	rs_net_export(x->net, t);
	rs_trainer_keep(x->t, t);
}

static void
test_going_on_is_as_if_one_had_not_stopped(void)
{
	for (size_t i = 0; i < N_FAST; i++)
		for (uint64_t stop = 1; stop < 4; stop++) {
			struct learner *x = learner_new(&BITS[i], 1, NULL, 0);
			struct rs_tensors *t = rs_tensors_new();
			struct rs_err e = { "" };

			for (uint64_t epoch = 0; epoch < stop; epoch++)
				learn(x, epoch);
			checkpoint(x, t);
			struct rs_model *warm = rs_model_of(t, &e);
			if (!ok(warm != NULL, "%s", e.text))
				return;
			struct learner *y = learner_new(&BITS[i], 2, warm,
			    stop);
			for (uint64_t epoch = stop; epoch < 4; epoch++)
				ok(learn(x, epoch) - learn(y, epoch) == 0,
				    "case %zu from %d: the loss", i,
				    (int)stop);
			ok(digest(x->net) == digest(y->net),
			    "case %zu from %d", i, (int)stop);
			rs_model_close(warm);
			rs_tensors_free(t);
			learner_free(y);
			learner_free(x);
		}
}

/* Steps of a window are counted anew, moments are not.  After 80,000 steps in
 * float there is more rounding than elsewhere. */
static void
test_an_epoch_may_be_longer_than_a_window(void)
{
	const struct how how = { "learning-rate=0.002", { RS_TRAINER_LOGISTIC,
	    200, true, 1, RS_LAST_KEEP, RS_OPTIMIZER_MOMENTUM, 0.5, 1e-3, 0 },
	    BARE, false, 0 };
	struct learner *x = learner_new(&how, 1, NULL, 0);
	struct slow *s = rs_zalloc(sizeof(*s));
	static double got[ALL];
	double most = 0;

	s->how = &how;
	s->x = x;
	s->first = s->second = 1;
	s->each = x->m.nnz * 201;
	ok(s->each > RS_WINDOW_MAX, "%d samples are not enough", (int)s->each);
	copy(s->p, x->net);
	slow_epoch(s, 0, 0.002);
	learn(x, 0);
	copy(got, x->net);
	for (size_t k = 0; k < ALL; k++)
		most = fmax(most, fabs(got[k] - s->p[k]));
	ok(most < 1e-3, "off by %g", most);
	free(s);
	learner_free(x);
}

/* What there is nothing to learn from. */

static void
refuses(const struct how *how, const struct rs_csr *m,
    const struct rs_labelled *l, const char *why)
{
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_net *net = make_net(how);
	struct rs_values v;
	struct rs_fit f = { .train = m, .labelled = l, .pool = pool,
		.values = &v, .epochs = 1, .seed = SEED };
	struct rs_err e = { "" };

	rs_values_init(&v, rs_algorithm_find("mf"));
	ok(rs_trainer_new(&f, net, &how->o, &e) == NULL, "%s", why);
	ok(strstr(e.text, why) != NULL, "not \"%s\" but \"%s\"", why, e.text);
	rs_net_free(net);
	rs_pool_free(pool);
}

static void
test_what_cannot_be_learned_is_said(void)
{
	struct how how = { "", { RS_TRAINER_LOGISTIC, 1, true, 4000,
	    RS_LAST_DROP, RS_OPTIMIZER_SGD, 0, 0, 0 }, DEEP, false, 0 };
	struct rs_csr m = tastes(USERS, ITEMS, 0.2, 0.05, false);
	struct rs_csr full = tastes(USERS, ITEMS, 1, 1, false);
	uint64_t start[USERS + 1] = { 0 };
	struct rs_csr none = { .users = USERS, .items = ITEMS,
		.start = start };
	struct rs_labelled l = make_labelled(10);

	refuses(&how, &m, NULL, "no batch is full");
	refuses(&how, &m, &l, "no batch is full");
	how.o.last = RS_LAST_KEEP;
	refuses(&how, &full, NULL, "each user has every item");
	refuses(&how, &none, NULL, "no samples");
	l.user[7] = USERS;
	refuses(&how, &m, &l, "row 8 has the user 50");
	l.user[7] = 0;
	l.item[9] = UINT32_MAX;
	refuses(&how, &m, &l, "row 10 has the item 4294967295");
	rs_labelled_free(&l);
	rs_csr_free(&m);
	rs_csr_free(&full);
}

/* Memory. */

static size_t
allocated(void)
{
	const struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* A sanitizer's malloc does not count. */
static void
test_memory_is_what_was_said(void)
{
	for (size_t i = 0; i < N_FAST; i++)
		for (int threads = 1; threads <= 3; threads++) {
			struct learner *x = learner_new(&BITS[i], threads,
			    NULL, 0);
			struct rs_err e;

			rs_trainer_free(x->t);
			const size_t before = allocated();
			x->t = rs_trainer_new(&x->f, x->net, &BITS[i].o, &e);
			learn(x, 0);
			const double is = (double)(allocated() - before);
			const double said = (double)rs_trainer_memory(x->net,
			    &BITS[i].o, BITS[i].labelled ? x->l.n : x->m.nnz,
			    threads);
			ok(is <= 0 || (said > 0.9 * is - 8192 &&
			    said < 1.1 * is + 8192), "case %zu with %d "
			    "threads: %.0f bytes, not %.0f", i, threads, is,
			    said);
			learner_free(x);
		}
}

int
main(void)
{
	paths_agree(digests, 2 * N_FAST, tell);
	test_epochs_are_those_of_the_reference();
	test_threads_change_no_bit();
	test_the_loss_is_only_looked_at();
	test_going_on_is_as_if_one_had_not_stopped();
	test_an_epoch_may_be_longer_than_a_window();
	test_what_cannot_be_learned_is_said();
	test_memory_is_what_was_said();
	return test_end();
}
