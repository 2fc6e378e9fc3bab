/* csr: users x items, sparse: for each user its items, ascending. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "data/csr.h"
#include "data/dict.h"

enum {
	PIECE = 1 << 18,	/* rows: 1 MiB of items, given back by free() */
	SHARD = 4096,		/* users a task sorts */
	SHORT = 48,		/* rows that are sorted by insertion */
};

/* A size, declared or one above the highest index, may not cost more than
 * this without rows to show for it: 1 GiB of offsets, and what thousands of
 * empty users a row would take. */
static const uint64_t SIZE_FREE = UINT64_C(1) << 27;
static const uint64_t SIZE_PER_ROW = 4096;

/* Some rows in input order.  The users stand one a row, or as runs. */
struct piece {
	uint32_t *item;
	float *weight;		/* NULL: all 1 */
	uint32_t *user;
	uint32_t *run;		/* rows of each user[], NULL: 1 */
	size_t rows, users;
};

struct rs_csr_builder {
	enum rs_repeats repeats;
	char *column;		/* of the weights */
	bool weighted;		/* some row came with a weight of its own */
	uint64_t declared[2];	/* sizes of user and item, 0 unknown */
	uint64_t least[2];
	uint64_t top[2];	/* highest index + 1 */
	uint64_t rows;
	uint64_t met;		/* rows that are no pairs */
	bool heavy;		/* some weight is not 1 */
	struct piece *piece;
	size_t pieces, room;
};

static const char *const SIDE[2] = { "user", "item" };

struct rs_csr_builder *
rs_csr_builder_new(const struct rs_csr_opts *o)
{
	struct rs_csr_builder *b = rs_zalloc(sizeof(*b));

	b->repeats = o->repeats;
	b->column = o->weight != NULL ? rs_strdup(o->weight) : NULL;
	b->least[0] = o->users;
	b->least[1] = o->items;
	return b;
}

static void
piece_free(struct piece *p)
{
	free(p->item);
	free(p->weight);
	free(p->user);
	free(p->run);
	*p = (struct piece){ 0 };
}

void
rs_csr_builder_free(struct rs_csr_builder *b)
{
	if (b == NULL)
		return;
	for (size_t i = 0; i < b->pieces; i++)
		piece_free(&b->piece[i]);
	free(b->piece);
	free(b->column);
	free(b);
}

uint64_t
rs_csr_builder_rows(const struct rs_csr_builder *b)
{
	return b->rows;
}

int
rs_csr_builder_sizes(struct rs_csr_builder *b, const struct rs_lines *l,
    struct rs_err *e)
{
	for (int s = 0; s < 2; s++) {
		const char *text = rs_lines_get(l,
		    s == 0 ? "size\tuser" : "size\titem");
		uint64_t n;

		if (text == NULL)
			continue;
		if (!rs_parse_u64(text, strlen(text), &n) || n > RS_DICT_MAX)
			return rs_fail(e, "size %s %s: not a number of "
			    "32-bit indices", SIDE[s], text);
		if (b->declared[s] != 0 && b->declared[s] != n)
			return rs_fail(e, "size %s is %" PRIu64 " in the "
			    "header and %" PRIu64 " in the end", SIDE[s],
			    b->declared[s], n);
		if (n < b->top[s])
			return rs_fail(e, "%s %" PRIu64 " is not below the "
			    "declared size %" PRIu64, SIDE[s], b->top[s] - 1,
			    n);
		b->declared[s] = n;
	}
	return 0;
}

/* The users of a full piece take less room as runs where they stand
 * together. */
static void
piece_close(struct piece *p)
{
	size_t runs = p->rows > 0;

	for (size_t i = 1; i < p->rows; i++)
		runs += p->user[i] != p->user[i - 1];
	p->users = p->rows;
	if (runs > p->rows / 2)
		return;
	uint32_t *run = rs_zalloc(rs_size(runs, sizeof(*run)));
	size_t r = 0;
	for (size_t i = 0; i < p->rows; i++) {
		if (i > 0 && p->user[i] != p->user[r])
			r++;
		p->user[r] = p->user[i];
		run[r]++;
	}
	p->user = rs_realloc(p->user, rs_size(runs, sizeof(*p->user)));
	p->run = run;
	p->users = runs;
}

