/*
 * knn: an item's score is what the user's items have in common with it.
 *
 *	score(u, i) = sum over j in the history of u, s(i, j) w(u, j)
 *
 * over those j that are among the K nearest neighbours of i (Sarwar, Karypis,
 * Konstan, Riedl 2001, section 3.2, without dividing by the similarities' sum,
 * which is for predicting ratings).  That i be among the neighbours of j
 * instead, as Deshpande and Karypis 2004 have it, ranked worse wherever it was
 * tried.  The similarity is lib/data/neighbours.h's, of weighted pairs
 *
 *	cosine	x(u, i) = r
 *	tfidf	x(u, i) = idf(u) sqrt(r)
 *	bm25	x(u, i) = idf(u) r (k1 + 1) / (r + k1 len(i))
 *
 *	idf(u) = ln(items) - ln(1 + items of u), at least 0
 *	len(i) = 1 - b + b (sum of r over i) / (its mean over items)
 *
 * with r the training weight: an item is a document, its users are the words
 * (Robertson, Zaragoza 2009, "The probabilistic relevance framework", section
 * 3.5; as Ferrari Dacrema, Cremonesi, Jannach 2019 weigh pairs for neighbours).
 * w(u, j) is x(u, j) too, but without idf(u), which all items of a user share
 * (profile=weighted), or r (profile=plain).
 *
 * The file's rows are the neighbours of each item.  For scores of all items
 * the votes of each item of the history are wanted, which are the columns:
 * they are turned into rows when first asked for.  Either way a score is the
 * same sum, over the history in its order.
 *
 * The defaults are the best all round on validation parts of the training
 * data of MovieLens 100k, NCF's MovieLens 1M and Gowalla.  NDCG@10 there, with
 * 200 neighbours: tfidf .312 .388 .104, cosine .308 .377 .101, bm25 .288 .337
 * .076; tfidf with an asymmetry of 1/2 .309 .388 .094; 100 neighbours .311 .394
 * .103, 400 .308 .376 .105.  The preset sparse: .282 .351 .109, and with twice
 * as much of Gowalla held out .125, where the defaults have .112.
 */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "data/neighbours.h"
#include "model/algorithm.h"

extern const struct rs_algorithm rs_algorithm_knn;

enum { COSINE, TFIDF, BM25 };
enum { WEIGHTED, PLAIN };
enum { YES, NO };

static const char *const SIMILARITY[] = { "cosine", "tfidf", "bm25", NULL };
static const char *const PROFILE[] = { "weighted", "plain", NULL };
static const char *const NORMALIZE[] = { "yes", "no", NULL };

static const struct rs_param PARAMS[] = {
	{ "similarity", RS_PARAM_CHOICE, TFIDF, 0, 0, SIMILARITY,
	  "cosine of the pairs' weights, or of these by TF-IDF or BM25" },
	{ "neighbours", RS_PARAM_COUNT, 100, 1, 1e6, NULL,
	  "nearest items that are kept for each" },
	{ "shrinkage", RS_PARAM_REAL, 30, 0, 1e9, NULL,
	  "added to the product of the norms: doubts a small overlap" },
	{ "asymmetry", RS_PARAM_REAL, 0.7, 0, 1, NULL,
	  "the neighbour's share of the norms; 0.5: the cosine" },
	{ "exponent", RS_PARAM_REAL, 1, 0.01, 100, NULL,
	  "similarities are raised to it" },
	{ "normalize", RS_PARAM_CHOICE, YES, 0, 0, NORMALIZE,
	  "divide by the norms, or not: inner products" },
	{ "profile", RS_PARAM_CHOICE, WEIGHTED, 0, 0, PROFILE,
	  "a vote weighs as the similarity weighs pairs, or as train does" },
	{ "k1", RS_PARAM_REAL, 1.2, 0, 1000, NULL,
	  "bm25: where weights saturate" },
	{ "b", RS_PARAM_REAL, 0.75, 0, 1, NULL,
	  "bm25: how much popular items are held against" },
	{ 0 }
};

