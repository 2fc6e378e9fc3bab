/* knn: the neighbours and the scores are those of a dense reference. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/neighbours.h"
#include "model/algorithm.h"
#include "model/fit.h"
#include "model/model.h"
#include "model/recommend.h"
#include "test.h"

enum { USERS = 60, ITEMS = 90 };

static double
unit(uint64_t n)
{
	return rs_unit(rs_draw(7, RS_DRAW_ROW, n));
}

/* Random pairs; the last item is nobody's and the last user has none. */
static void
random_pairs(struct rs_csr *m, bool weighted, uint64_t seed)
{
	size_t n = 0;

	*m = (struct rs_csr){ .users = USERS, .items = ITEMS };
	m->start = rs_zalloc((USERS + 2) * sizeof(*m->start));
	m->item = rs_alloc(USERS * ITEMS * sizeof(*m->item));
	m->weight = rs_alloc(USERS * ITEMS * sizeof(*m->weight));
	for (uint32_t u = 0; u < USERS; u++) {
		for (uint32_t i = 0; i + 1 < ITEMS && u + 1 < USERS; i++) {
			const uint64_t at = (seed * USERS + u) * ITEMS + i;

			if (unit(2 * at) > 0.02 + 0.3 * (i % 7) / 7)
				continue;
			m->item[n] = i;
			m->weight[n++] = (float)(0.5 + 4 * unit(2 * at + 1));
		}
		m->start[u + 1] = n;
	}
	m->nnz = n;
	if (!weighted) {
		free(m->weight);
		m->weight = NULL;
	}
}

static double
r(const struct rs_csr *m, uint32_t u, uint32_t i)
{
	for (uint64_t p = m->start[u]; p < m->start[u + 1]; p++)
		if (m->item[p] == i)
			return m->weight != NULL ? (double)m->weight[p] : 1;
	return 0;
}

/* The parameters as the reference wants them. */
struct setting {
	const char *text;	/* "similarity=..." and so on */
	int similarity;		/* 0 cosine, 1 tfidf, 2 bm25 */
	uint64_t k;
	double shrink, asymmetry, exponent, k1, b;
	bool raw, plain;
};

static const struct setting SETTINGS[] = {
	{ "similarity=cosine neighbours=1000 shrinkage=0 asymmetry=0.5",
	  0, 1000, 0, 0.5, 1, 1.2, 0.75, false, false },
	{ "similarity=cosine neighbours=5 shrinkage=3 asymmetry=0.5",
	  0, 5, 3, 0.5, 1, 1.2, 0.75, false, false },
	{ "similarity=tfidf neighbours=7 shrinkage=1 asymmetry=0.3",
	  1, 7, 1, 0.3, 1, 1.2, 0.75, false, false },
	{ "similarity=bm25 neighbours=9 shrinkage=10 asymmetry=1 k1=2 b=0.4",
	  2, 9, 10, 1, 1, 2, 0.4, false, false },
	{ "similarity=bm25 neighbours=4 shrinkage=5 normalize=no "
	  "profile=plain", 2, 4, 0, 0.5, 1, 1.2, 0.75, true, true },
	{ "similarity=cosine neighbours=6 shrinkage=0 asymmetry=0.7 "
	  "exponent=2.5", 0, 6, 0, 0.7, 2.5, 1.2, 0.75, false, false },
	{ "similarity=bm25 neighbours=1 shrinkage=0 asymmetry=0.5 k1=0 b=1",
	  2, 1, 0, 0.5, 1, 0, 1, false, false },
};

enum { ALL_SETTINGS = sizeof(SETTINGS) / sizeof(SETTINGS[0]) };

/* The slow way, straight from the formulas. */
struct dense {
	double r[USERS][ITEMS], x[USERS][ITEMS], w[USERS][ITEMS];
	double s[ITEMS][ITEMS];		/* before the choice of the best */
};

