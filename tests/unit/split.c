/* Every way to split against one that looks at each row with all others. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/split.h"
#include "test.h"

enum { ROWS = 450, BLOCK = 64 };

static uint32_t user[ROWS], item[ROWS];
static int64_t when[ROWS];

/* Few users, items and times, so that pairs repeat and times are equal; some
 * users have one row. */
static void
make_rows(void)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		const double u = rs_unit(rs_draw(1, RS_DRAW_SYNTH, i));

		user[i] = (uint32_t)(u * u * u * 60);
		item[i] = (uint32_t)rs_below(40, rs_draw(2, RS_DRAW_SYNTH,
		    i));
		when[i] = (int64_t)rs_below(90, rs_draw(3, RS_DRAW_SYNTH,
		    i)) - 30;
	}
}

static uint64_t
pair(size_t i)
{
	return (uint64_t)user[i] << 32 | item[i];
}

/* ---- the slow way ---- */

static const struct rs_split_opts *o;

/* Of rows a and b of one unit's kind, which is first in the order that
 * decides: -1, 0, 1. */
static int
compare_draws(uint64_t a, uint64_t b, enum rs_purpose purpose)
{
	const uint64_t x = rs_draw(o->seed, purpose, a);
	const uint64_t y = rs_draw(o->seed, purpose, b);

	if (x != y)
		return x < y ? -1 : 1;
	return (a > b) - (a < b);
}

static bool
later(size_t a, size_t b)
{
	if (o->order == RS_SPLIT_BY_TIME && when[a] != when[b])
		return when[a] > when[b];
	return a > b;
}

/* The row that stands for row i's unit: itself, or the latest of its pair. */
static size_t
unit_of(size_t i)
{
	size_t best = i;

	for (size_t k = 0; o->pairs && k < ROWS; k++)
		if (pair(k) == pair(i) && later(k, best))
			best = k;
	return best;
}

static bool unit[ROWS];		/* whether the row stands for a unit */
static size_t stands[ROWS];	/* which row stands for its unit */

static bool
is_before(size_t a, size_t b)
{
	if (o->mode == RS_SPLIT_LATEST || (o->mode == RS_SPLIT_PER_USER &&
	    o->order != RS_SPLIT_BY_DRAW))
		return later(a, b);
	return o->pairs ? compare_draws(pair(a), pair(b), RS_DRAW_PAIR) < 0 :
	    compare_draws(a, b, RS_DRAW_ROW) < 0;
}

/* Of how many units i's is one, and how many are chosen before it. */
static void
rank_of(size_t i, uint64_t *rank, uint64_t *n)
{
	const bool within = o->mode == RS_SPLIT_LATEST ||
	    o->mode == RS_SPLIT_PER_USER;

	*rank = *n = 0;
	for (size_t k = 0; k < ROWS; k++) {
		if (!unit[k] || (within && user[k] != user[i]))
			continue;
		(*n)++;
		*rank += is_before(k, stands[i]);
	}
}

/* ceil(percent of n): the tests' shares are of whole percents. */
static uint64_t
slow_share(double share, uint64_t n)
{
	const uint64_t percent = (uint64_t)(share * 100 + 0.5);

	return (n * percent + 99) / 100;
}

static enum rs_part
slow_part(size_t i)
{
	uint64_t rank, n, k, at;

	if (o->mode == RS_SPLIT_AFTER)
		return when[i] >= o->after ? RS_TEST : RS_TRAIN;
	rank_of(i, &rank, &n);
	if (o->mode == RS_SPLIT_FOLD) {
		for (at = 0; rank >= (at + 1) * n / o->folds; )
			at++;
		if (at == o->fold - 1)
			return RS_TEST;
		return o->valid && at == o->fold % o->folds ? RS_VALID :
		    RS_TRAIN;
	}
	k = o->mode == RS_SPLIT_LATEST ? o->latest :
	    slow_share(o->share, n);
	if (k * (o->valid ? 2 : 1) >= n)
		return o->shorts == RS_SPLIT_DROP ? RS_DROPPED : RS_TRAIN;
	if (rank < k)
		return RS_TEST;
	return o->valid && rank < 2 * k ? RS_VALID : RS_TRAIN;
}

static enum rs_part slow[ROWS];

static void
split_slowly(void)
{
	static enum rs_part first[ROWS];
	uint64_t held = 0;

	for (size_t i = 0; i < ROWS; i++)
		stands[i] = unit_of(i);
	for (size_t i = 0; i < ROWS; i++)
		unit[i] = stands[i] == i;
	for (size_t i = 0; i < ROWS; i++)
		held += (slow[i] = slow_part(i)) == RS_TEST;
	if (o->mode == RS_SPLIT_AFTER && o->valid)
		for (size_t i = 0; i < ROWS; i++) {
			uint64_t behind = 0;

			for (size_t k = 0; k < ROWS; k++)
				behind += slow[k] != RS_TEST &&
				    (when[k] > when[i] ||
				    (when[k] == when[i] && k > i));
			if (slow[i] != RS_TEST && behind < held)
				slow[i] = RS_VALID;
		}
	memcpy(first, slow, sizeof(slow));
	for (size_t i = 0; o->overlap == RS_SPLIT_DROP && i < ROWS; i++)
		for (size_t k = 0; k < ROWS; k++)
			if (pair(k) == pair(i) && (first[k] == RS_TEST ||
			    first[k] == RS_VALID) && first[i] != first[k] &&
			    (first[i] == RS_TRAIN || (first[i] == RS_VALID &&
			    first[k] == RS_TEST)))
				slow[i] = RS_DROPPED;
}