static const struct rs_preset PRESETS[] = {
	{ "sparse", "as a validation part of Gowalla wants it: many items, "
	  "each with few users", 0, 0, "similarity=tfidf neighbours=400 "
	  "shrinkage=300 asymmetry=0.9 exponent=2 normalize=yes "
	  "profile=weighted" },
	{ "ncf-ml1m", "as Ferrari Dacrema and others (2019) tuned it for "
	  "MovieLens 1M", 0, 0, "similarity=bm25 neighbours=288 shrinkage=1000 "
	  "asymmetry=0.5 exponent=1 normalize=yes "
	  "profile=weighted k1=1.2 b=0.75" },
	{ 0 }
};

/* How pairs are weighed, for learning and answering alike. */
struct weighing {
	int similarity, profile;
	double k1;
	const float *len;	/* (I) bm25 */
};

/* x without idf. */
static double
weigh(const struct weighing *w, uint32_t item, double r)
{
	switch (w->similarity) {
	case TFIDF:
		return sqrt(r);
	case BM25:
		return (w->k1 + 1) * (r / (r + w->k1 * (double)w->len[item]));
	}
	return r;
}

/* Learning. */

struct learning {
	const struct rs_csr *train;
	struct rs_pool *pool;
	struct rs_neighbours_ask ask;
	struct weighing w;
	float *len;			/* (I) */
	double *idf, *scale;		/* (U), (I) or NULL */
	struct rs_csr x;		/* train, its weights ours or NULL */
	struct rs_neighbours found;
	uint64_t n;			/* neighbours */
	const void *start, *item, *similarity;	/* found's, or a checkpoint's */
};

static void
end(void *state)
{
	struct learning *l = state;

	rs_neighbours_free(&l->found);
	free(l->x.weight);
	free(l->len);
	free(l->idf);
	free(l->scale);
	free(l);
}

static int
check_weights(const struct rs_csr *m, struct rs_err *e)
{
	if (m->weight == NULL)
		return 0;
	for (uint64_t u = 0; u < m->users; u++)
		for (uint64_t p = m->start[u]; p < m->start[u + 1]; p++)
			if (!(m->weight[p] > 0))
				return rs_fail(e, "user %" PRIu64 ", item %"
				    PRIu32 ": the weight is %g, and neighbours"
				    " have a meaning only for weights above 0",
				    u, m->item[p], (double)m->weight[p]);
	return 0;
}

static double *
rarities(const struct rs_csr *m)
{
	double *idf = rs_alloc(rs_size(m->users + 1, sizeof(*idf)));
	const double all = rs_log((double)m->items);

	for (uint64_t u = 0; u < m->users; u++) {
		const double x = all - rs_log(1 + (double)rs_csr_count(m, u));

		idf[u] = x > 0 ? x : 0;
	}
	return idf;
}

static float *
lengths(const struct rs_csr *m, double b)
{
	double *sum = rs_zalloc(rs_size(m->items + 1, sizeof(*sum)));
	float *len = rs_zalloc(rs_size(m->items + 1, sizeof(*len)));
	double all = 0;

	for (uint64_t p = 0; p < m->nnz; p++) {
		const double r = m->weight != NULL ? (double)m->weight[p] : 1;

		sum[m->item[p]] += r;
		all += r;
	}
	for (uint64_t i = 0; i < m->items; i++)
		len[i] = (float)(1 - b + (all > 0 ? b * sum[i] *
		    (double)m->items / all : 0));
	free(sum);
	return len;
}

/* Weights of 1 need no array: what a pair of the item weighs is a scale. */
static void
weigh_pairs(struct learning *l)
{
	const struct rs_csr *m = l->train;

	l->x = *m;
	l->x.weight = NULL;
	if (m->weight != NULL) {
		l->x.weight = rs_alloc(rs_size(m->nnz, sizeof(float)) + 1);
		for (uint64_t p = 0; p < m->nnz; p++)
			l->x.weight[p] = (float)weigh(&l->w, m->item[p],
			    (double)m->weight[p]);
	} else if (l->w.similarity == BM25) {
		l->scale = rs_alloc(rs_size(m->items + 1, sizeof(double)));
		for (uint64_t i = 0; i < m->items; i++)
			l->scale[i] = weigh(&l->w, (uint32_t)i, 1);
	}
}