static void
dense_weights(struct dense *d, const struct rs_csr *m,
    const struct setting *set)
{
	double length[ITEMS] = { 0 }, all = 0;

	for (uint32_t u = 0; u < USERS; u++)
		for (uint32_t i = 0; i < ITEMS; i++) {
			d->r[u][i] = r(m, u, i);
			length[i] += d->r[u][i];
			all += d->r[u][i];
		}
	for (uint32_t u = 0; u < USERS; u++) {
		const double idf = fmax(0, log(ITEMS) - log(1 +
		    (double)rs_csr_count(m, u)));

		for (uint32_t i = 0; i < ITEMS; i++) {
			const double v = d->r[u][i], len = 1 - set->b +
			    set->b * length[i] * ITEMS / all;
			double x = v;

			if (set->similarity == 1)
				x = sqrt(v);
			if (set->similarity == 2)
				x = v > 0 ? v * (set->k1 + 1) / (v + set->k1 *
				    len) : 0;
			d->w[u][i] = set->plain ? v : x;
			d->x[u][i] = set->similarity > 0 ? idf * x : x;
		}
	}
}

static void
dense_similarities(struct dense *d, const struct setting *set)
{
	double norm[ITEMS] = { 0 };

	for (int i = 0; i < ITEMS; i++) {
		for (int u = 0; u < USERS; u++)
			norm[i] += d->x[u][i] * d->x[u][i];
		norm[i] = sqrt(norm[i]);
	}
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < ITEMS; j++) {
			double dot = 0;

			for (int u = 0; u < USERS; u++)
				dot += d->x[u][i] * d->x[u][j];
			d->s[i][j] = i == j || dot == 0 ? 0 : pow(dot /
			    (set->raw ? 1 : pow(norm[i], 2 - 2 *
			    set->asymmetry) * pow(norm[j], 2 *
			    set->asymmetry) + set->shrink), set->exponent);
		}
}

static struct rs_tensors *
fit(const struct rs_csr *m, const char *settings, bool seen, int threads,
    struct rs_run *run, struct rs_values *v, struct rs_err *e)
{
	struct rs_run_result result;
	char text[256], *save, *word;

	rs_values_init(v, rs_algorithm_find("knn"));
	snprintf(text, sizeof(text), "%s", settings);
	for (word = strtok_r(text, " ", &save); word != NULL;
	    word = strtok_r(NULL, " ", &save))
		if (rs_values_set(v, word, e) < 0)
			return NULL;
	*run = (struct rs_run){ .algorithm = v->algorithm, .seen = seen,
		.fit = { .train = m, .weighted = m->weight != NULL,
		.pool = rs_pool_new(threads), .values = v, .epochs = 1 } };
	return rs_run_go(run, &result, e);
}

static void
done(struct rs_run *run, struct rs_tensors *t)
{
	rs_tensors_free(t);
	rs_pool_free(run->fit.pool);
	rs_run_free(run);
}

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-5 * (fabs(a) + fabs(b)) + 1e-12;
}

/* Row i has the best of the reference: no other one is better than the worst
 * that was kept, by more than rounding. */
static void
check_rows(const struct rs_tensors *t, const struct dense *d,
    const struct setting *set, double kept[ITEMS][ITEMS])
{
	const int64_t *start = rs_tensors_get(t, "neighbour_indptr")->data;
	const uint32_t *item = rs_tensors_get(t, "neighbour_indices")->data;
	const float *s = rs_tensors_get(t, "neighbour_similarity")->data;

	memset(kept, 0, sizeof(double[ITEMS][ITEMS]));
	for (uint32_t i = 0; i < ITEMS; i++) {
		const uint64_t n = (uint64_t)(start[i + 1] - start[i]);
		double worst = INFINITY;
		uint64_t can = 0;

		for (int64_t p = start[i]; p < start[i + 1]; p++) {
			kept[i][item[p]] = (double)s[p];
			ok(near(d->s[i][item[p]], (double)s[p]), "%s: (%u, %u)"
			    ": %g, not %g", set->text, i, item[p],
			    (double)s[p], d->s[i][item[p]]);
			worst = fmin(worst, d->s[i][item[p]]);
		}
		for (uint32_t j = 0; j < ITEMS; j++) {
			can += d->s[i][j] > 0;
			ok(n < set->k || kept[i][j] > 0 ||
			    d->s[i][j] <= worst * (1 + 1e-6), "%s: %u is "
			    "nearer to %u", set->text, j, i);
		}
		ok(n == (can < set->k ? can : set->k), "%s: item %u has %llu "
		    "neighbours of %llu", set->text, i, (unsigned long long)n,
		    (unsigned long long)can);
	}
}