/* ---- the two compared ---- */

static struct rs_head *head;

static struct rs_split *
put_all(const struct rs_split_opts *opts, struct rs_err *e)
{
	struct rs_split *s = rs_split_new(opts, head, e);
	struct rs_vec col[] = {
		{ .type = RS_U32 }, { .type = RS_U32 }, { .type = RS_I64 },
	};
	struct rs_block b = { .head = head, .col = col };

	for (uint32_t i = 0; i < ROWS; i += BLOCK) {
		b.first = i;
		b.rows = ROWS - i < BLOCK ? ROWS - i : BLOCK;
		col[0].u32 = user + i;
		col[1].u32 = item + i;
		col[2].i64 = when + i;
		rs_split_put(s, &b);
	}
	return s;
}

static void
check(const struct rs_split_opts *opts, const char *name)
{
	struct rs_err e;
	struct rs_split *s = put_all(opts, &e);
	const struct rs_split_report *r;
	uint64_t seen = 0, count[RS_PARTS] = { 0 };
	const uint8_t *part;

	o = opts;
	split_slowly();
	if (!ok(rs_split_choose(s, &e) == 0, "%s: %s", name, e.text)) {
		rs_split_free(s);
		return;
	}
	for (struct rs_block *b; (b = rs_split_next(s, &part)) != NULL; )
		for (size_t i = 0; i < b->rows; i++, seen++) {
			const size_t row = b->first + i;

			ok(b->col[0].u32[i] == user[row] &&
			    b->col[2].i64[i] == when[row], "row %zu", row);
			ok(part[i] == slow[row], "%s pairs %d valid %d order"
			    " %d: row %zu is in %d, not %d", name, o->pairs,
			    o->valid, o->order, row, part[i], slow[row]);
			count[slow[row]]++;
		}
	ok(seen == ROWS, "all rows");
	r = rs_split_report(s);
	for (int p = 0; p < RS_PARTS; p++)
		ok(r->rows[p] == count[p], "%s: part %d", name, p);
	ok(r->short_rows + r->overlap_rows == r->rows[RS_DROPPED],
	    "%s: every drop has a reason", name);
	rs_split_free(s);
}

/* What the report says of pairs in two parts and of what train lacks. */
static void
check_report(const struct rs_split_opts *opts)
{
	struct rs_err e;
	struct rs_split *s = put_all(opts, &e);
	const struct rs_split_report *r;
	uint64_t overlap = 0, lack = 0;
	const uint8_t *part;

	o = opts;
	split_slowly();
	ok(rs_split_choose(s, &e) == 0, "%s", e.text);
	while (rs_split_next(s, &part) != NULL)
		;
	r = rs_split_report(s);
	for (uint32_t u = 0; u < 60; u++) {
		unsigned parts = 0;

		for (uint32_t k = 0; k < 40; k++) {
			unsigned of = 0;

			for (size_t i = 0; i < ROWS; i++)
				if (user[i] == u && item[i] == k)
					of |= 1u << slow[i];
			if ((of & (of - 1)) != 0) {
				ok(overlap >= RS_SPLIT_SHOWN ||
				    (r->pair[overlap].user == u &&
				    r->pair[overlap].item == k),
				    "overlap %" PRIu64, overlap);
				overlap++;
			}
			parts |= of;
		}
		if ((parts & 1u << RS_TEST) != 0 &&
		    (parts & 1u << RS_TRAIN) == 0) {
			ok(lack >= RS_SPLIT_SHOWN ||
			    r->lack[RS_TEST][0].first[lack] == u,
			    "lacking %" PRIu64, lack);
			lack++;
		}
	}
	ok(r->overlap == overlap, "%" PRIu64 " pairs overlap, not %" PRIu64,
	    overlap, r->overlap);
	ok(r->lack[RS_TEST][0].n == lack, "%" PRIu64 " users", lack);
	rs_split_free(s);
}

static void
each_unit_and_valid(struct rs_split_opts opts, const char *name)
{
	for (int k = 0; k < 8; k++) {
		opts.pairs = (k & 1) != 0 && opts.mode != RS_SPLIT_AFTER;
		opts.valid = (k & 2) != 0;
		opts.overlap = (k & 4) != 0 ? RS_SPLIT_DROP : RS_SPLIT_KEEP;
		check(&opts, name);
	}
}

