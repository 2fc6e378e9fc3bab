/*
 * split: rows into train, test and, on demand, a validation part.
 *
 * All rows are spooled while sorters gather what the choice needs; then each
 * row's part is noted in two bits; then the rows come out again.
 *
 * To hold out the k of n smallest draws nothing need be sorted, as a draw can
 * always be made again: a histogram of their first 16 bits tells in which
 * bucket the k-th lies, and only that bucket's draws are put into order.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/num.h"
#include "data/bitset.h"
#include "data/sort.h"
#include "data/split.h"
#include "data/spool.h"

enum { USER, ITEM };

struct rs_split {
	struct rs_split_opts o;
	int user, item, time;	/* columns, -1: none */
	struct rs_spool *spool;
	uint64_t n;		/* rows */
	uint8_t *part;		/* two bits a row */
	size_t part_room;

	struct rs_sort *pairs;	/* (user << 32 | item, time, row) */
	struct rs_sort *users;	/* (user, draw or time or 0, row) */
	struct rs_sort *times;	/* (time, row) of rows before o.after */

	uint8_t out[RS_BLOCK_ROWS];	/* parts of the block in hand */
	struct rs_bitset seen[RS_PARTS][2];
	struct rs_split_report report;
};

/* A decimal as p / 10^q, as its shortest text says. */
static void
as_decimal(double v, uint64_t *p, unsigned *q)
{
	char text[RS_NUM_MAX], *e;
	const size_t n = rs_format_f64(text, v);
	bool fraction = false;

	text[n] = '\0';
	*p = 0;
	*q = 0;
	for (char *c = text; *c != '\0' && *c != 'e'; c++) {
		if (*c == '.') {
			fraction = true;
			continue;
		}
		*p = *p * 10 + (uint64_t)(*c - '0');
		*q += fraction;
	}
	e = strchr(text, 'e');
	if (e != NULL)
		*q += (unsigned)strtoul(e + 2, NULL, 10);	/* e-NN */
}

uint64_t
rs_split_share(double share, uint64_t n)
{
	unsigned __int128 of, ten = 1;
	unsigned q;
	uint64_t p;

	assert(share >= 0 && share < 1);
	as_decimal(share, &p, &q);
	/* 17 digits times 64 bits stay below 2^121, so a denominator over
	 * 10^37 makes it a share of less than one. */
	if (q > 37)
		return n > 0 && p > 0;
	while (q-- > 0)
		ten *= 10;
	of = (unsigned __int128)p * n;
	return (uint64_t)(of / ten + (of % ten != 0));
}

static enum rs_part
part_of(const struct rs_split *s, uint64_t row)
{
	return (enum rs_part)(s->part[row / 4] >> row % 4 * 2 & 3);
}

static void
set_part(struct rs_split *s, uint64_t row, enum rs_part p)
{
	const unsigned at = (unsigned)(row % 4 * 2);

	s->part[row / 4] = (uint8_t)((s->part[row / 4] & ~(3u << at)) |
	    (unsigned)p << at);
}

static int
need(const struct rs_head *h, const char *name, enum rs_type t,
    struct rs_err *e)
{
	const int c = rs_head_find(h, name);

	if (c < 0)
		return rs_fail(e, "has no column %s", name);
	if (h->column[c].type != t)
		return rs_fail(e, "column %s is %s and should be %s%s", name,
		    rs_type_name(h->column[c].type), rs_type_name(t),
		    t == RS_U32 ? " (rs-index makes indices of ids)" : "");
	return 0;
}

static bool
within_users(const struct rs_split *s)
{
	return s->o.mode == RS_SPLIT_PER_USER || s->o.mode == RS_SPLIT_LATEST;
}

/* Whether time decides, and so must be there. */
static bool
by_time(const struct rs_split *s)
{
	return s->o.mode == RS_SPLIT_AFTER ||
	    (within_users(s) && s->o.order == RS_SPLIT_BY_TIME);
}

