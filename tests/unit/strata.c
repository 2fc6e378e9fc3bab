/* strata: each pair once an epoch, nothing shared, nothing left to chance. */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/strata.h"
#include "test.h"

/* Pair (u, i) with a chance that falls with i; some users have nothing, and
 * the last everything. */
static bool
has(uint64_t u, uint64_t i, uint64_t users)
{
	return u + 1 == users || (u % 5 != 2 && rs_chance(0.6 / (1 + 0.02 *
	    (double)i), 3, RS_DRAW_SYNTH, u << 32 | i));
}

static struct rs_csr
make(uint64_t users, uint64_t items, bool valued)
{
	struct rs_csr m = { .users = users, .items = items };

	m.start = rs_zalloc((users + 1) * sizeof(*m.start));
	m.item = rs_alloc((users * items + 1) * sizeof(*m.item));
	if (valued)
		m.weight = rs_alloc((users * items + 1) * sizeof(*m.weight));
	for (uint64_t u = 0; u < users; u++) {
		for (uint64_t i = 0; i < items; i++) {
			if (!has(u, i, users))
				continue;
			if (valued)
				m.weight[m.nnz] = (float)(u * 31 + i);
			m.item[m.nnz++] = (uint32_t)i;
		}
		m.start[u + 1] = m.nnz;
	}
	return m;
}

/* What was seen of an epoch.  The lock also keeps the checks in order. */
struct watch {
	pthread_mutex_t lock;
	const struct rs_csr *m;
	size_t b;
	uint8_t *times;		/* (U, I) */
	uint32_t *user_block, *item_block;	/* 1 + block, 0: not seen */
	uint64_t digest;	/* sum over cells, so their order is free */
	size_t cells;
};

static void
watch_run(struct watch *w, const struct rs_cell *c, size_t r,
    const uint32_t *item, const float *value)
{
	const uint32_t u = c->run[r].user, row = c->number / (uint32_t)w->b;

	ok(c->run[r].n > 0, "a run has pairs");
	ok(w->user_block[u] == 0 || w->user_block[u] == row + 1,
	    "user %" PRIu32 " is in one block", u);
	w->user_block[u] = row + 1;
	rs_cell_mark(c, u, item, c->run[r].n);
	for (size_t k = 0; k < c->run[r].n; k++) {
		w->times[u * w->m->items + item[k]]++;
		if (value != NULL)
			ok(value[k] == (float)(u * 31 + item[k]),
			    "a value stays with its pair");
	}
	for (size_t k = 0; k < c->n_all; k++)
		ok(rs_cell_has(c, u, c->all[k]) == has(u, c->all[k],
		    w->m->users), "marks tell who has what");
}

static void
watch_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct watch *w = arg;
	const uint32_t column = c->number % (uint32_t)w->b;
	size_t at = 0;
	uint64_t h;

	(void)thread;
	pthread_mutex_lock(&w->lock);
	for (size_t k = 0; k < c->n_all; k++) {
		ok(w->item_block[c->all[k]] == 0 ||
		    w->item_block[c->all[k]] == column + 1,
		    "item %" PRIu32 " is in one block", c->all[k]);
		w->item_block[c->all[k]] = column + 1;
	}
	for (size_t r = 0; r < c->runs; r++) {
		watch_run(w, c, r, c->item + at, c->value != NULL ?
		    c->value + at : NULL);
		at += c->run[r].n;
	}
	ok(at == c->n, "the runs are the cell");
	h = XXH3_64bits_withSeed(c->item, c->n * sizeof(*c->item), c->key);
	h = XXH3_64bits_withSeed(c->run, c->runs * sizeof(*c->run), h);
	w->digest += XXH3_64bits_withSeed(c->all, c->n_all * sizeof(*c->all),
	    h + c->number);
	w->cells++;
	pthread_mutex_unlock(&w->lock);
}