/* The neighbours that a checkpoint has: it was written after the only
 * epoch, so nothing is left to do. */
static int
resume(struct learning *l, const struct rs_model *m, struct rs_err *e)
{
	const struct rs_tensors *t = rs_model_tensors(m);
	const struct rs_tensor *s, *i, *x;

	s = rs_tensors_want(t, "neighbour_indptr", RS_TENSOR_I64,
	    l->train->items + 1, 0, e);
	i = s == NULL ? NULL : rs_tensors_want(t, "neighbour_indices",
	    RS_TENSOR_U32, UINT64_MAX, 0, e);
	x = i == NULL ? NULL : rs_tensors_want(t, "neighbour_similarity",
	    RS_TENSOR_F32, i->shape[0], 0, e);
	if (x == NULL)
		return -1;
	l->n = i->shape[0];
	l->start = s->data;
	l->item = i->data;
	l->similarity = x->data;
	return 0;
}

static void *
begin(const struct rs_fit *f, struct rs_err *e)
{
	const struct rs_values *v = f->values;
	struct learning *l;

	if (f->warm != NULL && f->resumed == 0) {
		rs_fail(e, "knn has nothing to go on from: its neighbours are "
		    "found in one go");
		return NULL;
	}
	if (check_weights(f->train, e) < 0)
		return NULL;
	l = rs_zalloc(sizeof(*l));
	l->train = f->train;
	l->pool = f->pool;
	l->w.similarity = (int)rs_values_get(v, "similarity");
	l->w.profile = (int)rs_values_get(v, "profile");
	l->w.k1 = rs_values_get(v, "k1");
	if (l->w.similarity == BM25)
		l->w.len = l->len = lengths(f->train, rs_values_get(v, "b"));
	if (f->resumed > 0 && resume(l, f->warm, e) < 0) {
		end(l);
		return NULL;
	}
	l->ask = (struct rs_neighbours_ask){
		.m = &l->x,
		.k = (uint64_t)rs_values_get(v, "neighbours"),
		.shrink = rs_values_get(v, "shrinkage"),
		.asymmetry = rs_values_get(v, "asymmetry"),
		.exponent = rs_values_get(v, "exponent"),
		.raw = (int)rs_values_get(v, "normalize") == NO,
	};
	return l;
}

static int
epoch(void *state, uint64_t n, double *loss, struct rs_err *e)
{
	struct learning *l = state;

	(void)n;
	(void)loss;
	weigh_pairs(l);
	if (l->w.similarity != COSINE)
		l->idf = rarities(l->train);
	l->ask.user = l->idf;
	l->ask.item = l->scale;
	if (rs_neighbours_find(&l->ask, l->pool, &l->found, e) < 0)
		return -1;
	l->n = l->found.start[l->train->items];
	l->start = l->found.start;
	l->item = l->found.item;
	l->similarity = l->found.similarity;
	return 0;
}

static void
export(void *state, struct rs_tensors *t)
{
	const struct learning *l = state;
	const struct rs_csr *m = l->train;

	rs_tensors_add(t, "neighbour_indptr", RS_TENSOR_I64, m->items + 1, 0,
	    l->start, 1);
	rs_tensors_add(t, "neighbour_indices", RS_TENSOR_U32, l->n, 0,
	    l->item, 1);
	rs_tensors_add(t, "neighbour_similarity", RS_TENSOR_F32, l->n, 0,
	    l->similarity, 1);
	if (l->len != NULL && l->w.profile == WEIGHTED)
		rs_tensors_add(t, "item_length", RS_TENSOR_F32, m->items, 0,
		    l->len, 1);
	if (m->weight != NULL)
		rs_tensors_add(t, "history_weight", RS_TENSOR_F32, m->nnz, 0,
		    m->weight, 1);
}