static int
check_columns(struct rs_split *s, const struct rs_head *h, struct rs_err *e)
{
	if ((s->o.pairs || within_users(s)) &&
	    need(h, "user", RS_U32, e) < 0)
		return -1;
	if (s->o.pairs && need(h, "item", RS_U32, e) < 0)
		return -1;
	if (by_time(s) && need(h, "time", RS_I64, e) < 0)
		return -1;
	s->user = rs_head_find(h, "user");
	s->item = rs_head_find(h, "item");
	s->time = by_time(s) ? rs_head_find(h, "time") : -1;
	if (s->user >= 0 && need(h, "user", RS_U32, e) < 0)
		return -1;
	if (s->item >= 0 && need(h, "item", RS_U32, e) < 0)
		return -1;
	return 0;
}

struct rs_split *
rs_split_new(const struct rs_split_opts *o, const struct rs_head *head,
    struct rs_err *e)
{
	struct rs_split *s = rs_zalloc(sizeof(*s));
	const unsigned keys = o->order == RS_SPLIT_BY_PLACE ? 1 : 2;

	s->o = *o;
	if (check_columns(s, head, e) < 0) {
		free(s);
		return NULL;
	}
	/* Half for the rows, a quarter for each of two sorts at once, of
	 * which one may be two. */
	s->spool = rs_spool_new(head, o->memory / 2);
	if (o->pairs)
		s->pairs = rs_sort_new(3, by_time(s) ? 2 : 1, o->memory / 4);
	else if (within_users(s))
		s->users = rs_sort_new(3, keys, o->memory / 4);
	else if (o->mode == RS_SPLIT_AFTER && o->valid)
		s->times = rs_sort_new(2, 1, o->memory / 4);
	return s;
}

void
rs_split_free(struct rs_split *s)
{
	if (s == NULL)
		return;
	for (int p = 0; p < RS_PARTS; p++) {
		rs_bitset_free(&s->seen[p][USER]);
		rs_bitset_free(&s->seen[p][ITEM]);
	}
	rs_sort_free(s->pairs);
	rs_sort_free(s->users);
	rs_sort_free(s->times);
	rs_spool_free(s->spool);
	free(s->part);
	free(s);
}

static uint64_t
pair_at(const struct rs_split *s, const struct rs_block *b, size_t i)
{
	return (uint64_t)b->col[s->user].u32[i] << 32 |
	    b->col[s->item].u32[i];
}

static uint64_t
time_at(const struct rs_split *s, const struct rs_block *b, size_t i)
{
	return s->time < 0 ? 0 : rs_sort_signed(b->col[s->time].i64[i]);
}

static void
gather_users(struct rs_split *s, const struct rs_block *b)
{
	for (size_t i = 0; i < b->rows; i++) {
		const uint64_t row = s->n + i;
		const uint64_t key = s->o.order == RS_SPLIT_BY_DRAW ?
		    rs_draw(s->o.seed, RS_DRAW_ROW, row) : time_at(s, b, i);

		rs_sort_put(s->users,
		    (uint64_t[]){ b->col[s->user].u32[i], key, row });
	}
}

static void
gather_times(struct rs_split *s, const struct rs_block *b)
{
	for (size_t i = 0; i < b->rows; i++) {
		const uint64_t row = s->n + i;

		if (b->col[s->time].i64[i] >= s->o.after)
			set_part(s, row, RS_TEST);
		else if (s->times != NULL)
			rs_sort_put(s->times,
			    (uint64_t[]){ time_at(s, b, i), row });
	}
}

void
rs_split_put(struct rs_split *s, const struct rs_block *b)
{
	const size_t old = s->part_room;

	rs_grow(&s->part, &s->part_room, (s->n + b->rows) / 4 + 1, 1);
	memset(s->part + old, 0, s->part_room - old);
	rs_spool_put(s->spool, b);
	if (s->pairs != NULL)
		for (size_t i = 0; i < b->rows; i++)
			rs_sort_put(s->pairs, (uint64_t[]){
			    pair_at(s, b, i), time_at(s, b, i), s->n + i });
	else if (s->users != NULL)
		gather_users(s, b);
	else if (s->o.mode == RS_SPLIT_AFTER)
		gather_times(s, b);
	s->n += b->rows;
}

/* ---- the smallest draws of all units ---- */

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
			set_part(s, k.unit, part_between(&k, cut, cuts));
		return;
	}
	rs_sort_rewind(s->pairs);
	for (const uint64_t *r; (r = rs_sort_next(s->pairs)) != NULL; ) {
		k.unit = r[0];
		k.draw = rs_draw(s->o.seed, RS_DRAW_PAIR, k.unit);
		set_part(s, r[2], part_between(&k, cut, cuts));
	}
}

