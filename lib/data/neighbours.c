/*
 * neighbours: for each item the K items most like it.
 *
 * One row of the product x'x at a time: for each user of the item the user's
 * whole list is added to an array of all items.  That array is far larger
 * than what is touched, so a byte for every BLOCK items says where it was;
 * only such blocks are looked at, in order, and cleared on the way.
 *
 * Rows are shared out in tasks of a fixed number of items, and each is one
 * thread's from beginning to end: its sums run over users ascending, whatever
 * the threads.  Each row has room for all neighbours that it can have;
 * afterwards the rows are moved together.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/real.h"
#include "data/neighbours.h"
#include "kernel/best.h"

enum {
	BLOCK = 8,		/* items a mark: a cache line of sums */
	WORD = 8,		/* marks that are looked at together */
	CLASSES = 2048,		/* of floats not below 0 */
	TASK = 16,		/* rows a task */
};

struct scratch {
	double *sum;		/* (I, whole blocks) zero between rows */
	unsigned char *mark;	/* (blocks, and whole words) likewise */
	uint32_t *item;		/* (I) candidates of this row, ascending */
	double *dot;		/* theirs */
	float *similarity;	/* theirs */
	struct rs_hit *hits;	/* (k) */
	uint32_t count[CLASSES];	/* of similarities by size */
};

struct job {
	const struct rs_neighbours_ask *ask;
	struct rs_csr by_item;	/* (I, U) */
	double *gain;		/* (U) user^2, or NULL */
	double *left, *right;	/* (I) the two powers of the norms */
	struct rs_neighbours *n;
	uint64_t *count;	/* (I) neighbours found */
	size_t k, blocks;
	struct scratch *scratch;	/* (threads) */
};

/* Square without surprises: a pair's part of a norm. */
static double
part(const struct job *j, uint64_t at)
{
	const double w = j->by_item.weight != NULL ?
	    (double)j->by_item.weight[at] : 1;

	return w * w * (j->gain != NULL ? j->gain[j->by_item.item[at]] : 1);
}

static double
scale(const struct rs_neighbours_ask *a, uint64_t item)
{
	return a->item != NULL ? a->item[item] : 1;
}

static void
measure(struct job *j)
{
	const struct rs_neighbours_ask *a = j->ask;
	const size_t items = (size_t)a->m->items;

	j->left = rs_alloc(rs_size(items + 1, sizeof(*j->left)));
	j->right = rs_alloc(rs_size(items + 1, sizeof(*j->right)));
	for (size_t i = 0; i < items; i++) {
		double sum = 0;

		for (uint64_t p = j->by_item.start[i];
		    p < j->by_item.start[i + 1]; p++)
			sum += part(j, p);
		sum = sqrt(sum) * scale(a, i);
		j->left[i] = j->right[i] = sum;
		if (a->asymmetry != 0.5) {
			j->left[i] = rs_pow(sum, 2 - 2 * a->asymmetry);
			j->right[i] = rs_pow(sum, 2 * a->asymmetry);
		}
	}
}

/* How many neighbours row i has at most. */
static uint64_t
most(const struct job *j, uint64_t i)
{
	const struct rs_csr *m = j->ask->m;
	uint64_t n = 0;

	for (uint64_t p = j->by_item.start[i];
	    p < j->by_item.start[i + 1] && n < j->k; p++)
		n += rs_csr_count(m, j->by_item.item[p]) - 1;
	return n < j->k ? n : j->k;
}

static void
make_room(struct job *j)
{
	const uint64_t items = j->ask->m->items;
	struct rs_neighbours *n = j->n;

	*n = (struct rs_neighbours){ .items = items,
		.start = rs_alloc(rs_size(items + 1, sizeof(*n->start))) };
	n->start[0] = 0;
	for (uint64_t i = 0; i < items; i++)
		n->start[i + 1] = n->start[i] + most(j, i);
	n->item = rs_alloc(rs_size(n->start[items], sizeof(*n->item)) + 1);
	n->similarity = rs_alloc(rs_size(n->start[items],
	    sizeof(*n->similarity)) + 1);
}

/* Pointers of their own: a mark is a char, which might be any pointer's. */
static void
add_ones(const struct scratch *s, const uint32_t *restrict item, uint64_t n,
    double x)
{
	double *restrict sum = s->sum;
	unsigned char *restrict mark = s->mark;

	for (uint64_t i = 0; i < n; i++) {
		sum[item[i]] += x;
		mark[item[i] / BLOCK] = 1;
	}
}

static void
add_weights(const struct scratch *s, const uint32_t *restrict item,
    const float *restrict weight, uint64_t n, double x)
{
	double *restrict sum = s->sum;
	unsigned char *restrict mark = s->mark;

	for (uint64_t i = 0; i < n; i++) {
		sum[item[i]] += x * (double)weight[i];
		mark[item[i] / BLOCK] = 1;
	}
}

