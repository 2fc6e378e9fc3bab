/*
 * sort: any number of small records in order, within a memory budget.
 *
 * Records gather in memory until half the budget is full; the other half is
 * what the radix sort needs to move them.  Full, they become a run in the
 * spill.  In the end the runs are merged, the earlier run first where keys
 * are equal, which keeps the sort stable.  Were there so many runs that each
 * had too small a buffer, neighbours are merged into longer runs before.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/sort.h"
#include "data/spill.h"

enum {
	DIGIT = 256,
	LEAST = 1024,		/* records in memory, however small the budget */
	RUN_BUFFER = 1 << 16,	/* least bytes read of a run at once */
	FAN_MAX = 512,		/* runs merged at once */
	KEYS_MAX = 4,
};

/* Words words of a run, read piece by piece. */
struct run {
	uint64_t at, left;	/* in the spill: bytes, records */
};

struct cursor {
	struct run run;
	uint64_t *buffer;
	size_t held, pos;	/* records */
};

struct rs_sort {
	unsigned words, keys;
	size_t record;		/* bytes */
	uint64_t count;

	uint64_t *list, *aux;	/* gathering */
	size_t n, room, most;	/* records */

	struct rs_spill *spill;
	struct run *run;
	size_t runs, runs_room;

	bool done;		/* rewound once */
	size_t pos;		/* next record of list, without runs */

	uint64_t *buffers;
	struct cursor *cursor;	/* one a run */
	size_t *heap;		/* cursors, the least on top */
	size_t heap_n;
	bool moved;		/* the top was handed out */
};

struct rs_sort *
rs_sort_new(unsigned words, unsigned keys, size_t memory)
{
	struct rs_sort *s = rs_zalloc(sizeof(*s));

	assert(keys >= 1 && keys <= KEYS_MAX && keys <= words);
	s->words = words;
	s->keys = keys;
	s->record = words * sizeof(uint64_t);
	s->most = memory / 2 / s->record;
	if (s->most < LEAST)
		s->most = LEAST;
	return s;
}

void
rs_sort_free(struct rs_sort *s)
{
	if (s == NULL)
		return;
	free(s->list);
	free(s->aux);
	rs_spill_free(s->spill);
	free(s->run);
	free(s->buffers);
	free(s->cursor);
	free(s->heap);
	free(s);
}

uint64_t
rs_sort_count(const struct rs_sort *s)
{
	return s->count;
}

static inline int
compare(const uint64_t *a, const uint64_t *b, unsigned keys)
{
	for (unsigned k = 0; k < keys; k++)
		if (a[k] != b[k])
			return a[k] < b[k] ? -1 : 1;
	return 0;
}

/* How often each value of each byte of each key occurs; false: the records
 * stand in order already. */
static bool
tally(const uint64_t *p, size_t n, unsigned words, unsigned keys,
    size_t (*count)[8][DIGIT])
{
	bool sorted = true;

	memset(count, 0, keys * sizeof(*count));
	for (size_t i = 0; i < n; i++, p += words) {
		sorted = sorted &&
		    (i == 0 || compare(p - words, p, keys) <= 0);
		for (unsigned k = 0; k < keys; k++)
			for (unsigned b = 0; b < 8; b++)
				count[k][b][p[k] >> 8 * b & 0xff]++;
	}
	return !sorted;
}

/* Move the records by one byte of one key, keeping the order of equals. */
static void
scatter(const uint64_t *from, uint64_t *to, size_t n, unsigned words,
    unsigned key, unsigned byte, const size_t *count)
{
	uint64_t *place[DIGIT];

	for (unsigned v = 0; v < DIGIT; v++) {
		place[v] = to;
		to += count[v] * words;
	}
	for (size_t i = 0; i < n; i++, from += words) {
		uint64_t **at = &place[from[key] >> 8 * byte & 0xff];

		for (unsigned w = 0; w < words; w++)
			(*at)[w] = from[w];
		*at += words;
	}
}

static inline uint64_t *
radix(uint64_t *p, uint64_t *aux, size_t n, unsigned words, unsigned keys)
{
	size_t count[KEYS_MAX][8][DIGIT];

	if (n < 2 || !tally(p, n, words, keys, count))
		return p;
	for (unsigned k = keys; k-- > 0; )
		for (unsigned b = 0; b < 8; b++) {
			uint64_t *old = p;

			if (count[k][b][p[k] >> 8 * b & 0xff] == n)
				continue;	/* all alike */
			scatter(p, aux, n, words, k, b, count[k][b]);
			p = aux;
			aux = old;
		}
	return p;
}

uint64_t *
rs_sort_words(uint64_t *p, uint64_t *aux, size_t n, unsigned words,
    unsigned keys)
{
	/* The compiler unrolls what it knows the width of. */
	switch (words) {
	case 1:
		return radix(p, aux, n, 1, keys);
	case 2:
		return radix(p, aux, n, 2, keys);
	case 3:
		return radix(p, aux, n, 3, keys);
	default:
		return radix(p, aux, n, words, keys);
	}
}

static void
sort_list(struct rs_sort *s)
{
	uint64_t *sorted;

	if (s->aux == NULL)
		s->aux = rs_alloc(rs_size(s->n, s->record));
	sorted = rs_sort_words(s->list, s->aux, s->n, s->words, s->keys);
	if (sorted != s->list) {
		s->aux = s->list;
		s->list = sorted;
	}
}

