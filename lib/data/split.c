/*
 * split: rows into train, test and, on demand, a validation part.
 *
 * All rows are spooled while sorters gather what the choice needs; then each
 * row's part is noted in two bits; then the rows come out again.  The choice
 * itself is in drawn.c and peruser.c, what pairs it tore apart in overlap.c.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "base/num.h"
#include "data/parts.h"

enum { USER, ITEM };

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
			rs_part_set(s, row, RS_TEST);
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
			    rs_pair_at(s, b, i), time_at(s, b, i),
			    s->n + i });
	else if (s->users != NULL)
		gather_users(s, b);
	else if (s->o.mode == RS_SPLIT_AFTER)
		gather_times(s, b);
	s->n += b->rows;
}

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
			rs_part_set(s, r[1], RS_VALID);
	return 0;
}

int
rs_split_choose(struct rs_split *s, struct rs_err *e)
{
	int status = 0;

	if (s->o.mode == RS_SPLIT_RANDOM || s->o.mode == RS_SPLIT_FOLD)
		status = rs_split_drawn(s, e);
	else if (within_users(s))
		status = rs_split_per_user(s, e);
	else if (s->times != NULL)
		status = choose_before(s, e);
	if (status < 0)
		return -1;
	rs_sort_free(s->pairs);
	rs_sort_free(s->users);
	rs_sort_free(s->times);
	s->pairs = s->users = s->times = NULL;
	if (!s->o.pairs && s->user >= 0 && s->item >= 0)
		rs_split_overlap(s);
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
		const enum rs_part p = rs_part_of(s, b->first + i);

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