static struct piece *
piece_open(struct rs_csr_builder *b)
{
	if (b->pieces > 0) {
		struct piece *last = &b->piece[b->pieces - 1];

		if (last->rows < PIECE)
			return last;
		piece_close(last);
	}
	rs_grow(&b->piece, &b->room, b->pieces + 1, sizeof(*b->piece));
	struct piece *p = &b->piece[b->pieces++];
	*p = (struct piece){
		.item = rs_alloc(PIECE * sizeof(*p->item)),
		.user = rs_alloc(PIECE * sizeof(*p->user)),
	};
	return p;
}

/* The row that comes now, the first being 1. */
static uint64_t
row(const struct rs_csr_builder *b)
{
	return b->rows + b->met + 1;
}

/* 0 where the indices are below what is declared. */
static int
check(struct rs_csr_builder *b, const uint32_t index[2], struct rs_err *e)
{
	for (int s = 0; s < 2; s++) {
		if (b->declared[s] != 0 && index[s] >= b->declared[s])
			return rs_fail(e, "row %" PRIu64 ": %s %" PRIu32
			    " is not below the declared size %" PRIu64,
			    row(b), SIDE[s], index[s], b->declared[s]);
		if (index[s] >= RS_DICT_MAX)
			return rs_fail(e, "row %" PRIu64 ": %s %" PRIu32
			    " is over the limit", row(b), SIDE[s], index[s]);
		if (index[s] >= b->top[s])
			b->top[s] = (uint64_t)index[s] + 1;
	}
	return 0;
}

static void
put(struct rs_csr_builder *b, uint32_t user, uint32_t item, float weight)
{
	struct piece *p = piece_open(b);

	p->user[p->rows] = user;
	p->item[p->rows] = item;
	if (p->weight == NULL && weight != 1) {
		p->weight = rs_alloc(PIECE * sizeof(*p->weight));
		for (size_t i = 0; i < p->rows; i++)
			p->weight[i] = 1;
		b->heavy = true;
	}
	if (p->weight != NULL)
		p->weight[p->rows] = weight;
	p->rows++;
	b->rows++;
}

static bool
finite(float x)
{
	return x - x == 0;
}

int
rs_csr_builder_add(struct rs_csr_builder *b, uint32_t user, uint32_t item,
    float weight, struct rs_err *e)
{
	if (check(b, (const uint32_t[2]){ user, item }, e) < 0)
		return -1;
	if (!finite(weight))
		return rs_fail(e, "row %" PRIu64 ": weight is no finite "
		    "number", row(b));
	b->weighted = true;
	put(b, user, item, weight);
	return 0;
}

int
rs_csr_builder_meet(struct rs_csr_builder *b, uint32_t user, uint32_t item,
    struct rs_err *e)
{
	if (check(b, (const uint32_t[2]){ user, item }, e) < 0)
		return -1;
	b->met++;
	return 0;
}

int
rs_csr_builder_put(struct rs_csr_builder *b, const struct rs_block *block,
    struct rs_err *e)
{
	const struct rs_vec *user = rs_block_get(block, "user");
	const struct rs_vec *item = rs_block_get(block, "item");
	const struct rs_vec *weight = b->column != NULL ?
	    rs_block_get(block, b->column) : NULL;

	if (user == NULL || item == NULL || user->type != RS_U32 ||
	    item->type != RS_U32)
		return rs_fail(e, "no columns user:u32 item:u32 (is it not "
		    "yet indexed?)");
	if (weight != NULL && weight->type == RS_STR)
		return rs_fail(e, "column %s is text, not numbers", b->column);
	if (weight != NULL)
		b->weighted = true;
	for (size_t i = 0; i < block->rows; i++) {
		const uint32_t pair[2] = { user->u32[i], item->u32[i] };
		const float w = weight != NULL ?
		    (float)rs_vec_real(weight, i) : 1;

		if (check(b, pair, e) < 0)
			return -1;
		if (!finite(w))
			return rs_fail(e, "row %" PRIu64 ": %s is no finite "
			    "number", row(b), b->column);
		put(b, pair[0], pair[1], w);
	}
	return 0;
}

/* start[u + 1] = rows of user u. */
static void
count(const struct rs_csr_builder *b, uint64_t *start)
{
	for (size_t k = 0; k < b->pieces; k++) {
		const struct piece *p = &b->piece[k];

		for (size_t i = 0; i < p->users; i++)
			start[p->user[i] + (size_t)1] +=
			    p->run != NULL ? p->run[i] : 1;
	}
}

