/* index: users and items as dense indices instead of strings. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "data/index.h"
#include "data/spool.h"

/* What the input says of a column's strings is not true of its indices. */
static void
drop_line(struct rs_head *h, const char *what, const char *name)
{
	struct rs_buf key = { 0 };

	rs_buf_printf(&key, "%s\t%s", what, name);
	rs_lines_drop(&h->lines, key.data);
	rs_buf_free(&key);
}

enum { AHEAD = 24 };	/* increments whose counter is on its way */

struct rs_index *
rs_index_new(const struct rs_head *head)
{
	static const char *const name[RS_SIDES] = { "user", "item" };
	struct rs_index *x = rs_zalloc(sizeof(*x));

	x->head = rs_head_copy(head);
	x->keep = rs_alloc(RS_BLOCK_ROWS);
	memset(x->keep, 1, RS_BLOCK_ROWS);
	x->block.head = x->head;
	x->block.col = rs_zalloc(rs_size(head->columns,
	    sizeof(*x->block.col)));
	for (int s = 0; s < RS_SIDES; s++) {
		struct rs_index_side *d = &x->side[s];

		d->name = name[s];
		d->column = rs_head_find(head, name[s]);
		if (d->column < 0)
			continue;
		x->head->column[d->column].type = RS_U32;
		drop_line(x->head, "size", name[s]);
		drop_line(x->head, "dictionary", name[s]);
		d->index = rs_aligned(RS_BLOCK_ROWS * sizeof(*d->index));
	}
	return x;
}

void
rs_index_free(struct rs_index *x)
{
	for (int s = 0; s < RS_SIDES; s++) {
		struct rs_index_side *d = &x->side[s];

		rs_dict_free(d->dict);
		free(d->index);
		free(d->dead);
		free(d->order);
		free(d->renumber);
	}
	rs_spool_free(x->spool);
	rs_head_free(x->head);
	free(x->block.col);
	free(x->keep);
	free(x);
}

/* The rows in hand are those of b, but for what is indexed. */
static void
take(struct rs_index *x, const struct rs_block *b)
{
	x->block.rows = b->rows;
	x->block.first = b->first;
	for (size_t c = 0; c < x->head->columns; c++)
		x->block.col[c] = b->col[c];
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			x->block.col[x->side[s].column] = (struct rs_vec){
				.type = RS_U32, .u32 = x->side[s].index
			};
}

int
rs_index_add(struct rs_index *x, const struct rs_block *b)
{
	take(x, b);
	for (int s = 0; s < RS_SIDES; s++) {
		struct rs_index_side *d = &x->side[s];
		uint64_t *count;

		if (d->column < 0)
			continue;
		if (rs_dict_map(d->dict, &b->col[d->column], b->rows,
		    d->index) < 0)
			return rs_fail(&x->err, "more than %u distinct ids in"
			    " column %s", RS_DICT_MAX, d->name);
		count = rs_dict_counts(d->dict);
		for (size_t i = 0; i < b->rows; i++) {
			if (i + AHEAD < b->rows)
				__builtin_prefetch(
				    &count[d->index[i + AHEAD]], 1);
			count[d->index[i]]++;
		}
	}
	return 0;
}

size_t
rs_index_match(struct rs_index *x, const struct rs_block *b)
{
	size_t kept = b->rows;

	take(x, b);
	memset(x->keep, 1, b->rows);
	for (int s = 0; s < RS_SIDES; s++) {
		struct rs_index_side *d = &x->side[s];

		if (d->column < 0 || rs_dict_match(d->dict,
		    &b->col[d->column], b->rows, d->index) == 0)
			continue;
		/* A row is dropped once, for the first that is unknown. */
		for (size_t i = 0; i < b->rows; i++)
			if (d->index[i] == RS_DICT_NONE && x->keep[i]) {
				x->keep[i] = 0;
				d->unknown++;
				kept--;
			}
	}
	return kept;
}

