/* lists: for each user items in an order, and cases: candidates to rank. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/ascending.h"
#include "data/lists.h"

struct row {
	uint32_t user, item;
	union {
		double score;
		uint64_t part;	/* of cases: number of the case */
	};
	uint64_t at;		/* number of the row: sorting is stable */
};

struct rs_lists_builder {
	struct row *row;
	size_t n, room;
};

struct rs_lists_builder *
rs_lists_builder_new(void)
{
	return rs_zalloc(sizeof(struct rs_lists_builder));
}

void
rs_lists_add(struct rs_lists_builder *b, uint32_t user, uint32_t item,
    double score)
{
	assert(score == score);
	rs_grow(&b->row, &b->room, b->n + 1, sizeof(*b->row));
	b->row[b->n] = (struct row){ .user = user, .item = item,
	    .score = score, .at = b->n };
	b->n++;
}

static int
order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
by_score(const void *a, const void *b)
{
	const struct row *p = a, *q = b;

	if (p->user != q->user)
		return order(p->user, q->user);
	if (p->score != q->score)
		return p->score > q->score ? -1 : 1;
	return order(p->at, q->at);
}

/* The items of one list in ascending order, and whether one is there twice:
 * room is as long as the list. */
static bool
sort_items(const uint32_t *item, size_t n, uint32_t *room, uint32_t *twice)
{
	memcpy(room, item, n * sizeof(*item));
	rs_ascending_sort(room, n);
	for (size_t i = 1; i < n; i++)
		if (room[i] == room[i - 1]) {
			*twice = room[i];
			return true;
		}
	return false;
}

/* Rows are often sorted already, and then cost one look. */
static void
sort_rows(struct row *row, size_t n, int (*cmp)(const void *, const void *))
{
	for (size_t i = 1; i < n; i++)
		if (cmp(&row[i - 1], &row[i]) > 0) {
			qsort(row, n, sizeof(*row), cmp);
			return;
		}
}

static int
find_twice(const struct rs_lists *l, struct rs_list_row *twice)
{
	uint32_t *room = NULL;
	size_t size = 0;
	int status = 0;

	for (uint64_t u = 0; u < l->users && status == 0; u++) {
		const size_t n = (size_t)(l->start[u + 1] - l->start[u]);

		if (n == 0)
			continue;
		rs_grow(&room, &size, n, sizeof(*room));
		twice->user = (uint32_t)u;
		if (sort_items(l->item + l->start[u], n, room, &twice->item))
			status = -1;
	}
	free(room);
	return status;
}

int
rs_lists_done(struct rs_lists_builder *b, uint64_t users, struct rs_lists *l,
    struct rs_list_row *twice)
{
	int status;

	sort_rows(b->row, b->n, by_score);
	*l = (struct rs_lists){ .users = users };
	if (b->n > 0 && b->row[b->n - 1].user >= users)
		l->users = (uint64_t)b->row[b->n - 1].user + 1;
	l->start = rs_zalloc(rs_size(l->users + 1, sizeof(*l->start)));
	l->item = rs_alloc(rs_size(b->n, sizeof(*l->item)) + 1);
	l->score = rs_alloc(rs_size(b->n, sizeof(*l->score)) + 1);
	for (size_t i = 0; i < b->n; i++) {
		l->start[(size_t)b->row[i].user + 1]++;
		l->item[i] = b->row[i].item;
		l->score[i] = b->row[i].score;
		if (b->row[i].item >= l->items)
			l->items = (uint64_t)b->row[i].item + 1;
	}
	for (uint64_t u = 0; u < l->users; u++)
		l->start[u + 1] += l->start[u];
	free(b->row);
	free(b);
	status = find_twice(l, twice);
	if (status < 0)
		rs_lists_free(l);
	return status;
}

void
rs_lists_free(struct rs_lists *l)
{
	free(l->start);
	free(l->item);
	free(l->score);
	memset(l, 0, sizeof(*l));
}

/* Cases. */

struct rs_cases_builder {
	struct row *row;
	size_t n, room;
	bool labelled;
	uint64_t parts;		/* positives so far */
};

struct rs_cases_builder *
rs_cases_builder_new(bool labelled)
{
	struct rs_cases_builder *b = rs_zalloc(sizeof(*b));

	b->labelled = labelled;
	return b;
}

int
rs_cases_add(struct rs_cases_builder *b, uint32_t user, uint32_t item,
    bool positive)
{
	if (b->labelled && positive)
		b->parts++;
	else if (b->labelled && (b->n == 0 || b->row[b->n - 1].user != user))
		return -1;
	rs_grow(&b->row, &b->room, b->n + 1, sizeof(*b->row));
	b->row[b->n] = (struct row){ .user = user, .item = item,
	    .part = b->parts, .at = b->n };
	b->n++;
	return 0;
}

