/*
 * bpr: matrix factorization by Bayesian personalized ranking.
 *
 * For each pair of train (u, i) and a drawn item j that u does not have, with
 * scores s = b + p'q and x = s_i - s_j, the loss is
 *
 *	-ln sigma(x) + the lambdas of the three rows times their squares / 2
 *
 * and its negative gradient, with g = sigma(-x) = -d(-ln sigma(x)) / dx,
 *
 *	p:    g (q_i - q_j) - lambda_user p
 *	q_i:  g p - lambda_positive q_i		b_i:   g - lambda_bias b_i
 *	q_j: -g p - lambda_negative q_j		b_j:  -g - lambda_bias b_j
 *
 * by whose learning rate all rows go on: kernel/sgd.h.  strata.h says who
 * works on which pairs when.  Samples of one user are taken GROUP at a time,
 * their gradients at the group's beginning.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/real.h"
#include "data/ascending.h"
#include "kernel/activation.h"
#include "kernel/sgd.h"
#include "model/factors.h"
#include "model/schedule.h"
#include "model/strata.h"

extern const struct rs_algorithm rs_algorithm_bpr;

enum {
	GROUP = 8,		/* pairs of a user scored at once: a register */
	DRAWS_MAX = 64,		/* of hardest */
	TRIES = 64,		/* to draw what the user does not have */
	FOLD_EPOCHS = 32,
	PARTS = RS_FACTORS_ITEM_BIAS,
};

enum { UNIFORM, POPULARITY, HARDEST };

static const char *const SAMPLER[] = {
	[UNIFORM] = "uniform", [POPULARITY] = "popularity",
	[HARDEST] = "hardest", NULL
};
static const char *const YES[] = { "no", "yes", NULL };

static const struct rs_param PARAMS[] = {
	{ "learning-rate", RS_PARAM_REAL, 0.1, 0, 1e3, NULL,
	  "how far a step goes along the gradient" },
	{ "schedule", RS_PARAM_CHOICE, RS_RATE_LINEAR, 0, 0,
	  rs_schedule_names,
	  "how the rate falls from epoch to epoch: not, evenly to 0, or by "
	  "the factor decay" },
	{ "decay", RS_PARAM_REAL, 0.95, 0, 1, NULL,
	  "what schedule=exponential multiplies the rate by each epoch" },
	{ "regularization", RS_PARAM_REAL, 0.01, 0, 1e3, NULL,
	  "lambda, the weight of the squared norms" },
	{ "user-regularization", RS_PARAM_REAL, NAN, 0, 1e3, NULL,
	  "the same for users (auto: as regularization)" },
	{ "positive-regularization", RS_PARAM_REAL, NAN, 0, 1e3, NULL,
	  "the same for the items that users have" },
	{ "negative-regularization", RS_PARAM_REAL, NAN, 0, 1e3, NULL,
	  "the same for the items drawn against them" },
	{ "bias-regularization", RS_PARAM_REAL, NAN, 0, 1e3, NULL,
	  "the same for the items' biases" },
	{ "sampler", RS_PARAM_CHOICE, UNIFORM, 0, 0, SAMPLER,
	  "which items are negatives: all alike, in proportion to their "
	  "users^power, or the best scored of some draws" },
	{ "power", RS_PARAM_REAL, 0.5, 0, 8, NULL,
	  "of sampler=popularity" },
	{ "draws", RS_PARAM_COUNT, 8, 1, DRAWS_MAX, NULL,
	  "of sampler=hardest" },
	{ "verify", RS_PARAM_CHOICE, 1, 0, 0, YES,
	  "whether a user's own items are no negatives" },
	{ "init", RS_PARAM_REAL, 0.1, 0, 1e6, NULL,
	  "first factors are N(0, init^2)" },
	{ "blocks", RS_PARAM_COUNT, 0, 0, RS_STRATA_MAX, NULL,
	  "of users and of items, that threads may work on at once; 0: as "
	  "suits the data" },
	{ 0 }
};

static const struct rs_preset PRESETS[] = {
	{ "hard", "hardest of 64 draws, as tuned on a validation part of "
	  "Gowalla", 64, 120, "sampler=hardest draws=64 learning-rate=0.2 "
	  "schedule=linear regularization=0.04 bias-regularization=0.1 "
	  "init=0.1" },
	{ "implicit", "the defaults of the Python package implicit", 100, 100,
	  "sampler=popularity power=1 learning-rate=0.01 schedule=constant "
	  "regularization=0.01 init=0.0029" },
	{ 0 }
};