static void
add_run(struct rs_sort *s, struct rs_spill *spill, uint64_t n)
{
	rs_grow(&s->run, &s->runs_room, s->runs + 1, sizeof(*s->run));
	s->run[s->runs++] = (struct run){
		rs_spill_size(spill) - n * s->record, n
	};
}

static void
spill_list(struct rs_sort *s)
{
	if (s->spill == NULL)
		s->spill = rs_spill_new(0);
	sort_list(s);
	rs_spill_put(s->spill, s->list, s->n * s->record);
	add_run(s, s->spill, s->n);
	s->n = 0;
}

void
rs_sort_put(struct rs_sort *s, const uint64_t *record)
{
	assert(!s->done);
	if (s->n == s->room) {
		if (s->n == s->most) {
			spill_list(s);
		} else {
			s->room = s->n == 0 ? LEAST : 2 * s->n;
			if (s->room > s->most)
				s->room = s->most;
			s->list = rs_realloc(s->list,
			    rs_size(s->room, s->record));
		}
	}
	memcpy(s->list + s->n * s->words, record, s->record);
	s->n++;
	s->count++;
}

static const uint64_t *
head_of(const struct rs_sort *s, size_t c)
{
	return s->cursor[c].buffer + s->cursor[c].pos * s->words;
}

static bool
before(const struct rs_sort *s, size_t a, size_t b)
{
	const int c = compare(head_of(s, a), head_of(s, b), s->keys);

	return c < 0 || (c == 0 && a < b);
}

static void
sift(struct rs_sort *s, size_t i)
{
	const size_t c = s->heap[i];

	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= s->heap_n)
			break;
		if (child + 1 < s->heap_n &&
		    before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (!before(s, s->heap[child], c))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = c;
}

/* Read on in a run; false at its end. */
static bool
refill(struct rs_sort *s, struct cursor *c, size_t room)
{
	c->held = c->run.left < room ? (size_t)c->run.left : room;
	c->pos = 0;
	if (c->held == 0)
		return false;
	rs_spill_get(s->spill, c->run.at, c->buffer, c->held * s->record);
	c->run.at += c->held * s->record;
	c->run.left -= c->held;
	return true;
}

/* Records of one run's buffer when n runs are merged. */
static size_t
share(const struct rs_sort *s, size_t n)
{
	return 2 * s->most / n;
}

/* Begin to merge runs first .. first + n - 1. */
static void
merge_open(struct rs_sort *s, size_t first, size_t n)
{
	const size_t each = share(s, n);

	s->heap_n = 0;
	s->moved = false;
	for (size_t i = 0; i < n; i++) {
		struct cursor *c = &s->cursor[i];

		c->run = s->run[first + i];
		c->buffer = s->buffers + i * each * s->words;
		if (refill(s, c, each))
			s->heap[s->heap_n++] = i;
	}
	for (size_t i = s->heap_n / 2; i-- > 0; )
		sift(s, i);
}

static const uint64_t *
merge_next(struct rs_sort *s, size_t n)
{
	if (s->moved) {
		struct cursor *c = &s->cursor[s->heap[0]];

		if (++c->pos == c->held && !refill(s, c, share(s, n)))
			s->heap[0] = s->heap[--s->heap_n];
		if (s->heap_n > 0)
			sift(s, 0);
	}
	s->moved = true;
	return s->heap_n > 0 ? head_of(s, s->heap[0]) : NULL;
}

/* Merge neighbouring runs, fan at a time, into a new spill. */
static void
merge_level(struct rs_sort *s, size_t fan)
{
	struct rs_spill *to = rs_spill_new(0);
	const size_t runs = s->runs;

	s->runs = 0;
	for (size_t i = 0; i < runs; i += fan) {
		const size_t n = runs - i < fan ? runs - i : fan;
		uint64_t count = 0;
		const uint64_t *r;

		merge_open(s, i, n);
		for (; (r = merge_next(s, n)) != NULL; count++)
			rs_spill_put(to, r, s->record);
		add_run(s, to, count);	/* overwrites a run already read */
	}
	rs_spill_free(s->spill);
	s->spill = to;
}

static void
merge_prepare(struct rs_sort *s)
{
	size_t fan = 2 * s->most * s->record / RUN_BUFFER;

	if (fan > FAN_MAX)
		fan = FAN_MAX;
	if (fan < 2)
		fan = 2;
	if (s->n > 0)
		spill_list(s);
	free(s->list);
	free(s->aux);
	s->list = s->aux = NULL;
	s->buffers = rs_alloc(rs_size(2 * s->most, s->record));
	s->cursor = rs_zalloc(rs_size(fan, sizeof(*s->cursor)));
	s->heap = rs_alloc(rs_size(fan, sizeof(*s->heap)));
	while (s->runs > fan)
		merge_level(s, fan);
}

void
rs_sort_rewind(struct rs_sort *s)
{
	if (!s->done) {
		s->done = true;
		if (s->runs > 0) {
			merge_prepare(s);
		} else {
			sort_list(s);
			free(s->aux);
			s->aux = NULL;
		}
	}
	s->pos = 0;
	if (s->runs > 0)
		merge_open(s, 0, s->runs);
}

const uint64_t *
rs_sort_next(struct rs_sort *s)
{
	assert(s->done);
	if (s->runs > 0)
		return merge_next(s, s->runs);
	return s->pos < s->n ? s->list + s->pos++ * s->words : NULL;
}