/* The digest of some epochs, all checked. */
static uint64_t
go(const struct rs_csr *m, unsigned blocks, int threads, uint64_t seed)
{
	struct rs_pool *pool = rs_pool_new(threads);
	struct rs_strata *s = rs_strata_new(&(struct rs_strata_opts){
	    .train = m, .pool = pool, .seed = seed, .blocks = blocks });
	uint64_t digest = 0;

	for (uint64_t epoch = 0; epoch < 3; epoch++) {
		struct watch w = { .m = m, .b = rs_strata_blocks(s) };
		size_t wrong = 0;

		pthread_mutex_init(&w.lock, NULL);
		w.times = rs_zalloc(m->users * m->items + 1);
		w.user_block = rs_zalloc((m->users + 1) * 4);
		w.item_block = rs_zalloc((m->items + 1) * 4);
		rs_strata_epoch(s, epoch, watch_cell, &w);
		for (uint64_t u = 0; u < m->users; u++)
			for (uint64_t i = 0; i < m->items; i++)
				wrong += w.times[u * m->items + i] !=
				    has(u, i, m->users);
		ok(wrong == 0, "%zu pairs do not come exactly once", wrong);
		ok(w.cells == w.b * w.b, "%zu cells", w.cells);
		digest = digest * 31 + w.digest;
		free(w.times);
		free(w.user_block);
		free(w.item_block);
		pthread_mutex_destroy(&w.lock);
	}
	rs_strata_free(s);
	rs_pool_free(pool);
	return digest;
}

static void
test_every_pair_comes_once_for_any_threads(void)
{
	static const int threads[] = { 2, 3, 7, 16 };
	static const struct {
		uint64_t users, items;
		unsigned blocks;
	} size[] = {
		{ 130, 150, 0 }, { 60, 90, 8 }, { 50, 70, 1 }, { 1, 40, 4 },
		{ 30, 1, 4 }, { 1, 1, 1 }, { 4, 3, 32 }, { 40, 50, 256 },
	};

	for (size_t k = 0; k < sizeof(size) / sizeof(*size); k++) {
		struct rs_csr m = make(size[k].users, size[k].items, k % 2);
		const uint64_t want = go(&m, size[k].blocks, 1, 1);

		for (size_t t = 0; t < 4; t++)
			ok(go(&m, size[k].blocks, threads[t], 1) == want,
			    "data %zu, %d threads", k, threads[t]);
		if (m.nnz > 100)
			ok(go(&m, size[k].blocks, 2, 2) != want,
			    "another seed is another order");
		rs_csr_free(&m);
	}
}

/* Cells that are at work at the same time, by who holds what. */
struct holders {
	pthread_mutex_t lock;
	uint8_t *user, *item;
};

static void
hold(struct holders *h, const struct rs_cell *c, uint8_t held)
{
	pthread_mutex_lock(&h->lock);
	for (size_t k = 0; k < c->n_all; k++) {
		ok(h->item[c->all[k]] != held, "an item is held once");
		h->item[c->all[k]] = held;
	}
	for (size_t r = 0; r < c->runs; r++) {
		ok(h->user[c->run[r].user] != held, "a user is held once");
		h->user[c->run[r].user] = held;
	}
	pthread_mutex_unlock(&h->lock);
}

static void
hold_cell(void *arg, const struct rs_cell *c, int thread)
{
	(void)thread;
	hold(arg, c, 1);
	/* Let others in. */
	nanosleep(&(struct timespec){ .tv_nsec = 200000 }, NULL);
	hold(arg, c, 0);
}

static void
test_cells_that_run_at_once_share_nothing(void)
{
	struct rs_csr m = make(200, 150, false);
	struct rs_pool *pool = rs_pool_new(8);
	struct holders h = { .user = rs_zalloc(200), .item = rs_zalloc(150) };
	struct rs_strata *s = rs_strata_new(&(struct rs_strata_opts){
	    .train = &m, .pool = pool, .seed = 5, .blocks = 16 });

	pthread_mutex_init(&h.lock, NULL);
	for (uint64_t epoch = 0; epoch < 3; epoch++)
		rs_strata_epoch(s, epoch, hold_cell, &h);
	pthread_mutex_destroy(&h.lock);
	rs_strata_free(s);
	rs_pool_free(pool);
	rs_csr_free(&m);
	free(h.user);
	free(h.item);
}

/* How often each item was a negative, of one user or of all. */
struct counts {
	const struct rs_csr *m;
	uint64_t *n;
	uint64_t all, none;
};