static uint64_t
fold_begin(const struct rs_split *s, uint64_t fold, uint64_t n)
{
	return (uint64_t)((unsigned __int128)fold * n / s->o.folds);
}

static int
choose_drawn(struct rs_split *s, struct rs_err *e)
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

/* ---- within each user ---- */

/* How many units the test takes of a user's n. */
static uint64_t
held_of(const struct rs_split *s, uint64_t n)
{
	return s->o.mode == RS_SPLIT_LATEST ? s->o.latest :
	    rs_split_share(s->o.share, n);
}

/* What happens to a user's unit number j of n in order, of which the test
 * takes k. */
static enum rs_part
part_within(const struct rs_split *s, uint64_t j, uint64_t n, uint64_t k)
{
	const uint64_t rank = s->o.order == RS_SPLIT_BY_DRAW ? j : n - 1 - j;

	if (k >= n || (s->o.valid && k >= n - k))
		return s->o.shorts == RS_SPLIT_DROP ? RS_DROPPED : RS_TRAIN;
	if (rank < k)
		return RS_TEST;
	return s->o.valid && rank < 2 * k ? RS_VALID : RS_TRAIN;
}

/* A user with n units: short, or not. */
static void
check_user(struct rs_split *s, uint64_t user, uint64_t n, struct rs_err *e)
{
	const uint64_t k = held_of(s, n);

	if (k < n && (!s->o.valid || k < n - k))
		return;
	if (s->report.short_users++ == 0 && s->o.shorts == RS_SPLIT_ERROR)
		rs_fail(e, "user %" PRIu64 " has %" PRIu64 " %s, too few to"
		    " hold out %" PRIu64 "%s", user, n,
		    s->o.pairs ? "pairs" : "rows", k,
		    s->o.valid ? " and as many again" : "");
}

/* How many records each user has in a sort whose first word is the user, in
 * order of user: yours. */
static uint64_t *
count_users(struct rs_split *s, struct rs_sort *sort, struct rs_err *e)
{
	uint64_t *count = NULL, user = 0;
	size_t n = 0, room = 0;

	rs_grow(&count, &room, 1, sizeof(*count));
	rs_sort_rewind(sort);
	for (const uint64_t *r; (r = rs_sort_next(sort)) != NULL; ) {
		if (n == 0 || r[0] != user) {
			if (n > 0)
				check_user(s, user, count[n - 1], e);
			rs_grow(&count, &room, n + 1, sizeof(*count));
			count[n++] = 0;
			user = r[0];
		}
		count[n - 1]++;
	}
	if (n > 0)
		check_user(s, user, count[n - 1], e);
	return count;
}

/* Go through a sort by user and give each unit's part to mark. */
static int
choose_within(struct rs_split *s, struct rs_sort *sort,
    void (*mark)(struct rs_split *s, const uint64_t *r, enum rs_part p,
    void *arg), void *arg, struct rs_err *e)
{
	uint64_t *count, user = 0, j = 0, k = 0;
	size_t at = 0;

	e->text[0] = '\0';
	count = count_users(s, sort, e);
	if (e->text[0] != '\0') {
		free(count);
		return -1;
	}
	rs_sort_rewind(sort);
	for (const uint64_t *r; (r = rs_sort_next(sort)) != NULL; j++) {
		if (j > 0 && r[0] != user) {
			j = 0;
			at++;
		}
		if (j == 0)
			k = held_of(s, count[at]);
		user = r[0];
		mark(s, r, part_within(s, j, count[at], k), arg);
	}
	free(count);
	return 0;
}

static void
mark_row(struct rs_split *s, const uint64_t *r, enum rs_part p, void *arg)
{
	(void)arg;
	set_part(s, r[2], p);
	s->report.short_rows += p == RS_DROPPED;
}

/* Note a pair's part, to be joined with its rows. */
static void
mark_pair(struct rs_split *s, const uint64_t *r, enum rs_part p, void *arg)
{
	(void)s;
	rs_sort_put(arg, (uint64_t[]){ r[0] << 32 | r[3], p });
}