/* Put each piece's rows where start says, moving it on, and free the piece. */
static void
scatter(struct rs_csr_builder *b, struct rs_csr *m)
{
	for (size_t k = 0; k < b->pieces; k++) {
		struct piece *p = &b->piece[k];
		size_t row = 0;

		for (size_t i = 0; i < p->users; i++) {
			const size_t n = p->run != NULL ? p->run[i] : 1;
			const uint64_t at = m->start[p->user[i]];

			memcpy(m->item + at, p->item + row,
			    n * sizeof(*m->item));
			for (size_t j = 0; m->weight != NULL && j < n; j++)
				m->weight[at + j] = p->weight != NULL ?
				    p->weight[row + j] : 1;
			m->start[p->user[i]] += n;
			row += n;
		}
		piece_free(p);
	}
	b->pieces = 0;
}

struct cell {
	uint32_t item;
	float weight;
};

struct scratch {
	struct cell *a, *b;
	size_t room_a, room_b;
};

/* Stable, by the bytes of the item, lowest first; the result is in s->a. */
static void
radix(struct scratch *s, size_t n, uint32_t top)
{
	for (int shift = 0; shift < 32 && top >> shift != 0; shift += 8) {
		size_t at[257] = { 0 };

		for (size_t i = 0; i < n; i++)
			at[(s->a[i].item >> shift & 255) + 1]++;
		for (int c = 0; c < 256; c++)
			at[c + 1] += at[c];
		for (size_t i = 0; i < n; i++)
			s->b[at[s->a[i].item >> shift & 255]++] = s->a[i];
		*s = (struct scratch){ s->b, s->a, s->room_b, s->room_a };
	}
}

static void
insertion(struct cell *c, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct cell x = c[i];
		size_t j = i;

		for (; j > 0 && c[j - 1].item > x.item; j--)
			c[j] = c[j - 1];
		c[j] = x;
	}
}

/* Sort one user's rows, equal items in input order.  True where an item
 * stands twice. */
static bool
sort_user(struct rs_csr *m, uint64_t u, struct scratch *s)
{
	uint32_t *item = m->item + m->start[u];
	float *weight = m->weight != NULL ? m->weight + m->start[u] : NULL;
	const size_t n = rs_csr_count(m, u);
	bool sorted = true, repeats = false;

	for (size_t i = 1; i < n; i++) {
		sorted = sorted && item[i - 1] <= item[i];
		repeats = repeats || item[i - 1] == item[i];
	}
	if (sorted)
		return repeats;
	rs_grow(&s->a, &s->room_a, n, sizeof(*s->a));
	for (size_t i = 0; i < n; i++)
		s->a[i] = (struct cell){ item[i],
		    weight != NULL ? weight[i] : 1 };
	if (n <= SHORT) {
		insertion(s->a, n);
	} else {
		rs_grow(&s->b, &s->room_b, n, sizeof(*s->b));
		radix(s, n, (uint32_t)(m->items - 1));
	}
	repeats = false;
	for (size_t i = 0; i < n; i++) {
		item[i] = s->a[i].item;
		if (weight != NULL)
			weight[i] = s->a[i].weight;
		repeats = repeats || (i > 0 && item[i - 1] == item[i]);
	}
	return repeats;
}

struct sorting {
	struct rs_csr *m;
	struct scratch *scratch;
	bool *repeats;		/* a shard each */
};

static void
sort_shard(void *arg, size_t task, int thread)
{
	struct sorting *s = arg;
	const uint64_t end = (task + 1) * SHARD < s->m->users ?
	    (task + 1) * SHARD : s->m->users;

	for (uint64_t u = task * SHARD; u < end; u++)
		if (sort_user(s->m, u, &s->scratch[thread]))
			s->repeats[task] = true;
}

/* True where some pair stands twice. */
static bool
sort_all(struct rs_csr *m, struct rs_pool *pool)
{
	const int threads = rs_pool_threads(pool);
	const size_t tasks = (m->users + SHARD - 1) / SHARD;
	struct sorting s = {
		.m = m,
		.scratch = rs_zalloc(rs_size((size_t)threads,
		    sizeof(*s.scratch))),
		.repeats = rs_zalloc(tasks + 1),
	};
	bool any = false;

	rs_pool_run(pool, tasks, sort_shard, &s);
	for (size_t i = 0; i < tasks; i++)
		any = any || s.repeats[i];
	for (int i = 0; i < threads; i++) {
		free(s.scratch[i].a);
		free(s.scratch[i].b);
	}
	free(s.scratch);
	free(s.repeats);
	return any;
}