static void
count_cell(void *arg, const struct rs_cell *c, int thread)
{
	struct counts *t = arg;
	const uint32_t *item = c->item;
	uint64_t draw = 0;

	(void)thread;
	for (size_t r = 0; r < c->runs; item += c->run[r++].n) {
		rs_cell_mark(c, c->run[r].user, item, c->run[r].n);
		for (size_t k = 0; k < c->run[r].n; k++) {
			uint32_t j = 0;
			int tries = 100;

			do
				j = rs_cell_pick(c, rs_draw_at(c->key,
				    draw++));
			while (rs_cell_has(c, c->run[r].user, j) && --tries);
			if (tries == 0) {
				t->none++;
				continue;
			}
			if (c->run[r].user == 0) {
				t->n[j]++;
				t->all++;
			}
		}
	}
}

/* Pearson's statistic of the negatives of user 0 against what each item's
 * chance should be, less its mean and in its standard deviations. */
static double
distance(const struct rs_csr *m, const double *weight, unsigned blocks)
{
	struct rs_pool *pool = rs_pool_new(1);
	struct rs_strata *s = rs_strata_new(&(struct rs_strata_opts){
	    .train = m, .pool = pool, .seed = 9, .blocks = blocks,
	    .weight = weight });
	struct counts t = { m, rs_zalloc(m->items * sizeof(*t.n)), 0, 0 };
	double sum = 0, chi = 0, free_cells = -1;

	for (uint64_t epoch = 0; epoch < 3000; epoch++)
		rs_strata_epoch(s, epoch, count_cell, &t);
	for (uint64_t i = 0; i < m->items; i++)
		if (!has(0, i, m->users))
			sum += weight != NULL ? weight[i] : 1;
	for (uint64_t i = 0; i < m->items; i++) {
		const double want = (double)t.all * (weight != NULL ?
		    weight[i] : 1) / sum;
		const double off = (double)t.n[i] - want;

		if (has(0, i, m->users) || want == 0) {
			ok(t.n[i] == 0, "item %" PRIu64 " is no negative", i);
			continue;
		}
		chi += off * off / want;
		free_cells++;
	}
	ok(t.none == 0, "every sample had a negative");
	free(t.n);
	rs_strata_free(s);
	rs_pool_free(pool);
	return (chi - free_cells) / sqrt(2 * free_cells);
}

static void
test_negatives_are_uniform_over_epochs(void)
{
	struct rs_csr m = make(4, 300, false);
	double weight[300];
	double d;

	m.users = 3;	/* without the one who has everything */
	m.nnz = m.start[3];
	d = distance(&m, NULL, 1);
	ok(fabs(d) < 4, "one block: %g deviations", d);
	d = distance(&m, NULL, 4);
	ok(fabs(d) < 4, "four blocks: %g deviations", d);
	d = distance(&m, NULL, 8);
	ok(fabs(d) < 4, "eight blocks: %g deviations", d);
	for (size_t i = 0; i < 300; i++)
		weight[i] = i % 7 == 0 ? 0 : 1 + (double)(i % 3);
	d = distance(&m, weight, 1);
	ok(fabs(d) < 4, "weights, one block: %g deviations", d);
	rs_csr_free(&m);
}

static void
test_who_has_all_gets_no_negative_and_it_ends(void)
{
	struct rs_csr m = make(2, 30, false);
	struct rs_pool *pool = rs_pool_new(2);
	struct rs_strata *s = rs_strata_new(&(struct rs_strata_opts){
	    .train = &m, .pool = pool, .seed = 1, .blocks = 1 });
	struct counts t = { &m, rs_zalloc(30 * sizeof(*t.n)), 0, 0 };

	rs_strata_epoch(s, 0, count_cell, &t);
	ok(t.none >= 30, "%" PRIu64 " samples without a negative", t.none);
	free(t.n);
	rs_strata_free(s);
	rs_pool_free(pool);
	rs_csr_free(&m);
}

int
main(void)
{
	test_every_pair_comes_once_for_any_threads();
	test_cells_that_run_at_once_share_nothing();
	test_negatives_are_uniform_over_epochs();
	test_who_has_all_gets_no_negative_and_it_ends();
	return test_end();
}