/* Each distinct pair as (user, draw or time, item or last row, item). */
static struct rs_sort *
sort_pairs_by_user(struct rs_split *s)
{
	struct rs_sort *to = rs_sort_new(4, 3, s->o.memory / 8);
	const uint64_t *r;
	uint64_t pair = 0, time = 0, row = 0;
	bool more;

	rs_sort_rewind(s->pairs);
	r = rs_sort_next(s->pairs);
	for (more = r != NULL; more; ) {
		const uint64_t item = r[0] & UINT32_MAX;

		pair = r[0];
		do {			/* the last is the latest */
			time = r[1];
			row = r[2];
			r = rs_sort_next(s->pairs);
			more = r != NULL;
		} while (more && r[0] == pair);
		if (s->o.order == RS_SPLIT_BY_DRAW) {
			time = rs_draw(s->o.seed, RS_DRAW_PAIR, pair);
			row = item;
		}
		rs_sort_put(to, (uint64_t[]){ pair >> 32, time, row, item });
	}
	return to;
}

static int
choose_pairs_within(struct rs_split *s, struct rs_err *e)
{
	struct rs_sort *units = sort_pairs_by_user(s);
	struct rs_sort *chosen = rs_sort_new(2, 1, s->o.memory / 8);
	const int status = choose_within(s, units, mark_pair, chosen, e);
	const uint64_t *c;

	rs_sort_free(units);
	if (status == 0) {
		rs_sort_rewind(chosen);
		rs_sort_rewind(s->pairs);
		c = rs_sort_next(chosen);
		for (const uint64_t *r;
		    (r = rs_sort_next(s->pairs)) != NULL; ) {
			if (c[0] != r[0])
				c = rs_sort_next(chosen);
			assert(c != NULL && c[0] == r[0]);
			set_part(s, r[2], (enum rs_part)c[1]);
			s->report.short_rows += c[1] == RS_DROPPED;
		}
	}
	rs_sort_free(chosen);
	return status;
}

/* ---- by time ---- */

/* The last rows before the time are for validation, as many as the test. */
static int
choose_before(struct rs_split *s, struct rs_err *e)
{
	const uint64_t before = rs_sort_count(s->times);
	const uint64_t k = s->n - before;
	uint64_t j = 0;

	if (s->n > 0 && k >= before)
		return rs_fail(e, "%" PRIu64 " rows are before the time and %"
		    PRIu64 " not: as many for --valid leave nothing for train",
		    before, k);
	rs_sort_rewind(s->times);
	for (const uint64_t *r; (r = rs_sort_next(s->times)) != NULL; j++)
		if (j >= before - k)
			set_part(s, r[1], RS_VALID);
	return 0;
}

/* ---- pairs in more than one part ---- */

/*
 * The held-out rows go into a sort by pair first, then those rows of train
 * whose pair may be among them, as a filter says that errs only to that side.
 * The sort is stable, so of each pair the test's rows come before those of
 * valid, and these before train's: what is wrong with a row is known when it
 * comes.
 */
enum { FILTER_BITS = 26, FILTER_WORDS = 1 << (FILTER_BITS - 6) };

struct overlap {
	struct rs_split *s;
	struct rs_sort *sort;	/* (pair, row << 2 | part) */
	uint64_t *filter;
};

static bool
filter(struct overlap *o, uint64_t pair, bool add)
{
	/* The high bits of a product with 2^64 over the golden ratio. */
	const uint64_t bit = pair * 0x9e3779b97f4a7c15 >> (64 - FILTER_BITS);
	const uint64_t mask = (uint64_t)1 << (bit & 63);

	if (add)
		o->filter[bit >> 6] |= mask;
	return (o->filter[bit >> 6] & mask) != 0;
}

static void
gather_part(struct overlap *o, const uint8_t *want, enum rs_part part)
{
	struct rs_split *s = o->s;
	struct rs_block *b;

	rs_spool_rewind(s->spool, want);
	while ((b = rs_spool_next(s->spool)) != NULL)
		for (size_t i = 0; i < b->rows; i++) {
			const uint64_t row = b->first + i;

			if (part_of(s, row) != part)
				continue;
			if (filter(o, pair_at(s, b, i), part != RS_TRAIN))
				rs_sort_put(o->sort, (uint64_t[]){
				    pair_at(s, b, i), row << 2 | part });
		}
}