static uint64_t
memory(const struct rs_fit *f, uint64_t users, uint64_t items, uint64_t pairs,
    int threads)
{
	return users * 16 + items * 12 + (f->weighted ? pairs * 4 : 0) +
	    rs_neighbours_memory(items, pairs, f->weighted,
	    (uint64_t)rs_values_get(f->values, "neighbours"), threads);
}

static uint64_t
tensors(const struct rs_fit *f, uint64_t users, uint64_t items)
{
	const uint64_t k = (uint64_t)rs_values_get(f->values, "neighbours");

	(void)users;
	return items * (12 + 8 * (k < items ? k : items));
}

/* Answering. */

/* Rows of items with what each is worth. */
struct rows {
	const int64_t *start;	/* (I + 1) */
	const uint32_t *item;	/* ascending within a row */
	const float *worth;
};

struct answering {
	const struct rs_model *m;
	size_t items;
	struct weighing w;
	struct rows near;	/* the neighbours of each item */
	const float *weight;	/* (pairs) of the histories; NULL: all 1 */

	/* What each item votes for: near turned, when it is wanted. */
	pthread_mutex_t lock;
	struct rs_neighbours votes;
};

/* Items of one user. */
struct history {
	const uint32_t *item;
	const float *weight;	/* NULL: all 1 */
	size_t n;
};

static const float *
positive(const struct rs_model *m, const char *name, uint64_t n,
    struct rs_err *e)
{
	const struct rs_tensor *t = rs_tensors_want(rs_model_tensors(m), name,
	    RS_TENSOR_F32, n, 0, e);
	const float *p = t != NULL ? t->data : NULL;

	for (uint64_t i = 0; p != NULL && i < n; i++)
		if (!(p[i] > 0) || p[i] - p[i] != 0) {
			rs_fail(e, "%s: %s: value %" PRIu64 " is not above 0",
			    rs_model_name(m), name, i);
			return NULL;
		}
	return p;
}

static int
check_rows(const struct rs_model *m, const struct rows *r, uint64_t n,
    struct rs_err *e)
{
	const uint64_t items = rs_model_items(m);

	for (uint64_t i = 0; i < items; i++)
		if (r->start[i] > r->start[i + 1])
			return rs_fail(e, "%s: neighbour_indptr falls at item "
			    "%" PRIu64, rs_model_name(m), i);
	if (r->start[0] != 0 || (uint64_t)r->start[items] != n)
		return rs_fail(e, "%s: neighbour_indptr does not go from 0 to "
		    "%" PRIu64, rs_model_name(m), n);
	for (uint64_t i = 0; i < items; i++)
		for (int64_t p = r->start[i]; p < r->start[i + 1]; p++)
			if (r->item[p] >= items || r->item[p] == i ||
			    (p > r->start[i] && r->item[p] <= r->item[p - 1]))
				return rs_fail(e, "%s: neighbour_indices: "
				    "those of item %" PRIu64 " are not "
				    "ascending indices of others below %"
				    PRIu64, rs_model_name(m), i, items);
	return 0;
}

static int
open_rows(const struct rs_model *m, struct rows *r, struct rs_err *e)
{
	const struct rs_tensors *t = rs_model_tensors(m);
	const struct rs_tensor *start, *item;

	start = rs_tensors_want(t, "neighbour_indptr", RS_TENSOR_I64,
	    rs_model_items(m) + 1, 0, e);
	item = start == NULL ? NULL : rs_tensors_want(t, "neighbour_indices",
	    RS_TENSOR_U32, UINT64_MAX, 0, e);
	if (item == NULL)
		return -1;
	r->start = start->data;
	r->item = item->data;
	r->worth = positive(m, "neighbour_similarity", item->shape[0], e);
	return r->worth == NULL ? -1 : check_rows(m, r, item->shape[0], e);
}