static double
dense_score(const struct dense *d, double kept[ITEMS][ITEMS], uint32_t u,
    uint32_t i)
{
	double sum = 0;

	for (uint32_t j = 0; j < ITEMS; j++)
		sum += kept[i][j] * d->w[u][j];
	return sum;
}

static void
check_scores(const struct rs_model *m, const struct rs_csr *train,
    const struct dense *d, double kept[ITEMS][ITEMS],
    const struct setting *set)
{
	float all[ITEMS], one[ITEMS], row[ITEMS], folded[ITEMS];
	uint32_t some[ITEMS];
	struct rs_err e;

	for (uint32_t i = 0; i < ITEMS; i++)
		some[i] = i;
	for (uint32_t u = 0; u < USERS; u++) {
		rs_model_score(m, u, NULL, ITEMS, all);
		for (uint32_t i = 0; i < ITEMS; i++) {
			const double want = dense_score(d, kept, u, i);

			ok(near(want, (double)all[i]), "%s: score (%u, %u): "
			    "%g, not %g", set->text, u, i, (double)all[i],
			    want);
			rs_model_score(m, u, &i, 1, &one[i]);
		}
		ok(memcmp(all, one, sizeof(all)) == 0, "%s: one by one",
		    set->text);
		rs_model_score(m, u, some + 3, ITEMS - 3, one);
		ok(memcmp(all + 3, one, (ITEMS - 3) * sizeof(*all)) == 0,
		    "%s: a list", set->text);
		ok(rs_model_fold(m, rs_csr_items(train, u),
		    train->weight != NULL ? train->weight + train->start[u] :
		    NULL, rs_csr_count(train, u), row, &e) == 0, "fold");
		rs_model_score_row(m, row, NULL, ITEMS, folded);
		ok(memcmp(all, folded, sizeof(all)) == 0, "%s: as if new",
		    set->text);
	}
}

static void
test_the_dense_reference_agrees(void)
{
	static struct dense d;
	static double kept[ITEMS][ITEMS];

	for (uint64_t n = 0; n < 2 * ALL_SETTINGS; n++) {
		const struct setting *set = &SETTINGS[n / 2];
		struct rs_values v;
		struct rs_run run;
		struct rs_csr m;
		struct rs_err e;
		struct rs_tensors *t;

		random_pairs(&m, n % 2 == 1, n);
		dense_weights(&d, &m, set);
		dense_similarities(&d, set);
		t = fit(&m, set->text, n % 3 > 0, 2, &run, &v, &e);
		if (!ok(t != NULL, "%s: %s", set->text, e.text))
			return;
		struct rs_model *model = rs_model_of(t, &e);
		if (!ok(model != NULL, "%s: %s", set->text, e.text))
			return;
		ok(rs_model_has_seen(model) == (n % 3 > 0), "seen");
		check_rows(t, &d, set, kept);
		check_scores(model, &m, &d, kept, set);
		rs_model_close(model);
		done(&run, t);
		rs_csr_free(&m);
	}
}

static void
test_a_full_cosine_is_symmetric(void)
{
	const struct rs_neighbours_ask plain = { .k = ITEMS,
		.asymmetry = 0.5, .exponent = 1 };
	struct rs_neighbours_ask ask = plain;
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_neighbours n, turned;
	struct rs_csr m;
	struct rs_err e;

	random_pairs(&m, false, 99);
	ask.m = &m;
	ok(rs_neighbours_find(&ask, pool, &n, &e) == 0, "found");
	rs_neighbours_turn(&n, &turned);
	ok(memcmp(n.start, turned.start, (ITEMS + 1) * sizeof(*n.start)) == 0,
	    "rows are as long as columns");
	ok(memcmp(n.item, turned.item, n.start[ITEMS] * sizeof(*n.item)) == 0,
	    "rows have what columns have");
	ok(memcmp(n.similarity, turned.similarity, n.start[ITEMS] *
	    sizeof(*n.similarity)) == 0, "and as much of it");
	rs_neighbours_free(&n);
	rs_neighbours_free(&turned);
	rs_csr_free(&m);
	rs_pool_free(pool);
}

