/*
 * drawn: the smallest draws of all units, or those of a fold.
 *
 * Nothing need be sorted for that, as a draw can always be made again: a
 * histogram of their first 16 bits tells in which bucket the k-th lies, and
 * only that bucket's draws are put into order.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/parts.h"

struct key {
	uint64_t draw, unit;
};

/* All rows by number, or all distinct pairs, one after the other. */
struct units {
	struct rs_split *s;
	uint64_t next;
	bool any;		/* a pair came before, and is next */
};

static void
units_rewind(struct units *u, struct rs_split *s)
{
	*u = (struct units){ s, 0, false };
	if (s->pairs != NULL)
		rs_sort_rewind(s->pairs);
}

static bool
units_next(struct units *u, struct key *k)
{
	struct rs_split *s = u->s;
	const uint64_t *r;

	if (s->pairs == NULL) {
		if (u->next == s->n)
			return false;
		k->unit = u->next++;
		k->draw = rs_draw(s->o.seed, RS_DRAW_ROW, k->unit);
		return true;
	}
	do
		r = rs_sort_next(s->pairs);
	while (r != NULL && u->any && r[0] == u->next);
	if (r == NULL)
		return false;
	u->any = true;
	k->unit = u->next = r[0];
	k->draw = rs_draw(s->o.seed, RS_DRAW_PAIR, k->unit);
	return true;
}

static int
compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->draw != y->draw)
		return x->draw < y->draw ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

enum { BUCKET_BITS = 16, BUCKETS = 1 << BUCKET_BITS, CUTS = 4 };

/* A rank among the draws, and the key that has it; end: behind all. */
struct cut {
	uint64_t rank;
	bool end;
	struct key key;
	uint64_t below;		/* keys in buckets before */
	size_t bucket;
};

static size_t
bucket_of(const struct key *k)
{
	return k->draw >> (64 - BUCKET_BITS);
}

/* How many units there are; the buckets of their draws to count. */
static uint64_t
count_units(struct rs_split *s, uint64_t *count)
{
	struct units u;
	struct key k;
	uint64_t n = 0;

	memset(count, 0, BUCKETS * sizeof(*count));
	units_rewind(&u, s);
	for (; units_next(&u, &k); n++)
		count[bucket_of(&k)]++;
	return n;
}

/* Find the keys of the cuts' ranks among the n. */
static void
find_cuts(struct rs_split *s, struct cut *cut, int cuts,
    const uint64_t *count, uint64_t n)
{
	for (int c = 0; c < cuts; c++) {
		struct key *key, k;
		struct units u;
		size_t held = 0;

		cut[c].end = cut[c].rank >= n;
		if (cut[c].end)
			continue;
		cut[c].below = 0;
		cut[c].bucket = 0;
		while (cut[c].below + count[cut[c].bucket] <= cut[c].rank)
			cut[c].below += count[cut[c].bucket++];
		key = rs_alloc(rs_size(count[cut[c].bucket], sizeof(*key)));
		units_rewind(&u, s);
		while (units_next(&u, &k))
			if (bucket_of(&k) == cut[c].bucket)
				key[held++] = k;
		qsort(key, held, sizeof(*key), compare_keys);
		cut[c].key = key[cut[c].rank - cut[c].below];
		free(key);
	}
}

static bool
is_before(const struct key *k, const struct cut *cut)
{
	return cut->end || compare_keys(k, &cut->key) < 0;
}

/* Ranks cut[0] up to cut[1] are the test, cut[2] up to cut[3] valid. */
static enum rs_part
part_between(const struct key *k, const struct cut *cut, int cuts)
{
	if (is_before(k, &cut[1]) && !is_before(k, &cut[0]))
		return RS_TEST;
	if (cuts > 2 && is_before(k, &cut[3]) && !is_before(k, &cut[2]))
		return RS_VALID;
	return RS_TRAIN;
}

static void
mark_between(struct rs_split *s, const struct cut *cut, int cuts)
{
	struct units u;
	struct key k;

	if (s->pairs == NULL) {
		units_rewind(&u, s);
		while (units_next(&u, &k))
			rs_part_set(s, k.unit, part_between(&k, cut, cuts));
		return;
	}
	rs_sort_rewind(s->pairs);
	for (const uint64_t *r; (r = rs_sort_next(s->pairs)) != NULL; ) {
		k.unit = r[0];
		k.draw = rs_draw(s->o.seed, RS_DRAW_PAIR, k.unit);
		rs_part_set(s, r[2], part_between(&k, cut, cuts));
	}
}

static uint64_t
fold_begin(const struct rs_split *s, uint64_t fold, uint64_t n)
{
	return (uint64_t)((unsigned __int128)fold * n / s->o.folds);
}

int
rs_split_drawn(struct rs_split *s, struct rs_err *e)
{
	uint64_t *count = rs_alloc(BUCKETS * sizeof(*count));
	const uint64_t n = count_units(s, count);
	const int cuts = s->o.valid ? 4 : 2;
	struct cut cut[CUTS] = { { 0 } };
	uint64_t held = 0;

	if (s->o.mode == RS_SPLIT_RANDOM) {
		const uint64_t k = rs_split_share(s->o.share, n);

		cut[1].rank = cut[2].rank = k;
		cut[3].rank = k <= UINT64_MAX / 2 ? 2 * k : UINT64_MAX;
	} else {
		const uint64_t f = s->o.fold - 1;
		const uint64_t next = s->o.fold % s->o.folds;

		cut[0].rank = fold_begin(s, f, n);
		cut[1].rank = fold_begin(s, f + 1, n);
		cut[2].rank = fold_begin(s, next, n);
		cut[3].rank = fold_begin(s, next + 1, n);
	}
	for (int c = 0; c < cuts; c += 2)
		held += cut[c + 1].rank - cut[c].rank;
	if (n > 0 && held >= n) {
		free(count);
		return rs_fail(e, "holding out %" PRIu64 " of %" PRIu64
		    " %s leaves nothing for train", held, n,
		    s->o.pairs ? "pairs" : "rows");
	}
	find_cuts(s, cut, cuts, count, n);
	mark_between(s, cut, cuts);
	free(count);
	return 0;
}