static void
test_every_mode_equals_the_slow_way(void)
{
	struct rs_split_opts opts = { .memory = 1 << 20 };

	for (opts.seed = 1; opts.seed < 4; opts.seed++) {
		opts.mode = RS_SPLIT_RANDOM;
		opts.share = 0.29;
		each_unit_and_valid(opts, "random");
		opts.mode = RS_SPLIT_FOLD;
		opts.folds = 7;
		for (opts.fold = 1; opts.fold <= 7; opts.fold += 3)
			each_unit_and_valid(opts, "fold");
		opts.mode = RS_SPLIT_PER_USER;
		for (int k = 0; k < 6; k++) {
			opts.order = (enum rs_split_order)(k / 2);
			opts.shorts = (enum rs_split_policy)(k & 1);
			each_unit_and_valid(opts, "per-user");
			opts.mode = RS_SPLIT_LATEST;
			opts.latest = opts.seed * 2 - 1;
			if (opts.order != RS_SPLIT_BY_DRAW)
				each_unit_and_valid(opts, "latest");
			opts.mode = RS_SPLIT_PER_USER;
		}
		opts.mode = RS_SPLIT_AFTER;
		opts.order = RS_SPLIT_BY_TIME;
		opts.after = 50 - 5 * (int64_t)opts.seed;
		each_unit_and_valid(opts, "after");
	}
}

static void
test_reports_name_the_first(void)
{
	struct rs_split_opts opts = { .mode = RS_SPLIT_RANDOM, .share = 0.5,
	    .memory = 1 << 20 };

	check_report(&opts);
	opts.mode = RS_SPLIT_AFTER;
	opts.after = 0;
	check_report(&opts);
	opts.after = -20;
	check_report(&opts);
}

static void
test_shares_are_exact_and_rounded_up(void)
{
	static const struct {
		double share;
		uint64_t n, want;
	} c[] = {
		{ 0.3, 824364, 247310 }, { 0.07, 100, 7 }, { 0.1, 10, 1 },
		{ 0.29, 100, 29 }, { 0.57, 100, 57 }, { 0.58, 100, 58 },
		{ 1e-5, 100000, 1 }, { 1e-5, 100001, 2 }, { 1e-9, 5, 1 },
		{ 0.5, 3, 2 }, { 0.2, 0, 0 }, { 1e-300, 7, 1 },
		{ 0.999999999, 1000000000, 999999999 },
		{ 0.1, UINT64_MAX, 1844674407370955162 },
		{ 0.3333333333333333, 3000000000000000000,
		    999999999999999900 },
	};

	for (size_t i = 0; i < sizeof(c) / sizeof(c[0]); i++)
		ok(rs_split_share(c[i].share, c[i].n) == c[i].want,
		    "%g of %" PRIu64 " is %" PRIu64 ", not %" PRIu64,
		    c[i].share, c[i].n, c[i].want,
		    rs_split_share(c[i].share, c[i].n));
	for (uint64_t p = 1; p < 100; p++)
		for (uint64_t n = 0; n < 1000; n++)
			ok(rs_split_share((double)p / 100, n) ==
			    (n * p + 99) / 100, "%" PRIu64 "%% of %" PRIu64,
			    p, n);
}

static void
test_what_cannot_be_is_refused(void)
{
	struct rs_split_opts opts = { .mode = RS_SPLIT_LATEST, .latest = 3,
	    .shorts = RS_SPLIT_ERROR, .memory = 1 << 20 };
	struct rs_head *h = rs_head_new();
	struct rs_err e;
	struct rs_split *s = put_all(&opts, &e);

	ok(rs_split_choose(s, &e) == -1, "short users");
	rs_split_free(s);
	opts = (struct rs_split_opts){ .mode = RS_SPLIT_RANDOM,
	    .share = 0.5, .overlap = RS_SPLIT_ERROR, .memory = 1 << 20 };
	s = put_all(&opts, &e);
	ok(rs_split_choose(s, &e) == -1, "overlap");
	rs_split_free(s);
	opts.overlap = RS_SPLIT_KEEP;
	opts.valid = true;
	s = put_all(&opts, &e);
	ok(rs_split_choose(s, &e) == -1, "nothing for train");
	rs_split_free(s);
	rs_head_column(h, "user", RS_STR);
	ok(rs_split_new(&opts, h, &e) == NULL, "strings");
	opts.pairs = true;
	rs_head_drop_column(h, "user");
	ok(rs_split_new(&opts, h, &e) == NULL, "no user");
	rs_head_free(h);
}

int
main(void)
{
	make_rows();
	head = rs_head_new();
	rs_head_column(head, "user", RS_U32);
	rs_head_column(head, "item", RS_U32);
	rs_head_column(head, "time", RS_I64);
	test_every_mode_equals_the_slow_way();
	test_reports_name_the_first();
	test_shares_are_exact_and_rounded_up();
	test_what_cannot_be_is_refused();
	rs_head_free(head);
	return test_end();
}