void
rs_index_hold(struct rs_index *x, size_t memory)
{
	if (x->spool == NULL)
		x->spool = rs_spool_new(x->head, memory);
	rs_spool_put(x->spool, &x->block);
}

/* Say in keep which rows of b have a user and an item that are not dead. */
static void
mark_kept(struct rs_index *x, const struct rs_block *b)
{
	memset(x->keep, 1, b->rows);
	for (int s = 0; s < RS_SIDES; s++) {
		const struct rs_index_side *d = &x->side[s];
		const uint32_t *index;

		if (d->column < 0 || d->dead == NULL)
			continue;
		index = b->col[d->column].u32;
		for (size_t i = 0; i < b->rows; i++)
			x->keep[i] &= !d->dead[index[i]];
	}
}

/* Count the rows that are left, and list the ids as they appear in them. */
static void
recount(struct rs_index *x)
{
	uint8_t *want = rs_zalloc(x->head->columns);

	for (int s = 0; s < RS_SIDES; s++) {
		struct rs_index_side *d = &x->side[s];

		if (d->column < 0)
			continue;
		want[d->column] = 1;
		d->ids = 0;
		memset(rs_dict_counts(d->dict), 0,
		    rs_dict_size(d->dict) * sizeof(uint64_t));
	}
	rs_spool_rewind(x->spool, want);
	for (struct rs_block *b; (b = rs_spool_next(x->spool)) != NULL; ) {
		mark_kept(x, b);
		for (int s = 0; s < RS_SIDES; s++) {
			struct rs_index_side *d = &x->side[s];
			const uint32_t *index;
			uint64_t *count;

			if (d->column < 0)
				continue;
			index = b->col[d->column].u32;
			count = rs_dict_counts(d->dict);
			for (size_t i = 0; i < b->rows; i++)
				if (x->keep[i] && count[index[i]]++ == 0)
					d->order[d->ids++] = index[i];
		}
	}
	free(want);
}

/* Mark who has fewer than least rows; how many that had any. */
static uint64_t
mark_dead(struct rs_index_side *d, uint64_t least)
{
	const uint32_t n = rs_dict_size(d->dict);
	uint64_t died = 0;

	for (uint32_t i = 0; i < n; i++)
		if (!d->dead[i] && rs_dict_count(d->dict, i) < least) {
			d->dead[i] = 1;
			died += rs_dict_count(d->dict, i) > 0;
		}
	return died;
}

static void
make_lists(struct rs_index_side *d)
{
	const uint32_t n = rs_dict_size(d->dict);

	if (d->order != NULL)
		return;
	d->dead = rs_zalloc(n);
	d->order = rs_alloc(rs_size(n, sizeof(*d->order)));
	for (d->ids = 0; d->ids < n; d->ids++)
		d->order[d->ids] = d->ids;
}

void
rs_index_thin(struct rs_index *x, const uint64_t *least, uint64_t rounds)
{
	uint64_t died = 1;

	if (x->spool == NULL)
		return;		/* no rows */
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			make_lists(&x->side[s]);
	for (uint64_t r = 0; died > 0 && (rounds == 0 || r < rounds); r++) {
		died = 0;
		for (int s = 0; s < RS_SIDES; s++)
			if (x->side[s].column >= 0)
				died += mark_dead(&x->side[s], least[s]);
		if (died > 0)
			recount(x);
	}
}

static int
compare_ids(const void *a, const void *b, void *arg)
{
	const struct rs_dict *d = arg;
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	size_t n, m;
	const char *p = rs_dict_name(d, x, &n), *q = rs_dict_name(d, y, &m);
	const int c = memcmp(p, q, n < m ? n : m);

	if (c != 0)
		return c;
	return (n > m) - (n < m);
}

static int
compare_counts(const void *a, const void *b, void *arg)
{
	const struct rs_dict *d = arg;
	const uint64_t x = rs_dict_count(d, *(const uint32_t *)a);
	const uint64_t y = rs_dict_count(d, *(const uint32_t *)b);

	if (x != y)
		return x < y ? 1 : -1;
	return compare_ids(a, b, arg);
}