/* Parameters that are auto are what regularization is. */
static void
settle(struct rs_values *v, const struct rs_csr *m)
{
	static const char *const name[] = { "user-regularization",
	    "positive-regularization", "negative-regularization",
	    "bias-regularization" };

	(void)m;
	for (size_t k = 0; k < sizeof(name) / sizeof(*name); k++)
		if (isnan(rs_values_get(v, name[k])))
			rs_values_put(v, name[k],
			    rs_values_get(v, "regularization"));
}

static unsigned
draws_of(const struct rs_values *v)
{
	return (int)rs_values_get(v, "sampler") != HARDEST ? 1 :
	    (unsigned)rs_values_get(v, "draws");
}

static struct rs_sgd_keep
keep_of(const struct rs_values *v, double rate)
{
	return (struct rs_sgd_keep){
		.user = (float)(1 - rate *
		    rs_values_get(v, "user-regularization")),
		.positive = (float)(1 - rate *
		    rs_values_get(v, "positive-regularization")),
		.negative = (float)(1 - rate *
		    rs_values_get(v, "negative-regularization")),
		.bias = (float)(1 - rate *
		    rs_values_get(v, "bias-regularization")),
	};
}

/* Learning. */

struct learning {
	struct rs_factors x;
	struct rs_sgd_rows items;	/* of x */
	struct rs_strata *strata;
	struct rs_fit fit;
	double *weight;		/* (I) of negatives, or NULL */
	unsigned draws;
	bool verify;

	/* Of this epoch. */
	float rate;
	struct rs_sgd_keep keep;
	bool want_loss;
	struct part {
		double loss;
		uint64_t samples;
	} *part;		/* (B, B) each cell's */
};

/* What is drawn for one group of a user's pairs, pair after pair. */
struct group {
	float *p;
	size_t n;
	uint32_t item[GROUP * (1 + DRAWS_MAX)];	/* (n) those of the pairs, then
				 * the candidates of each */
	size_t first[GROUP + 1];	/* where in item a pair's begin */
	uint32_t j[GROUP];	/* the chosen ones */
	float score[GROUP * (1 + DRAWS_MAX)];	/* of item */
	float down[GROUP];	/* of j */
};

/* A negative for a pair of u with i.  False: TRIES draws found none. */
static bool
draw_negative(const struct learning *l, const struct rs_cell *c, uint32_t u,
    uint32_t i, uint64_t *draw, uint32_t *j)
{
	for (int t = 0; t < TRIES; t++) {
		*j = rs_cell_pick(c, rs_draw_at(c->key, (*draw)++));
		if (l->verify ? !rs_cell_has(c, u, *j) : *j != i)
			return true;
	}
	return false;
}

/* Draw for n <= GROUP pairs of u; one without a negative is left out. */
static void
draw_group(const struct learning *l, const struct rs_cell *c, uint32_t u,
    const uint32_t *item, size_t n, uint64_t *draw, struct group *g)
{
	size_t at = n;

	g->n = 0;
	for (size_t k = 0; k < n; k++) {
		g->first[g->n] = at;
		for (unsigned t = 0; t < l->draws; t++)
			if (draw_negative(l, c, u, item[k], draw, &g->item[at]))
				at++;
		if (at > g->first[g->n])
			g->item[g->n++] = item[k];
	}
	g->first[g->n] = at;
	if (g->n == n)
		return;
	/* Close the gap that those left out leave. */
	memmove(g->item + g->n, g->item + n, (at - n) * sizeof(*g->item));
	for (size_t k = 0; k <= g->n; k++)
		g->first[k] -= n - g->n;
}

/* Each pair's negative: its best scored candidate, the first of equals. */
static void
choose(struct group *g)
{
	for (size_t k = 0; k < g->n; k++) {
		size_t best = g->first[k];

		for (size_t t = best + 1; t < g->first[k + 1]; t++)
			if (g->score[t] > g->score[best])
				best = t;
		g->j[k] = g->item[best];
		g->down[k] = g->score[best];
	}
}

/* Steps of n pairs from the k-th on, whose scores are known. */
static void
step(const struct learning *l, struct group *g, size_t k, size_t n,
    struct part *part)
{
	float x[GROUP] = { 0 }, a[GROUP];

