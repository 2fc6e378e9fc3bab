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
	WORDS_MAX = 4,
	KEYS_MAX = WORDS_MAX,
	FEW = 16,
	CACHED = 1 << 17,	/* bytes; twice that is at work at once */
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

	assert(words <= WORDS_MAX && keys >= 1 && keys <= words);
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

/* The bytes of the keys in which records differ, the highest first. */
struct digits {
	int n;
	struct digit {
		uint8_t key, shift;
	} of[KEYS_MAX * 8];
};

/* False: the records stand in order already. */
static inline bool
find_digits(const uint64_t *p, size_t n, unsigned words, unsigned keys,
    struct digits *d)
{
	uint64_t differ[KEYS_MAX] = { 0 };
	bool sorted = true;
	size_t i = 1;

	for (; i < n && sorted; i++) {
		const uint64_t *r = p + i * words;

		sorted = compare(r - words, r, keys) <= 0;
		for (unsigned k = 0; k < keys; k++)
			differ[k] |= p[k] ^ r[k];
	}
	if (sorted)
		return false;
	for (; i < n; i++)
		for (unsigned k = 0; k < keys; k++)
			differ[k] |= p[k] ^ p[i * words + k];
	d->n = 0;
	for (unsigned k = 0; k < keys; k++)
		for (unsigned b = 64; b > 0; b -= 8)
			if ((differ[k] >> (b - 8) & 0xff) != 0)
				d->of[d->n++] = (struct digit){
					(uint8_t)k, (uint8_t)(b - 8)
				};
	return true;
}

static inline unsigned
digit(const uint64_t *r, struct digit d)
{
	return (unsigned)(r[d.key] >> d.shift & 0xff);
}

/* Move the records by one digit, keeping the order of equals. */
static inline void
scatter(const uint64_t *from, uint64_t *to, size_t n, unsigned words,
    struct digit d, const size_t *count)
{
	uint64_t *place[DIGIT];

	for (unsigned v = 0; v < DIGIT; v++) {
		place[v] = to;
		to += count[v] * words;
	}
	for (size_t i = 0; i < n; i++, from += words) {
		uint64_t **at = &place[digit(from, d)];

		for (unsigned w = 0; w < words; w++)
			(*at)[w] = from[w];
		*at += words;
	}
}

/* Few: into place one by one. */
static inline void
insert(uint64_t *p, size_t n, unsigned words, unsigned keys)
{
	uint64_t r[WORDS_MAX];

	for (size_t i = 1; i < n; i++) {
		size_t k = i;

		memcpy(r, p + i * words, words * sizeof(*r));
		for (; k > 0 && compare(r, p + (k - 1) * words, keys) < 0; k--)
			memcpy(p + k * words, p + (k - 1) * words,
			    words * sizeof(*r));
		memcpy(p + k * words, r, words * sizeof(*r));
	}
}

/* What fits into the cache: digit by digit from the lowest. */
static inline uint64_t *
sort_cached(uint64_t *p, uint64_t *aux, size_t n, unsigned words,
    const struct digits *d)
{
	size_t count[KEYS_MAX * 8][DIGIT];

	memset(count, 0, (size_t)d->n * sizeof(count[0]));
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < d->n; k++)
			count[k][digit(p + i * words, d->of[k])]++;
	for (int k = d->n - 1; k >= 0; k--) {
		uint64_t *old = p;

		scatter(p, aux, n, words, d->of[k], count[k]);
		p = aux;
		aux = old;
	}
	return p;
}

/* What does not is parted by its highest digit first.  The result is in aux
 * or in p, as is asked. */
static inline __attribute__((always_inline)) void
sort_list_of(void (*again)(uint64_t *, uint64_t *, size_t, unsigned, bool),
    uint64_t *p, uint64_t *aux, size_t n, unsigned words, unsigned keys,
    bool in_aux)
{
	size_t count[DIGIT] = { 0 };
	uint64_t *at = p;
	struct digits d;

	if (n <= FEW) {
		insert(p, n, words, keys);
	} else if (!find_digits(p, n, words, keys, &d)) {
		;
	} else if (n * words * sizeof(*p) <= CACHED) {
		at = sort_cached(p, aux, n, words, &d);
	} else {
		for (size_t i = 0; i < n; i++)
			count[digit(p + i * words, d.of[0])]++;
		scatter(p, aux, n, words, d.of[0], count);
		for (unsigned v = 0; v < DIGIT; v++) {
			again(aux, p, count[v], keys, !in_aux);
			aux += count[v] * words;
			p += count[v] * words;
		}
		return;
	}
	if (at != (in_aux ? aux : p))
		memcpy(in_aux ? aux : p, at, n * words * sizeof(*p));
}

/* The compiler unrolls what it knows the width of. */
#define SORT(words) \
static void \
sort_##words(uint64_t *p, uint64_t *aux, size_t n, unsigned keys, \
    bool in_aux) \
{ \
	sort_list_of(sort_##words, p, aux, n, words, keys, in_aux); \
}
SORT(1)
SORT(2)
SORT(3)
SORT(4)

void
rs_sort_words(uint64_t *p, uint64_t *aux, size_t n, unsigned words,
    unsigned keys)
{
	static void (*const sort[])(uint64_t *, uint64_t *, size_t, unsigned,
	    bool) = { sort_1, sort_2, sort_3, sort_4 };

	assert(words >= 1 && words <= WORDS_MAX && keys >= 1 &&
	    keys <= words);
	sort[words - 1](p, aux, n, keys, false);
}

static void
sort_list(struct rs_sort *s)
{
	if (s->aux == NULL)
		s->aux = rs_alloc(rs_size(s->n, s->record));
	rs_sort_words(s->list, s->aux, s->n, s->words, s->keys);
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