static void
note_pair(struct rs_split *s, uint64_t pair)
{
	const uint64_t at = s->report.overlap++;

	if (at >= RS_SPLIT_SHOWN)
		return;
	s->report.pair[at].user = (uint32_t)(pair >> 32);
	s->report.pair[at].item = (uint32_t)pair;
}

static void
find_overlap(struct rs_split *s)
{
	struct overlap o = {
		s, rs_sort_new(2, 1, s->o.memory / 4),
		rs_zalloc(FILTER_WORDS * sizeof(*o.filter)),
	};
	uint8_t want[RS_COLUMNS_MAX] = { 0 };
	uint64_t pair = 0;
	unsigned parts = 0;	/* that the pair was met in */
	bool noted = false;

	want[s->user] = want[s->item] = 1;
	gather_part(&o, want, RS_TEST);
	if (s->o.valid)
		gather_part(&o, want, RS_VALID);
	gather_part(&o, want, RS_TRAIN);
	rs_sort_rewind(o.sort);
	for (const uint64_t *r; (r = rs_sort_next(o.sort)) != NULL; ) {
		const unsigned mine = 1u << (r[1] & 3);

		if (parts == 0 || r[0] != pair) {
			pair = r[0];
			parts = 0;
			noted = false;
		}
		parts |= mine;
		if (parts == mine)
			continue;
		if (!noted)
			note_pair(s, pair);
		noted = true;
		if (s->o.overlap == RS_SPLIT_DROP) {
			set_part(s, r[1] >> 2, RS_DROPPED);
			s->report.overlap_rows++;
		}
	}
	free(o.filter);
	rs_sort_free(o.sort);
}

int
rs_split_choose(struct rs_split *s, struct rs_err *e)
{
	int status = 0;

	if (s->o.mode == RS_SPLIT_RANDOM || s->o.mode == RS_SPLIT_FOLD)
		status = choose_drawn(s, e);
	else if (within_users(s) && s->o.pairs)
		status = choose_pairs_within(s, e);
	else if (within_users(s))
		status = choose_within(s, s->users, mark_row, NULL, e);
	else if (s->times != NULL)
		status = choose_before(s, e);
	if (status < 0)
		return -1;
	rs_sort_free(s->pairs);
	rs_sort_free(s->users);
	rs_sort_free(s->times);
	s->pairs = s->users = s->times = NULL;
	if (!s->o.pairs && s->user >= 0 && s->item >= 0)
		find_overlap(s);
	rs_spool_rewind(s->spool, NULL);
	if (s->o.overlap == RS_SPLIT_ERROR && s->report.overlap > 0)
		return rs_fail(e, "%" PRIu64 " pairs would stand in more than"
		    " one part", s->report.overlap);
	return 0;
}

struct rs_block *
rs_split_next(struct rs_split *s, const uint8_t **part)
{
	struct rs_block *b = rs_spool_next(s->spool);

	if (b == NULL)
		return NULL;
	for (size_t i = 0; i < b->rows; i++) {
		const enum rs_part p = part_of(s, b->first + i);

		s->out[i] = (uint8_t)p;
		s->report.rows[p]++;
		if (s->user >= 0)
			rs_bitset_add(&s->seen[p][USER],
			    b->col[s->user].u32[i]);
		if (s->item >= 0)
			rs_bitset_add(&s->seen[p][ITEM],
			    b->col[s->item].u32[i]);
	}
	*part = s->out;
	return b;
}

static void
find_lacking(struct rs_split *s, int part, int side)
{
	struct rs_split_lack *l = &s->report.lack[part][side];
	const struct rs_bitset *held = &s->seen[part][side];

	l->n = 0;
	for (uint64_t i = 0; rs_bitset_next(held, &i); i++) {
		if (rs_bitset_has(&s->seen[RS_TRAIN][side], (uint32_t)i))
			continue;
		if (l->n < RS_SPLIT_SHOWN)
			l->first[l->n] = (uint32_t)i;
		l->n++;
	}
}

const struct rs_split_report *
rs_split_report(struct rs_split *s)
{
	for (int side = USER; side <= ITEM; side++) {
		find_lacking(s, RS_TEST, side);
		find_lacking(s, RS_VALID, side);
	}
	return &s->report;
}