	for (size_t i = 0; i < n; i++)
		x[i] = g->down[k + i] - g->score[k + i];
	rs_sigmoid(a, x, n);
	for (size_t i = 0; i < n; i++)
		a[i] *= l->rate;
	rs_sgd_pairs(g->p, &l->items, &l->keep, g->item + k, g->j + k, a, n);
	part->samples += n;
	if (!l->want_loss)
		return;
	rs_softplus(x, x, n);
	for (size_t i = 0; i < n; i++)
		part->loss += (double)x[i];
}

/*
 * Uniform negatives of one group are hardly ever the same, and the hardest of
 * many often are: eight steps by what was true before the first one would
 * throw that item, and the user with it, eight times as far, and on dense data
 * farther each time.  So then a pair is scored again when its turn comes.
 */
static void
learn_group(const struct learning *l, struct group *g, struct part *part)
{
	rs_sgd_scores(g->score, g->p, &l->items, g->item, g->first[g->n]);
	choose(g);
	if (l->draws == 1) {
		step(l, g, 0, g->n, part);
		return;
	}
	for (size_t k = 0; k < g->n; k++) {
		const uint32_t pair[2] = { g->item[k], g->j[k] };
		float score[2];

		rs_sgd_scores(score, g->p, &l->items, pair, 2);
		g->score[k] = score[0];
		g->down[k] = score[1];
		step(l, g, k, 1, part);
	}
}

/* A cell's groups: drawn one ahead of learning, which no draw depends on, so
 * that rows are fetched meanwhile. */
struct pipe {
	const struct learning *l;
	struct part part;
	uint64_t draw;
	struct group g[2];
	int now;		/* which one is drawn next */
	bool fetch;
};

static void
advance(struct pipe *t)
{
	t->now = !t->now;
	if (t->g[t->now].n > 0)
		learn_group(t->l, &t->g[t->now], &t->part);
	t->g[t->now].n = 0;
}

static void
learn_run(struct pipe *t, const struct rs_cell *c,
    const struct rs_strata_run *run, const uint32_t *item)
{
	const struct learning *l = t->l;
	const struct rs_sgd_rows users = { l->x.user, l->x.stride, NULL };

	if (l->verify) {
		/* Who has all of a block has no negative in it. */
		if (run->n == c->n_all)
			return;
		rs_cell_mark(c, run->user, item, run->n);
	}
	for (size_t k = 0; k < run->n; k += GROUP) {
		const size_t left = run->n - k;
		struct group *g = &t->g[t->now];

		g->p = l->x.user + run->user * l->x.stride;
		draw_group(l, c, run->user, item + k,
		    left < GROUP ? left : GROUP, &t->draw, g);
		if (t->fetch) {
			rs_sgd_fetch(&users, &run->user, k == 0);
			rs_sgd_fetch(&l->items, g->item, g->first[g->n]);
		}
		advance(t);
	}
}

static void
learn_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct learning *l = arg;
	const uint32_t *item = c->item;
	/* What the second level of cache holds needs no fetching. */
	struct pipe t = { .l = l, .fetch = c->n_all * l->x.stride *
	    sizeof(float) > 256 << 10 };

	(void)thread;
	for (size_t r = 0; r < c->runs; item += c->run[r++].n)
		learn_run(&t, c, &c->run[r], item);
	advance(&t);
	l->part[c->number] = t.part;
}

/* users^power of each item. */
static double *
weights(const struct rs_csr *m, double power)
{
	double *w = rs_zalloc(rs_size(m->items + 1, sizeof(*w)));

	for (uint64_t k = 0; k < m->nnz; k++)
		w[m->item[k]]++;
	for (uint64_t i = 0; i < m->items; i++)
		w[i] = w[i] > 0 ? rs_pow(w[i], power) : 0;
	return w;
}