/* Make one of the n >= 1 rows at from that have one item. */
static void
fold(struct rs_csr *m, uint64_t from, uint64_t n, enum rs_repeats how,
    uint64_t to)
{
	double sum = 0;

	m->item[to] = m->item[from];
	if (m->weight == NULL)
		return;
	for (uint64_t i = 0; i < n; i++)
		sum += (double)m->weight[from + i];
	m->weight[to] = how == RS_REPEATS_SUM ? (float)sum :
	    m->weight[how == RS_REPEATS_LAST ? from + n - 1 : from];
}

/* Each pair once, closing the gaps. */
static int
distinct(struct rs_csr *m, enum rs_repeats how, struct rs_err *e)
{
	uint64_t to = 0;

	for (uint64_t u = 0, from = 0; u < m->users; u++) {
		const uint64_t end = m->start[u + 1];

		m->start[u] = to;
		while (from < end) {
			uint64_t n = 1;

			while (from + n < end &&
			    m->item[from + n] == m->item[from])
				n++;
			if (n > 1 && how == RS_REPEATS_ERROR)
				return rs_fail(e, "user %" PRIu64 " has item "
				    "%" PRIu32 " more than once", u,
				    m->item[from]);
			fold(m, from, n, how, to++);
			if (m->weight != NULL && !finite(m->weight[to - 1]))
				return rs_fail(e, "the weights of user %"
				    PRIu64 " and item %" PRIu32
				    " overflow", u, m->item[to - 1]);
			from += n;
		}
	}
	m->start[m->users] = m->nnz = to;
	m->item = rs_realloc(m->item, rs_size(to, sizeof(*m->item)) + 1);
	if (m->weight != NULL)
		m->weight = rs_realloc(m->weight,
		    rs_size(to, sizeof(*m->weight)) + 1);
	return 0;
}

static int
settle_sizes(const struct rs_csr_builder *b, uint64_t size[2],
    struct rs_err *e)
{
	for (int s = 0; s < 2; s++) {
		const uint64_t rows = b->rows + b->met;

		size[s] = b->top[s];
		if (b->declared[s] > size[s])
			size[s] = b->declared[s];
		if (b->least[s] > size[s])
			size[s] = b->least[s];
		if (size[s] > b->least[s] && size[s] > SIZE_FREE &&
		    size[s] / SIZE_PER_ROW > rows)
			return rs_fail(e, "size %s %" PRIu64 " is out of all "
			    "proportion to %" PRIu64 " rows", SIDE[s], size[s],
			    rows);
	}
	return 0;
}

static float *
ones(uint64_t n)
{
	float *w = rs_alloc(rs_size(n, sizeof(*w)) + 1);

	for (uint64_t i = 0; i < n; i++)
		w[i] = 1;
	return w;
}

int
rs_csr_builder_done(struct rs_csr_builder *b, struct rs_pool *pool,
    struct rs_csr *m, struct rs_err *e)
{
	uint64_t size[2];

	*m = (struct rs_csr){ 0 };
	if (settle_sizes(b, size, e) < 0) {
		rs_csr_builder_free(b);
		return -1;
	}
	if (b->pieces > 0)
		piece_close(&b->piece[b->pieces - 1]);
	m->users = size[0];
	m->items = size[1];
	m->nnz = b->rows;
	m->start = rs_zalloc(rs_size(m->users + 2, sizeof(*m->start)));
	m->item = rs_alloc(rs_size(m->nnz, sizeof(*m->item)) + 1);
	if (b->heavy)
		m->weight = rs_alloc(rs_size(m->nnz, sizeof(*m->weight)) + 1);
	count(b, m->start);
	for (uint64_t u = 0; u < m->users; u++)
		m->start[u + 1] += m->start[u];
	scatter(b, m);
	/* Each start has moved to its user's end, the next one's start. */
	memmove(m->start + 1, m->start, m->users * sizeof(*m->start));
	m->start[0] = 0;

