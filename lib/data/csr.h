/*
 * csr: users x items, sparse: for each user its items, ascending.
 *
 *	struct rs_csr_builder *b = rs_csr_builder_new(&opts);
 *	while ((more = rs_reader_next(r, &block)) == 1)
 *		if (rs_csr_builder_put(b, block, &err) < 0)
 *			...
 *	if (rs_csr_builder_done(b, pool, &m, &err) < 0)
 *		...
 *	rs_csr_free(&m);
 *
 * or rs_csr_load for a whole stream.  Each pair stands once: what happens to
 * repeated rows is an option.  start counts in 64 bits, so more than 2^32
 * rows are as good as few.
 *
 * Memory: rows are kept in pieces, 4 bytes each and 4 for a weight that is
 * not 1, and 4 more where rows of one user do not stand together; the pieces
 * are given back while the matrix grows.  So user-sorted input costs its own
 * matrix, and the worst order 12 (with weights 20) bytes a row for a moment.
 *
 * The matrix is plain data; the caller owns it.  A builder has one thread.
 */
#ifndef RS_DATA_CSR_H
#define RS_DATA_CSR_H

#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "base/pool.h"
#include "io/stream.h"

struct rs_csr {
	uint64_t users, items;
	uint64_t nnz;		/* pairs */
	uint64_t *start;	/* (users + 1) user u has start[u] .. [u + 1] */
	uint32_t *item;		/* (nnz) ascending within a user */
	float *weight;		/* (nnz), or NULL: all 1 */
};

/* What becomes of several rows with one pair. */
enum rs_repeats {
	RS_REPEATS_SUM,		/* one, its weight their sum */
	RS_REPEATS_DISTINCT,	/* one, the weight of the first */
	RS_REPEATS_LAST,	/* one, the weight of the last */
	RS_REPEATS_ERROR,	/* refused */
};

struct rs_csr_opts {
	const char *weight;	/* column that gives the weights (f32, u8, u32
				 * or i64), NULL: all 1; the column may be
				 * missing: all 1 */
	enum rs_repeats repeats;
	uint64_t users, items;	/* the least sizes, from dictionaries; 0 */
};

struct rs_csr_builder;
struct rs_csr_builder *rs_csr_builder_new(const struct rs_csr_opts *o);

/* Append the rows of a block with user:u32 item:u32.  -1: an index is not
 * below the size that the head declares, or a weight is not finite. */
int rs_csr_builder_put(struct rs_csr_builder *b, const struct rs_block *block,
    struct rs_err *e);

/* The same for one pair. */
int rs_csr_builder_add(struct rs_csr_builder *b, uint32_t user, uint32_t item,
    float weight, struct rs_err *e);

/* Take the sizes that lines declare ("size user 6040"). */
int rs_csr_builder_sizes(struct rs_csr_builder *b, const struct rs_lines *l,
    struct rs_err *e);

/* No pair, but a user and an item that there are: a row that says no. */
int rs_csr_builder_meet(struct rs_csr_builder *b, uint32_t user,
    uint32_t item, struct rs_err *e);

uint64_t rs_csr_builder_rows(const struct rs_csr_builder *b);	/* so far */

/* The matrix; the builder is freed in any case. */
int rs_csr_builder_done(struct rs_csr_builder *b, struct rs_pool *pool,
    struct rs_csr *m, struct rs_err *e);
void rs_csr_builder_free(struct rs_csr_builder *b);	/* give up */

/* Read a stream to its end into *m.  The sentence names the stream. */
int rs_csr_load(struct rs_reader *r, const struct rs_csr_opts *o,
    struct rs_pool *pool, struct rs_csr *m, struct rs_err *e);

/* Where in item (and weight) a pair stands; RS_CSR_NONE where it does not. */
#define RS_CSR_NONE UINT64_MAX
uint64_t rs_csr_find(const struct rs_csr *m, uint64_t user, uint32_t item);

/* Items x users: the same for the other side. */
void rs_csr_transpose(const struct rs_csr *m, struct rs_csr *t);

/* Make it users x items at least (sizes only grow; new rows are empty). */
void rs_csr_widen(struct rs_csr *m, uint64_t users, uint64_t items);

void rs_csr_free(struct rs_csr *m);	/* the arrays */

/* The user of each pair (nnz). */
uint32_t *rs_csr_owners(const struct rs_csr *m);	/* yours */

static inline uint64_t
rs_csr_count(const struct rs_csr *m, uint64_t user)
{
	return m->start[user + 1] - m->start[user];
}

static inline const uint32_t *
rs_csr_items(const struct rs_csr *m, uint64_t user)
{
	return m->item + m->start[user];
}

#endif