static void
end(void *state)
{
	struct learning *l = state;

	rs_strata_free(l->strata);
	rs_factors_free(&l->x);
	free(l->weight);
	free(l->part);
	free(l);
}

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	struct learning *l = rs_zalloc(sizeof(*l));
	const struct rs_values *v = f->values;

	l->fit = *f;
	rs_factors_new(&l->x, f, PARTS, rs_values_get(v, "init"));
	if ((int)rs_values_get(v, "sampler") == POPULARITY)
		l->weight = weights(f->train, rs_values_get(v, "power"));
	l->strata = rs_strata_new(&(struct rs_strata_opts){
		.train = f->train,
		.pool = f->pool,
		.seed = f->seed,
		.blocks = (unsigned)rs_values_get(v, "blocks"),
		.weight = l->weight,
	});
	const size_t b = rs_strata_blocks(l->strata);
	l->part = rs_zalloc(rs_size(b * b, sizeof(*l->part)));
	l->items = (struct rs_sgd_rows){ l->x.item, l->x.stride,
	    l->x.item_bias };
	l->draws = draws_of(v);
	l->verify = rs_values_get(v, "verify") != 0;
	if (f->warm != NULL && rs_factors_warm(&l->x, f->warm, e) < 0) {
		end(l);
		return NULL;
	}
	return l;
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	struct learning *l = state;
	const double rate = rs_schedule_rate(&l->fit, n);
	const size_t b = rs_strata_blocks(l->strata);
	double sum = 0;
	uint64_t samples = 0;

	l->rate = (float)rate;
	l->keep = keep_of(l->fit.values, rate);
	l->want_loss = loss != NULL;
	rs_strata_epoch(l->strata, n, learn_cell, l);
	if (rs_factors_usable(&l->x, l->fit.pool, "lower learning-rate or "
	    "regularization", e) < 0)
		return -1;
	for (size_t c = 0; c < b * b; c++) {
		sum += l->part[c].loss;
		samples += l->part[c].samples;
	}
	if (samples == 0)
		return rs_fail(e, "no negative was found for any pair: "
		    "everybody has everything%s", b > 1 ? " in each of the "
		    "blocks (fewer blocks?)" : "");
	if (loss != NULL)
		*loss = sum / (double)samples;
	return 0;
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;

	rs_factors_export(&l->x, t);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	const bool weighted = (int)rs_values_get(f->values, "sampler") ==
	    POPULARITY;

	(void)threads;
	return rs_factors_memory(PARTS, f->factors, users, items) +
	    rs_strata_memory(users, items, pairs,
	    (unsigned)rs_values_get(f->values, "blocks"), f->weighted,
	    weighted) + (weighted ? items * sizeof(double) : 0);
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	return rs_factors_bytes(PARTS, f->factors, users, items);
}

/* Answering. */

struct answering {
	struct rs_factors_answer x;
	uint64_t key;		/* of all draws for someone new */
	double rate, lambda;
	unsigned draws;
	double *below;		/* (I + 1) sum of the weights of the items
				 * before, with sampler=popularity */
};

static bool
read_seed(const struct rs_model *m, uint64_t *seed)
{
	const char *text = rs_model_meta(m, "seed");

	return text != NULL && rs_parse_u64(text, strlen(text), seed);
}

static double *
sums(const float *users, size_t items, double power)
{
	double *below = rs_alloc(rs_size(items + 1, sizeof(*below)));

	below[0] = 0;
	for (size_t i = 0; i < items; i++)
		below[i + 1] = below[i] + (users[i] > 0 ?
		    rs_pow((double)users[i], power) : 0);
	return below;
}

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	struct answering a = { .below = NULL };
	struct rs_values v;
	uint64_t seed;

	if (rs_values_read(&v, &rs_algorithm_bpr, rs_model_tensors(m),
	    e) < 0 || rs_factors_open(&a.x, m, e) < 0)
		return NULL;
	if (!read_seed(m, &seed)) {
		rs_factors_close(&a.x);
		rs_fail(e, "%s: no metadata seed", rs_model_name(m));
		return NULL;
	}
	settle(&v, NULL);
	a.key = rs_draw(seed, RS_DRAW_FOLD, 0);
	a.rate = rs_values_get(&v, "learning-rate");
	a.lambda = rs_values_get(&v, "user-regularization");
	a.draws = draws_of(&v);
	if ((int)rs_values_get(&v, "sampler") == POPULARITY)
		a.below = sums(rs_model_popularity(m), a.x.linear.item.n,
		    rs_values_get(&v, "power"));
	struct answering *s = rs_alloc(sizeof(*s));
	*s = a;
	return s;
}

static void
close(void *state)
{
	struct answering *s = state;

	rs_factors_close(&s->x);
	free(s->below);
	free(s);
}

/*
 * Someone new: the items stay as they are, and the new row takes the steps
 * that a user's row takes in training, from zero, over FOLD_EPOCHS epochs with
 * a rate that falls evenly to 0.  Draw n of the row is draw n of (seed,
 * RS_DRAW_FOLD); items count in ascending order, so the order in which they
 * are asked for does not matter.
 */