static int
open_weights(const struct rs_model *m, struct answering *a, struct rs_err *e)
{
	const struct rs_tensors *t = rs_model_tensors(m);

	if (rs_tensors_get(t, "history_weight") != NULL) {
		a->weight = positive(m, "history_weight", rs_model_pairs(m),
		    e);
		if (a->weight == NULL)
			return -1;
	}
	if (a->w.similarity != BM25 || a->w.profile == PLAIN)
		return 0;
	const struct rs_tensor *len = rs_tensors_want(t, "item_length",
	    RS_TENSOR_F32, rs_model_items(m), 0, e);
	if (len == NULL)
		return -1;
	a->w.len = len->data;
	for (size_t i = 0; i < a->items; i++)
		if (!(a->w.len[i] >= 0) || a->w.len[i] - a->w.len[i] != 0)
			return rs_fail(e, "%s: item_length: value %zu is below"
			    " 0", rs_model_name(m), i);
	return 0;
}

static void *
open(const struct rs_model *m, struct rs_err *e)
{
	struct answering a = { .m = m, .items = (size_t)rs_model_items(m) };
	struct rs_values v;

	if (rs_values_read(&v, &rs_algorithm_knn, rs_model_tensors(m), e) < 0)
		return NULL;
	a.w.similarity = (int)rs_values_get(&v, "similarity");
	a.w.profile = (int)rs_values_get(&v, "profile");
	a.w.k1 = rs_values_get(&v, "k1");
	if (open_rows(m, &a.near, e) < 0 || open_weights(m, &a, e) < 0)
		return NULL;
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
	rs_neighbours_free(&s->votes);
	free(s);
}

/* What each item votes for. */
static struct rows
votes(const struct answering *a)
{
	/* The model does not change: only what was not yet computed is. */
	struct answering *s = (struct answering *)(uintptr_t)a;
	struct rs_neighbours *t = &s->votes;

	pthread_mutex_lock(&s->lock);
	if (t->start == NULL) {
		const struct rs_neighbours n = { s->items,
			(uint64_t *)(uintptr_t)s->near.start,
			(uint32_t *)(uintptr_t)s->near.item,
			(float *)(uintptr_t)s->near.worth };

		rs_neighbours_turn(&n, t);
	}
	pthread_mutex_unlock(&s->lock);
	return (struct rows){ (const int64_t *)t->start, t->item,
	    t->similarity };
}

/* What place p of a history weighs. */
static float
vote(const struct answering *s, const struct history *h, size_t p)
{
	const float r = h->weight != NULL ? h->weight[p] : 1;

	return s->w.profile == PLAIN || s->w.similarity == COSINE ? r :
	    (float)weigh(&s->w, h->item[p], (double)r);
}

static void
score_all(const struct answering *s, const struct history *h, float *score)
{
	const struct rows r = votes(s);

	memset(score, 0, s->items * sizeof(*score));
	for (size_t p = 0; p < h->n; p++) {
		const int64_t from = r.start[h->item[p]];
		const int64_t to = r.start[h->item[p] + (size_t)1];
		const float w = vote(s, h, p);

		for (int64_t q = from; q < to; q++)
			score[r.item[q]] += r.worth[q] * w;
	}
}

/* What neighbour j is worth to item i; 0 where it is none. */
static float
worth(const struct rows *r, uint32_t i, uint32_t j)
{
	size_t low = (size_t)r->start[i];
	size_t n = (size_t)r->start[i + (size_t)1] - low;

	if (n == 0)
		return 0;
	while (n > 1) {
		const size_t half = n / 2;

		low += r->item[low + half] <= j ? half : 0;
		n -= half;
	}
	return r->item[low] == j ? r->worth[low] : 0;
}

static void
score_each(const struct answering *s, const struct history *h,
    const uint32_t *item, size_t n, float *score)
{
	memset(score, 0, n * sizeof(*score));
	for (size_t p = 0; p < h->n; p++) {
		const uint32_t j = h->item[p];
		const float w = vote(s, h, p);

		for (size_t i = 0; i < n; i++)
			score[i] += worth(&s->near, item[i], j) * w;
	}
}