/* Row i of the product, without the items' scales. */
static void
add_users(const struct job *j, struct scratch *s, uint64_t i)
{
	const struct rs_csr *m = j->ask->m, *t = &j->by_item;

	for (uint64_t p = t->start[i]; p < t->start[i + 1]; p++) {
		const uint32_t u = t->item[p];
		const double x = j->gain != NULL ? j->gain[u] : 1;

		if (m->weight != NULL)
			add_weights(s, rs_csr_items(m, u),
			    m->weight + m->start[u], rs_csr_count(m, u),
			    x * (double)t->weight[p]);
		else
			add_ones(s, rs_csr_items(m, u), rs_csr_count(m, u), x);
	}
}

/* Take out the sums above 0, ascending; sums and marks are cleared. */
static size_t
collect(const struct job *j, const struct scratch *t)
{
	double *restrict sum = t->sum, *restrict dot = t->dot;
	uint32_t *restrict item = t->item;
	unsigned char *restrict mark = t->mark;
	size_t n = 0;

	for (size_t w = 0; w < j->blocks; w += WORD) {
		uint64_t any;

		memcpy(&any, mark + w, sizeof(any));
		if (any == 0)
			continue;
		for (size_t b = w; b < w + WORD; b++) {
			if (mark[b] == 0)
				continue;
			for (size_t i = b * BLOCK; i < (b + 1) * BLOCK; i++) {
				item[n] = (uint32_t)i;
				dot[n] = sum[i];
				n += sum[i] > 0;
				sum[i] = 0;
			}
		}
		memset(mark + w, 0, WORD);
	}
	return n;
}

/* Make similarities to i of the first n sums; how many are above 0. */
static size_t
compare(const struct job *j, const struct scratch *t, uint64_t i, size_t n)
{
	const struct rs_neighbours_ask *a = j->ask;
	const double left = a->raw ? 0 : j->left[i], mine = scale(a, i);
	const double shrink = a->raw ? 1 : a->shrink;
	const double *restrict right = j->right;
	double *restrict dot = t->dot;
	float *restrict to = t->similarity;
	uint32_t *restrict item = t->item;
	size_t kept = 0;

	for (size_t c = 0; a->item != NULL && c < n; c++)
		dot[c] *= mine * a->item[item[c]];
	for (size_t c = 0; c < n; c++) {
		const uint32_t other = item[c];
		const float s = (float)(dot[c] / (left * right[other] +
		    shrink));

		item[kept] = other;
		to[kept] = s;
		kept += s > 0 && other != i;
	}
	return kept;
}

/* The class of a similarity: its exponent and 3 bits more. */
static size_t
class(float s)
{
	uint32_t bits;

	memcpy(&bits, &s, sizeof(bits));
	return bits >> 20;
}

/* The key that the last of the best k has; 0 where all are among them.  Only
 * the class in which that one lies needs a heap. */
static uint64_t
bar(const struct job *j, struct scratch *t, size_t n)
{
	const float *s = t->similarity;
	size_t want = j->k, c = CLASSES;
	struct rs_best best;

	if (n <= want)
		return 0;
	memset(t->count, 0, sizeof(t->count));
	for (size_t i = 0; i < n; i++)
		t->count[class(s[i])]++;
	while (t->count[--c] < want)
		want -= t->count[c];
	rs_best_init(&best, t->hits, want);
	for (size_t i = 0; i < n; i++)
		if (class(s[i]) == c)
			rs_best_add(&best, t->item[i], s[i]);
	return best.worst;
}

static void
find_row(struct job *j, struct scratch *t, uint64_t i)
{
	struct rs_neighbours *out = j->n;
	const double q = j->ask->exponent;
	uint64_t at = out->start[i], worst;
	size_t n;

	add_users(j, t, i);
	n = compare(j, t, i, collect(j, t));
	worst = bar(j, t, n);
	for (size_t c = 0; c < n; c++) {
		const float s = t->similarity[c];

		if (rs_best_key(t->item[c], s) < worst)
			continue;
		out->item[at] = t->item[c];
		out->similarity[at] = q == 1 ? s :
		    (float)rs_pow((double)s, q);
		/* A power may be nothing at all. */
		at += out->similarity[at] != 0;
	}
	j->count[i] = at - out->start[i];
}

static void
find_rows(void *arg, size_t task, int thread)
{
	struct job *j = arg;
	const uint64_t items = j->ask->m->items;

	for (uint64_t i = (uint64_t)task * TASK;
	    i < items && i < ((uint64_t)task + 1) * TASK; i++)
		find_row(j, &j->scratch[thread], i);
}

static void
scratch_new(struct scratch *t, const struct job *j)
{
	const size_t items = j->blocks * BLOCK;

	t->sum = rs_aligned(rs_size(items, sizeof(*t->sum)));
	t->mark = rs_zalloc(j->blocks + WORD);
	/* A candidate is written before it is known to be one. */
	t->item = rs_alloc(rs_size(items + 1, sizeof(*t->item)));
	t->dot = rs_alloc(rs_size(items + 1, sizeof(*t->dot)));
	t->similarity = rs_alloc(rs_size(items + 1, sizeof(*t->similarity)));
	t->hits = rs_alloc(rs_size(j->k + 1, sizeof(*t->hits)));
}