/* Everybody has everything: all are equally near. */
static void
test_equally_near_ones_go_by_the_lower_index(void)
{
	struct rs_neighbours_ask ask = { .k = 3, .asymmetry = 0.5,
		.exponent = 1 };
	struct rs_pool *pool = rs_pool_new(1);
	uint64_t start[] = { 0, 40, 80, 120 };
	uint32_t item[120];
	struct rs_csr m = { 3, 40, 120, start, item, NULL };
	struct rs_neighbours n;
	struct rs_err e;

	for (uint32_t i = 0; i < 120; i++)
		item[i] = i % 40;
	ask.m = &m;
	ok(rs_neighbours_find(&ask, pool, &n, &e) == 0, "found");
	for (uint32_t i = 0; i < 40; i++)
		for (uint32_t c = 0; c < 3; c++)
			ok(n.item[n.start[i] + c] == c + (i <= c), "item %u "
			    "has %u", i, n.item[n.start[i] + c]);
	rs_neighbours_free(&n);
	rs_pool_free(pool);
}

static void
test_threads_do_not_change_a_bit(void)
{
	static const int threads[] = { 1, 2, 3, 7 };
	static const char *const names[] = { "neighbour_indptr",
		"neighbour_indices", "neighbour_similarity" };
	struct rs_tensors *t[4];
	struct rs_values v[4];
	struct rs_run run[4];
	struct rs_csr m;
	struct rs_err e;

	random_pairs(&m, true, 5);
	for (int i = 0; i < 4; i++) {
		t[i] = fit(&m, "neighbours=11 exponent=1.5", true, threads[i],
		    &run[i], &v[i], &e);
		for (int k = 0; k < 3; k++) {
			const struct rs_tensor *a = rs_tensors_get(t[0],
			    names[k]), *b = rs_tensors_get(t[i], names[k]);

			ok(a->count == b->count && memcmp(a->data, b->data,
			    a->count * rs_tensor_size(a->type)) == 0,
			    "%s by %d threads", names[k], threads[i]);
		}
	}
	for (int i = 0; i < 4; i++)
		done(&run[i], t[i]);
	rs_csr_free(&m);
}

static void
test_weights_that_mean_nothing_are_refused(void)
{
	static const float bad[] = { 0, -1 };
	struct rs_csr m;

	for (int i = 0; i < 2; i++) {
		struct rs_values v;
		struct rs_run run;
		struct rs_err e;

		random_pairs(&m, true, 3);
		m.weight[m.nnz / 2] = bad[i];
		ok(fit(&m, "neighbours=3", true, 1, &run, &v, &e) == NULL,
		    "weight %g", (double)bad[i]);
		ok(strstr(e.text, "above 0") != NULL, "%s", e.text);
		done(&run, NULL);
		rs_csr_free(&m);
	}
}

/* Write n bytes into a tensor at an offset; the model must be refused with a
 * sentence that has words in it. */
static void
spoil(const struct rs_tensors *t, const char *name, size_t at,
    const void *bytes, size_t n, const char *words)
{
	char *p = (char *)(uintptr_t)rs_tensors_get(t, name)->data + at;
	char was[8];
	struct rs_err e = { "accepted" };

	memcpy(was, p, n);
	memcpy(p, bytes, n);
	struct rs_model *m = rs_model_of(t, &e);
	ok(m == NULL && strstr(e.text, words) != NULL, "%s[%zu]: %s", name,
	    at, e.text);
	rs_model_close(m);
	memcpy(p, was, n);
}