static void
rank_side(struct rs_index_side *d, enum rs_index_order order)
{
	const uint32_t size = rs_dict_size(d->dict);
	struct rs_dict *ranked;

	make_lists(d);
	if (order != RS_INDEX_FIRST)
		qsort_r(d->order, d->ids, sizeof(*d->order),
		    order == RS_INDEX_SORTED ? compare_ids : compare_counts,
		    d->dict);
	ranked = rs_dict_reorder(d->dict, d->order, d->ids);
	d->renumber = rs_alloc(rs_size(size, sizeof(*d->renumber)));
	memset(d->renumber, 0xff, size * sizeof(*d->renumber));
	for (uint32_t i = 0; i < d->ids; i++)
		d->renumber[d->order[i]] = i;
	rs_dict_free(d->dict);
	d->dict = ranked;
}

void
rs_index_rank(struct rs_index *x, enum rs_index_order order)
{
	for (int s = 0; s < RS_SIDES; s++)
		if (x->side[s].column >= 0)
			rank_side(&x->side[s], order);
	if (x->spool != NULL)
		rs_spool_rewind(x->spool, NULL);
}

/* The row was dropped for its user if that is below the minimum, else for
 * its item. */
static void
count_dropped(struct rs_index *x, const struct rs_block *b)
{
	for (size_t i = 0; i < b->rows; i++) {
		if (x->keep[i])
			continue;
		for (int s = 0; s < RS_SIDES; s++) {
			struct rs_index_side *d = &x->side[s];

			if (d->column < 0 ||
			    !d->dead[b->col[d->column].u32[i]])
				continue;
			d->below++;
			break;
		}
	}
}

bool
rs_index_next(struct rs_index *x)
{
	struct rs_block *b = x->spool == NULL ? NULL :
	    rs_spool_next(x->spool);

	if (b == NULL)
		return false;
	mark_kept(x, b);
	count_dropped(x, b);
	take(x, b);
	for (int s = 0; s < RS_SIDES; s++) {
		const struct rs_index_side *d = &x->side[s];

		if (d->column < 0)
			continue;
		for (size_t i = 0; i < b->rows; i++)
			d->index[i] =
			    d->renumber[b->col[d->column].u32[i]];
	}
	return true;
}

/* Whether rows that stood in the order of column's ids now stand in that of
 * its indices; leading: whether it is the first that they are sorted by. */
static bool
still_sorted(const struct rs_index *x, const char *column, bool leading,
    bool fresh, enum rs_index_order order)
{
	bool indexed = false;

	for (int s = 0; s < RS_SIDES; s++)
		indexed = indexed || strcmp(column, x->side[s].name) == 0;
	if (!indexed)
		return true;
	if (!fresh)
		return false;
	/* Equal ids of the leading column stand together, so in the order
	 * of their first appearance they are sorted too. */
	return order == RS_INDEX_SORTED ||
	    (order == RS_INDEX_FIRST && leading);
}

void
rs_index_claim(struct rs_index *x, bool fresh, enum rs_index_order order)
{
	const char *claim = rs_lines_get(&x->head->lines, "sorted");
	char **field;
	size_t n, keep = 0;

	if (claim == NULL)
		return;
	field = rs_lines_fields(claim, &n);
	while (keep < n &&
	    still_sorted(x, field[keep], keep == 0, fresh, order))
		keep++;
	rs_lines_drop(&x->head->lines, "sorted");
	if (keep > 0) {
		const char **line = rs_alloc((keep + 1) * sizeof(*line));

		line[0] = "sorted";
		for (size_t i = 0; i < keep; i++)
			line[i + 1] = field[i];
		rs_lines_add_list(&x->head->lines, line, keep + 1);
		free(line);
	}
	free(field);
}