static void
scratch_free(struct scratch *t)
{
	free(t->sum);
	free(t->mark);
	free(t->item);
	free(t->dot);
	free(t->similarity);
	free(t->hits);
}

/* Close the gaps behind rows that have less than they might. */
static void
settle(struct job *j)
{
	struct rs_neighbours *n = j->n;
	uint64_t to = 0;

	for (uint64_t i = 0; i < n->items; i++) {
		const uint64_t from = n->start[i], count = j->count[i];

		memmove(n->item + to, n->item + from,
		    count * sizeof(*n->item));
		memmove(n->similarity + to, n->similarity + from,
		    count * sizeof(*n->similarity));
		n->start[i] = to;
		to += count;
	}
	n->start[n->items] = to;
	n->item = rs_realloc(n->item, to * sizeof(*n->item) + 1);
	n->similarity = rs_realloc(n->similarity,
	    to * sizeof(*n->similarity) + 1);
}

static int
check(const struct rs_neighbours *n, struct rs_err *e)
{
	for (uint64_t i = 0; i < n->items; i++)
		for (uint64_t p = n->start[i]; p < n->start[i + 1]; p++)
			if (n->similarity[p] - n->similarity[p] != 0)
				return rs_fail(e, "the similarities of item %"
				    PRIu64 " overflow", i);
	return 0;
}

static double *
squares(const double *x, size_t n)
{
	double *y;

	if (x == NULL)
		return NULL;
	y = rs_alloc(rs_size(n + 1, sizeof(*y)));
	for (size_t i = 0; i < n; i++)
		y[i] = x[i] * x[i];
	return y;
}

int
rs_neighbours_find(const struct rs_neighbours_ask *ask, struct rs_pool *pool,
    struct rs_neighbours *n, struct rs_err *e)
{
	const size_t items = (size_t)ask->m->items;
	const int threads = rs_pool_threads(pool);
	struct job j = { .ask = ask, .n = n,
		.k = ask->k < items ? (size_t)ask->k : items,
		.blocks = (items + BLOCK - 1) / BLOCK };

	rs_csr_transpose(ask->m, &j.by_item);
	j.gain = squares(ask->user, (size_t)ask->m->users);
	measure(&j);
	make_room(&j);
	j.count = rs_zalloc(rs_size(items + 1, sizeof(*j.count)));
	j.scratch = rs_alloc(rs_size((size_t)threads, sizeof(*j.scratch)));
	for (int t = 0; t < threads; t++)
		scratch_new(&j.scratch[t], &j);
	rs_pool_run(pool, (items + TASK - 1) / TASK, find_rows, &j);
	for (int t = 0; t < threads; t++)
		scratch_free(&j.scratch[t]);
	rs_csr_free(&j.by_item);
	settle(&j);
	free(j.scratch);
	free(j.count);
	free(j.gain);
	free(j.left);
	free(j.right);
	if (check(n, e) == 0)
		return 0;
	rs_neighbours_free(n);
	return -1;
}

/* Rows are visited in order, so they ascend within each row of the result. */
void
rs_neighbours_turn(const struct rs_neighbours *n, struct rs_neighbours *t)
{
	const size_t all = (size_t)n->start[n->items];

	*t = (struct rs_neighbours){
		.items = n->items,
		.start = rs_zalloc(rs_size(n->items + 2, sizeof(*t->start))),
		.item = rs_alloc(rs_size(all, sizeof(*t->item)) + 1),
		.similarity = rs_alloc(rs_size(all, sizeof(*t->similarity)) +
		    1),
	};
	for (size_t p = 0; p < all; p++)
		t->start[n->item[p] + (size_t)1]++;
	for (uint64_t i = 0; i < t->items; i++)
		t->start[i + 1] += t->start[i];
	for (uint64_t i = 0; i < n->items; i++)
		for (uint64_t p = n->start[i]; p < n->start[i + 1]; p++) {
			const uint64_t at = t->start[n->item[p]]++;

			t->item[at] = (uint32_t)i;
			t->similarity[at] = n->similarity[p];
		}
	/* Each start has moved to its row's end, the next one's start. */
	memmove(t->start + 1, t->start, t->items * sizeof(*t->start));
	t->start[0] = 0;
}

void
rs_neighbours_free(struct rs_neighbours *n)
{
	free(n->start);
	free(n->item);
	free(n->similarity);
	*n = (struct rs_neighbours){ 0 };
}

uint64_t
rs_neighbours_memory(uint64_t items, uint64_t pairs, bool weighted,
    uint64_t k, int threads)
{
	const uint64_t row = k < items ? k : items;

	return pairs * (weighted ? 8 : 4) + items * (row * 8 + 40) +
	    (uint64_t)threads * (items * 25 + row * 8);
}