static void
test_nonsense_is_refused(void)
{
	const uint32_t far = ITEMS;
	const int64_t minus = -1, one = 1, beyond = INT64_MAX;
	const float nan = __builtin_nanf(""), inf = __builtin_inff(),
	    less = -1, nothing = 0;

	for (int seen = 0; seen < 2; seen++) {
		const char *indptr = seen ? "seen_indptr" : "history_indptr";
		const char *indices = seen ? "seen_indices" :
		    "history_indices";
		struct rs_values v;
		struct rs_run run;
		struct rs_csr m;
		struct rs_err e;
		struct rs_tensors *t;

		random_pairs(&m, true, 8);
		t = fit(&m, "similarity=bm25 neighbours=5", seen, 1, &run, &v,
		    &e);
		if (!ok(t != NULL, "%s", e.text))
			return;
		spoil(t, "neighbour_indptr", 0, &one, 8, "neighbour_indptr");
		spoil(t, "neighbour_indptr", 8, &minus, 8,
		    "neighbour_indptr");
		spoil(t, "neighbour_indptr", 8, &beyond, 8,
		    "neighbour_indptr");
		spoil(t, "neighbour_indptr", 8 * ITEMS, &beyond, 8,
		    "neighbour_indptr");
		/* The first row's: an index too far, itself, one twice. */
		const int64_t *start = rs_tensors_get(t,
		    "neighbour_indptr")->data;
		uint32_t own = 0;
		while (start[own + 1] == 0)
			own++;
		spoil(t, "neighbour_indices", 0, &far, 4,
		    "neighbour_indices");
		spoil(t, "neighbour_indices", 0, &own, 4,
		    "neighbour_indices");
		spoil(t, "neighbour_indices", 4,
		    rs_tensors_get(t, "neighbour_indices")->data, 4,
		    "neighbour_indices");
		spoil(t, "neighbour_similarity", 8, &nan, 4,
		    "neighbour_similarity");
		spoil(t, "neighbour_similarity", 8, &inf, 4,
		    "neighbour_similarity");
		spoil(t, "neighbour_similarity", 8, &nothing, 4,
		    "neighbour_similarity");
		spoil(t, "history_weight", 4, &less, 4, "history_weight");
		spoil(t, "item_length", 4, &less, 4, "item_length");
		spoil(t, indptr, 8, &minus, 8, indptr);
		spoil(t, indices, 0, &far, 4, indices);
		done(&run, t);
		rs_csr_free(&m);
	}
}

/* Whoever has nothing gets what is popular; nothing without any similarity
 * is listed; what somebody has does not come back. */
static void
test_lists_have_what_is_near_and_no_more(void)
{
	struct rs_recommend_opts o = { .similar = true };
	struct rs_hit hits[3 * ITEMS];
	size_t count[3];
	bool fallback[3];
	struct rs_err why[3], e;
	struct rs_values v;
	struct rs_run run;
	struct rs_csr m;
	struct rs_tensors *t;
	uint32_t two[] = { 1, 5 };

	random_pairs(&m, false, 4);
	t = fit(&m, "similarity=cosine neighbours=2", true, 2, &run, &v, &e);
	struct rs_model *model = rs_model_of(t, &e);
	struct rs_recommender *rec = rs_recommender_new(model, &o,
	    run.fit.pool, &e);
	const struct rs_wish wish[] = {
		{ RS_WISH_USER, USERS - 1, 10, NULL, 0 },
		{ RS_WISH_ITEMS, 0, ITEMS, two, 2 },
		{ RS_WISH_SIMILAR, 5, ITEMS, NULL, 0 },
	};

	ok(rec != NULL, "%s", e.text);
	rs_recommend(rec, wish, 3, hits, ITEMS, count, fallback, why);
	ok(fallback[0] && count[0] == 10, "nobody: %zu", count[0]);
	ok(!fallback[1] && count[1] > 0 && count[1] < ITEMS - 2, "new: %zu",
	    count[1]);
	for (size_t i = 0; i < count[1]; i++)
		ok(hits[ITEMS + i].score > 0 && hits[ITEMS + i].item != 1 &&
		    hits[ITEMS + i].item != 5, "item %u",
		    hits[ITEMS + i].item);
	ok(!fallback[2] && count[2] == 2 && hits[2 * ITEMS].score >=
	    hits[2 * ITEMS + 1].score, "similar: %zu", count[2]);
	const struct rs_wish lonely = { RS_WISH_SIMILAR, ITEMS - 1, 4, NULL,
		0 };
	rs_recommend(rec, &lonely, 1, hits, 4, count, fallback, why);
	ok(fallback[0] && count[0] == 4, "like what nobody has: %zu",
	    count[0]);
	rs_recommender_free(rec);
	rs_model_close(model);
	done(&run, t);
	rs_csr_free(&m);
}

int
main(void)
{
	test_the_dense_reference_agrees();
	test_a_full_cosine_is_symmetric();
	test_equally_near_ones_go_by_the_lower_index();
	test_threads_do_not_change_a_bit();
	test_weights_that_mean_nothing_are_refused();
	test_nonsense_is_refused();
	test_lists_have_what_is_near_and_no_more();
	return test_end();
}