struct folding {
	const struct answering *s;
	const uint32_t *item;	/* (n) ascending, each once */
	size_t n;
	uint64_t draw;
	double *p;		/* (D) */
};

/* The item in whose share of the weights a draw falls. */
static uint32_t
pick(const struct answering *s, uint64_t draw)
{
	const size_t items = s->x.linear.item.n;
	size_t lo = 0, hi = items;

	if (s->below == NULL || !(s->below[items] > 0))
		return (uint32_t)rs_below(items, draw);
	const double at = rs_unit(draw) * s->below[items];
	while (hi - lo > 1) {
		const size_t mid = lo + (hi - lo) / 2;

		if (s->below[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return (uint32_t)lo;
}

/* p'q + b, in doubles one after the other: no kernel, and so for rows of any
 * stride. */
static double
score(const struct folding *f, uint32_t i)
{
	const struct rs_topk_factors *item = &f->s->x.linear.item;
	const float *q = item->row + i * item->stride;
	double sum = item->bias != NULL ? (double)item->bias[i] : 0;

	for (size_t k = 0; k < item->d; k++)
		sum += f->p[k] * (double)q[k];
	return sum;
}

/* As draw_negative and choose.  False: none. */
static bool
fold_negative(struct folding *f, uint32_t *j, double *best)
{
	bool any = false;

	for (unsigned t = 0; t < f->s->draws; t++) {
		int tries = TRIES;
		uint32_t i;

		do
			i = pick(f->s, rs_draw_at(f->s->key, f->draw++));
		while (rs_ascending_holds(f->item, f->n, i) && --tries > 0);
		const double s = score(f, i);
		if (tries == 0 || (any && !(s > *best)))
			continue;
		*j = i;
		*best = s;
		any = true;
	}
	return any;
}

static void
fold_step(struct folding *f, uint32_t i, double rate)
{
	const struct rs_topk_factors *item = &f->s->x.linear.item;
	double down = 0;
	uint32_t j = 0;

	if (!fold_negative(f, &j, &down))
		return;
	const double g = 1 / (1 + rs_exp(score(f, i) - down));
	const float *up = item->row + i * item->stride;
	const float *low = item->row + j * item->stride;
	for (size_t k = 0; k < item->d; k++)
		f->p[k] += rate * (g * ((double)up[k] - (double)low[k]) -
		    f->s->lambda * f->p[k]);
}

static int
fold(const void *state, const uint32_t *item, const float *weight, size_t n,
    float *out, struct rs_err *e)
{
	const struct answering *s = state;
	const size_t d = s->x.linear.item.d;
	uint32_t *list = rs_memdup(item, rs_size(n, sizeof(*item)));
	struct folding f = { .s = s, .item = list };

	(void)weight;
	if (n > 0)
		rs_ascending_sort(list, n);
	for (size_t k = 0; k < n; k++)
		if (k == 0 || list[k] != list[f.n - 1])
			list[f.n++] = list[k];
	f.p = rs_zalloc(rs_size(d + 1, sizeof(*f.p)));
	for (unsigned t = 0; t < FOLD_EPOCHS; t++)
		for (size_t k = 0; k < f.n; k++)
			fold_step(&f, list[k], s->rate * (1 - (double)t /
			    FOLD_EPOCHS));
	memset(out, 0, rs_factors_row(d) * sizeof(*out));
	double sum = 0;
	for (size_t k = 0; k < d; k++) {
		out[k] = (float)f.p[k];
		sum += (double)out[k] - (double)out[k];
	}
	free(f.p);
	free(list);
	if (sum != 0)
		return rs_fail(e, "%s: the factors of someone with these "
		    "items are not finite", rs_model_name(s->x.m));
	return 0;
}

const struct rs_algorithm rs_algorithm_bpr = {
	.name = "bpr",
	.summary = "matrix factorization by Bayesian personalized ranking",
	.citation = "Rendle, Freudenthaler, Gantner, Schmidt-Thieme (2009), "
	    "BPR: Bayesian personalized ranking from implicit feedback",
	.params = PARAMS,
	.presets = PRESETS,
	.wants = RS_WANTS_NOTHING,
	.kind = RS_SCORE_DOT,
	.factors = 64,
	.epochs = 60,
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
