/* synth: invented logs with a structure that is known. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/goods.h"
#include "data/sort.h"
#include "data/world.h"

enum { GROUPS_MAX = 10000 };

static void
shuffle_init(struct rs_shuffle *o, const struct rs_synth *s, uint64_t what,
    uint64_t n)
{
	uint64_t key[RS_SHUFFLE_TURNS];

	for (uint64_t i = 0; i < RS_SHUFFLE_TURNS; i++)
		key[i] = rs_synth_draw(s, what, i);
	rs_shuffle_init(o, n, key);
}

/* Time: evenly over the days, over the hours of a day as people shop. */

static void
make_day(struct rs_synth *s)
{
	static const uint8_t busy[24] = {
		6, 4, 3, 2, 2, 3, 5, 8, 12, 15, 17, 18,
		20, 19, 18, 18, 19, 21, 24, 27, 28, 25, 18, 11,
	};
	double sum = 0;

	for (int h = 0; h < 24; h++)
		sum += busy[h];
	for (int h = 0; h < 24; h++)
		s->hour[h + 1] = s->hour[h] + busy[h] / sum;
	s->hour[24] = 1;
}

int64_t
rs_synth_time(const struct rs_synth *s, uint64_t n, uint64_t d)
{
	const double day = 86400;
	const double at = ((double)n + rs_unit(d)) /
	    (double)s->plan.rows * (double)s->plan.span;
	const double midnight = floor(at / day) * day;
	const double left = (double)s->plan.span - midnight;
	const double length = left < day ? left : day;
	const double x = (at - midnight) / length;
	int h = (int)(x * 24);

	while (h > 0 && s->hour[h] > x)
		h--;
	while (h < 23 && s->hour[h + 1] <= x)
		h++;
	return s->plan.start + (int64_t)(midnight + length / 24 *
	    (h + (x - s->hour[h]) / (s->hour[h + 1] - s->hour[h])));
}

static int
check_plan(const struct rs_synth_plan *p, struct rs_err *e)
{
	if (p->users == 0 || p->items == 0 || p->rows == 0 || p->span <= 0)
		return rs_fail(e, "users, items, rows and span must be above 0");
	if (p->users > UINT32_MAX - 1 || p->items > UINT32_MAX - 1)
		return rs_fail(e, "there are at most %" PRIu32
		    " users or items", UINT32_MAX - 1);
	if (p->rows > (uint64_t)1 << 48)
		return rs_fail(e, "there are at most 2^48 rows");
	if (p->kind == RS_SYNTH_RATINGS && p->rows > p->users * p->items)
		return rs_fail(e, "%" PRIu64 " users can rate %" PRIu64
		    " items only %" PRIu64 " times", p->users, p->items,
		    p->users * p->items);
	if (p->groups == 0 || p->groups > GROUPS_MAX)
		return rs_fail(e, "groups must be 1 to %d", GROUPS_MAX);
	return 0;
}

struct rs_synth *
rs_synth_new(const struct rs_synth_plan *p, struct rs_err *e)
{
	struct rs_synth *s;

	if (check_plan(p, e) < 0)
		return NULL;
	s = rs_zalloc(sizeof(*s));
	s->plan = *p;
	s->groups = p->groups;
	if (s->groups > (p->items + 7) / 8)
		s->groups = (p->items + 7) / 8;
	rs_shop_make(s);
	make_day(s);
	s->slots = p->rows;
	if (p->kind == RS_SYNTH_SHOP)
		s->slots = p->rows / RS_SYNTH_FUNNEL * RS_SYNTH_JOURNEYS +
		    s->views_before[p->rows % RS_SYNTH_FUNNEL];
	shuffle_init(&s->when, s, RS_FOR_SLOTS, s->slots);
	shuffle_init(&s->who, s, RS_FOR_USERS, p->users);
	shuffle_init(&s->which, s, RS_FOR_ITEMS, p->items);
	rs_activity_make(s);
	rs_chooser_make(s);
	s->item = rs_alloc(rs_size(p->items, sizeof(*s->item)));
	for (uint64_t i = 0; i < p->items; i++)
		s->item[i] = (uint32_t)rs_shuffle_at(&s->which, i);
	if (p->kind == RS_SYNTH_RATINGS)
		rs_ratings_make(s);
	return s;
}

void
rs_synth_free(struct rs_synth *s)
{
	free(s->first);
	free(s->guide);
	free(s->taste);
	free(s->whole);
	free(s->item);
	free(s->user_vec);
	free(s->item_vec);
	free(s);
}

void
rs_synth_rows(const struct rs_synth *s, uint64_t first, size_t rows,
    struct rs_synth_row *row)
{
	while (rows > 0) {
		const size_t n = rows < RS_SYNTH_BATCH ? rows :
		    RS_SYNTH_BATCH;

		if (s->plan.kind == RS_SYNTH_RATINGS)
			rs_ratings_rows(s, first, n, row);
		else
			for (size_t i = 0; i < n; i++)
				rs_shop_row(s, first + i, &row[i]);
		first += n;
		rows -= n;
		row += n;
	}
}

uint64_t
rs_synth_count(const struct rs_synth *s, uint64_t u)
{
	return s->first[u + 1] - s->first[u];
}

uint64_t
rs_synth_first(const struct rs_synth *s, uint64_t u)
{
	return s->first[u];
}

void
rs_synth_user(const struct rs_synth *s, uint64_t u, struct rs_synth_row *row,
    uint64_t *scratch)
{
	const uint64_t count = rs_synth_count(s, u);
	const uint64_t *sorted;
	struct rs_chooser c;

	rs_chooser_init(&c, s, u);
	for (uint64_t k = 0; k < count; k++) {
		scratch[2 * k] = rs_shuffle_of(&s->when, s->first[u] + k);
		scratch[2 * k + 1] = s->first[u] + k;
	}
	rs_sort_words(scratch, scratch + 2 * count, count, 2, 1);
	sorted = scratch;
	for (uint64_t k = 0; k < count; k++)
		rs_ratings_row(s, u, rs_choose(s, &c, sorted[2 * k + 1] -
		    s->first[u]), sorted[2 * k], &row[k]);
}

uint64_t
rs_synth_groups(const struct rs_synth *s)
{
	return s->groups;
}

uint64_t
rs_synth_item_group(const struct rs_synth *s, uint64_t item)
{
	return rs_shuffle_of(&s->which, item) % s->groups;
}

void
rs_synth_tastes(const struct rs_synth *s, uint64_t user, uint64_t *first,
    uint64_t *second)
{
	*first = s->taste[2 * user];
	*second = s->taste[2 * user + 1];
}

void
rs_synth_group_name(uint64_t group, struct rs_buf *b)
{
	rs_goods_group(group, b);
}

void
rs_synth_item_name(const struct rs_synth *s, uint64_t item, struct rs_buf *b)
{
	const uint64_t place = rs_shuffle_of(&s->which, item);

	rs_goods_item(place % s->groups, place / s->groups, b);
}