	int r = 0;
	if (sort_all(m, pool)) {
		if (b->repeats == RS_REPEATS_SUM && b->weighted &&
		    m->weight == NULL)
			m->weight = ones(m->nnz);
		r = distinct(m, b->repeats, e);
	}
	rs_csr_builder_free(b);
	if (r < 0)
		rs_csr_free(m);
	return r;
}

static int
load(struct rs_csr_builder *b, struct rs_reader *r, struct rs_err *e)
{
	struct rs_block *block;
	struct rs_err why;
	int more;

	if (rs_csr_builder_sizes(b, &rs_reader_head(r)->lines, &why) < 0)
		return rs_fail(e, "%s: %s", rs_reader_name(r), why.text);
	while ((more = rs_reader_next(r, &block)) == 1)
		if (rs_csr_builder_put(b, block, &why) < 0)
			return rs_fail(e, "%s: %s", rs_reader_name(r),
			    why.text);
	if (more < 0) {
		*e = *rs_reader_err(r);
		return -1;
	}
	if (rs_csr_builder_sizes(b, rs_reader_end(r), &why) < 0)
		return rs_fail(e, "%s: %s", rs_reader_name(r), why.text);
	return 0;
}

int
rs_csr_load(struct rs_reader *r, const struct rs_csr_opts *o,
    struct rs_pool *pool, struct rs_csr *m, struct rs_err *e)
{
	struct rs_csr_builder *b = rs_csr_builder_new(o);
	struct rs_err why;

	*m = (struct rs_csr){ 0 };
	if (load(b, r, e) < 0) {
		rs_csr_builder_free(b);
		return -1;
	}
	if (rs_csr_builder_done(b, pool, m, &why) < 0)
		return rs_fail(e, "%s: %s", rs_reader_name(r), why.text);
	return 0;
}

/* Users are visited in order, so they ascend within each item. */
void
rs_csr_transpose(const struct rs_csr *m, struct rs_csr *t)
{
	*t = (struct rs_csr){
		.users = m->items,
		.items = m->users,
		.nnz = m->nnz,
		.start = rs_zalloc(rs_size(m->items + 2, sizeof(*t->start))),
		.item = rs_alloc(rs_size(m->nnz, sizeof(*t->item)) + 1),
		.weight = m->weight != NULL ?
		    rs_alloc(rs_size(m->nnz, sizeof(*t->weight)) + 1) : NULL,
	};
	for (uint64_t i = 0; i < m->nnz; i++)
		t->start[m->item[i] + (size_t)1]++;
	for (uint64_t i = 0; i < t->users; i++)
		t->start[i + 1] += t->start[i];
	for (uint64_t u = 0; u < m->users; u++)
		for (uint64_t i = m->start[u]; i < m->start[u + 1]; i++) {
			const uint64_t at = t->start[m->item[i]]++;

			t->item[at] = (uint32_t)u;
			if (t->weight != NULL)
				t->weight[at] = m->weight[i];
		}
	memmove(t->start + 1, t->start, t->users * sizeof(*t->start));
	t->start[0] = 0;
}

uint64_t
rs_csr_find(const struct rs_csr *m, uint64_t user, uint32_t item)
{
	uint64_t low, high;

	if (user >= m->users)
		return RS_CSR_NONE;
	low = m->start[user];
	high = m->start[user + 1];
	while (low < high) {
		const uint64_t mid = low + (high - low) / 2;

		if (m->item[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	return low < m->start[user + 1] && m->item[low] == item ? low :
	    RS_CSR_NONE;
}

uint32_t *
rs_csr_owners(const struct rs_csr *m)
{
	uint32_t *owner = rs_alloc(rs_size(m->nnz, sizeof(*owner)) + 1);

	for (uint64_t u = 0; u < m->users; u++)
		for (uint64_t i = m->start[u]; i < m->start[u + 1]; i++)
			owner[i] = (uint32_t)u;
	return owner;
}

void
rs_csr_widen(struct rs_csr *m, uint64_t users, uint64_t items)
{
	if (items > m->items)
		m->items = items;
	if (users <= m->users)
		return;
	m->start = rs_realloc(m->start,
	    rs_size(users + 2, sizeof(*m->start)));
	for (uint64_t u = m->users; u < users; u++)
		m->start[u + 1] = m->nnz;
	m->users = users;
}

void
rs_csr_free(struct rs_csr *m)
{
	free(m->start);
	free(m->item);
	free(m->weight);
	*m = (struct rs_csr){ 0 };
}
