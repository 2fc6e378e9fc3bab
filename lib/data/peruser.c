/* peruser: a share of each user's units, or the latest of them. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/draw.h"
#include "base/mem.h"
#include "data/parts.h"

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
	rs_part_set(s, r[2], p);
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
			rs_part_set(s, r[2], (enum rs_part)c[1]);
			s->report.short_rows += c[1] == RS_DROPPED;
		}
	}
	rs_sort_free(chosen);
	return status;
}

int
rs_split_per_user(struct rs_split *s, struct rs_err *e)
{
	return s->o.pairs ? choose_pairs_within(s, e) :
	    choose_within(s, s->users, mark_row, NULL, e);
}