/* Whether a search for each item and each of the history is less work than
 * all that the history votes for. */
static bool
few(const struct answering *s, const struct history *h, size_t n)
{
	enum { STEPS = 8 };	/* of a search in some hundred neighbours */
	const uint64_t row = (uint64_t)s->near.start[s->items] /
	    (s->items > 0 ? s->items : 1);

	return n * h->n * STEPS < s->items / 8 + h->n * row;
}

static void
score_history(const struct answering *s, const struct history *h,
    const uint32_t *item, size_t n, float *score)
{
	float *all;

	if (item == NULL && n == s->items) {
		score_all(s, h, score);
		return;
	}
	if (item != NULL && few(s, h, n)) {
		score_each(s, h, item, n, score);
		return;
	}
	all = rs_alloc(rs_size(s->items + 1, sizeof(*all)));
	score_all(s, h, all);
	for (size_t i = 0; i < n; i++)
		score[i] = all[item != NULL ? item[i] : i];
	free(all);
}

static void
score(const void *state, uint32_t user, const uint32_t *item, size_t n,
    float *to)
{
	const struct answering *s = state;
	struct history h = { 0 };
	uint64_t first;

	h.item = rs_model_history(s->m, user, &h.n, &first);
	h.weight = s->weight != NULL ? s->weight + first : NULL;
	score_history(s, &h, item, n, to);
}

/* What is known of someone new: the score of every item. */
static size_t
row(const void *state)
{
	const struct answering *s = state;

	return s->items;
}

static int
fold(const void *state, const uint32_t *item, const float *weight, size_t n,
    float *out, struct rs_err *e)
{
	const struct answering *s = state;
	const struct history h = { item, weight, n };

	for (size_t p = 0; p < n && weight != NULL; p++)
		if (!(weight[p] > 0))
			return rs_fail(e, "%s: a weight of %g, and neighbours "
			    "have a meaning only for weights above 0",
			    rs_model_name(s->m), (double)weight[p]);
	score_all(s, &h, out);
	return 0;
}

static void
score_row(const void *state, const float *from, const uint32_t *item,
    size_t n, float *to)
{
	(void)state;
	for (size_t i = 0; i < n; i++)
		to[i] = from[item != NULL ? item[i] : i];
}

static void
similar(const void *state, uint32_t i, const uint32_t *item, size_t n,
    float *to)
{
	const struct answering *s = state;
	const struct rows *r = &s->near;

	if (item != NULL) {
		for (size_t k = 0; k < n; k++)
			to[k] = worth(r, i, item[k]);
		return;
	}
	memset(to, 0, n * sizeof(*to));
	for (int64_t p = r->start[i]; p < r->start[i + (size_t)1]; p++)
		if (r->item[p] < n)
			to[r->item[p]] = r->worth[p];
}

const struct rs_algorithm rs_algorithm_knn = {
	.name = "knn",
	.summary = "items near those of the user, by cosine, TF-IDF or BM25",
	.citation = "Sarwar, Karypis, Konstan, Riedl (2001), Item-based "
	    "collaborative filtering recommendation algorithms; Deshpande, "
	    "Karypis (2004), Item-based top-N recommendation algorithms; "
	    "Ferrari Dacrema, Cremonesi, Jannach (2019), Are we really making "
	    "much progress?",
	.params = PARAMS,
	.presets = PRESETS,
	.wants = RS_WANTS_WEIGHT,
	.kind = RS_SCORE_DOT,
	.remembers = true,
	.sparse = true,
	.begin = begin,
	.epoch = epoch,
	.export = export,
	.end = end,
	.memory = memory,
	.tensors = tensors,
	.open = open,
	.close = close,
	.score = score,
	.row = row,
	.fold = fold,
	.score_row = score_row,
	.similar = similar,
};