static int
by_part(const void *a, const void *b)
{
	const struct row *p = a, *q = b;

	if (p->user != q->user)
		return order(p->user, q->user);
	if (p->part != q->part)
		return order(p->part, q->part);
	return order(p->at, q->at);
}

/* What grows while cases are gathered. */
struct gather {
	struct rs_cases *c;
	struct rs_cases_count *count;
	size_t items, item_room, user_room, start_room;
	uint64_t *given;	/* (cases) negatives of each */
	size_t given_room;
};

static void
put_item(struct gather *g, uint32_t item)
{
	rs_grow(&g->c->item, &g->item_room, g->items + 1,
	    sizeof(*g->c->item));
	g->c->item[g->items++] = item;
}

/* The rows of one case: the relevant items, then each negative once. */
static int
gather_case(struct gather *g, const struct row *row, size_t n, bool labelled,
    const uint32_t *test, uint64_t tests, uint32_t *room)
{
	size_t negatives = 0, kept = 0;

	rs_grow(&g->c->user, &g->user_room, g->c->n + 1, sizeof(*g->c->user));
	rs_grow(&g->c->start, &g->start_room, g->c->n + 2,
	    sizeof(*g->c->start));
	rs_grow(&g->given, &g->given_room, g->c->n + 1, sizeof(*g->given));
	g->c->user[g->c->n] = row->user;
	g->c->start[g->c->n] = g->items;
	if (labelled && !rs_ascending_holds(test, tests, row->item))
		return -1;
	if (labelled)
		put_item(g, row->item);
	for (uint64_t i = 0; i < tests && !labelled; i++)
		put_item(g, test[i]);
	for (size_t i = labelled; i < n; i++) {
		if (rs_ascending_holds(test, tests, row[i].item))
			g->count->own++;
		else
			room[negatives++] = row[i].item;
	}
	rs_ascending_sort(room, negatives);
	for (size_t i = 0; i < negatives; i++) {
		if (i > 0 && room[i] == room[i - 1]) {
			g->count->twice++;
			continue;
		}
		put_item(g, room[i]);
		kept++;
	}
	g->given[g->c->n++] = kept;
	g->c->start[g->c->n] = g->items;
	return 0;
}

static int
by_number(const void *a, const void *b)
{
	return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* How many negatives a case has most often; of several the most. */
static void
count_negatives(struct gather *g)
{
	const size_t n = g->c->n;
	size_t often = 0, run = 0;

	if (n == 0)
		return;
	qsort(g->given, n, sizeof(*g->given), by_number);
	g->count->fewest = g->given[0];
	g->count->most = g->given[n - 1];
	for (size_t i = 0; i < n; i++) {
		run = i > 0 && g->given[i] == g->given[i - 1] ? run + 1 : 1;
		if (run >= often) {
			often = run;
			g->count->negatives = g->given[i];
		}
	}
}

int
rs_cases_done(struct rs_cases_builder *b, const struct rs_csr *test,
    struct rs_cases *c, struct rs_cases_count *count,
    struct rs_list_row *stray)
{
	struct gather g = { .c = c, .count = count };
	uint32_t *room = rs_alloc(rs_size(b->n, sizeof(*room)) + 1);
	int status = 0;

	*c = (struct rs_cases){ 0 };
	*count = (struct rs_cases_count){ 0 };
	sort_rows(b->row, b->n, by_part);
	for (size_t i = 0, n; i < b->n && status == 0; i += n) {
		const struct row *row = &b->row[i];
		const uint64_t tests = row->user < test->users ?
		    rs_csr_count(test, row->user) : 0;

		for (n = 1; i + n < b->n && row[n].user == row->user &&
		    row[n].part == row->part; n++)
			;
		if (tests == 0) {
			count->strangers++;
			continue;
		}
		status = gather_case(&g, row, n, b->labelled,
		    rs_csr_items(test, row->user), tests, room);
		if (status < 0)
			*stray = (struct rs_list_row){ .user = row->user,
			    .item = row->item };
	}
	count_negatives(&g);
	free(room);
	free(g.given);
	free(b->row);
	free(b);
	if (status < 0)
		rs_cases_free(c);
	return status;
}

void
rs_cases_free(struct rs_cases *c)
{
	free(c->user);
	free(c->start);
	free(c->item);
	memset(c, 0, sizeof(*c));
}
