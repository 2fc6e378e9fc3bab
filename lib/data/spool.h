/*
 * spool: the rows of a stream held back, to be read again as often as needed.
 *
 *	struct rs_spool *s = rs_spool_new(rs_reader_head(in), 256 << 20);
 *	rs_spool_put(s, b);		(each block)
 *	rs_spool_rewind(s, NULL);
 *	for (const struct rs_block *b; (b = rs_spool_next(s)) != NULL; )
 *		...
 *	rs_spool_free(s);
 *
 * Rows stay in memory up to the budget, beyond it in a file without a name
 * (data/spill.h).  Blocks come out as they went in.  One thread a spool.
 */
#ifndef RS_DATA_SPOOL_H
#define RS_DATA_SPOOL_H

#include <stddef.h>
#include <stdint.h>

#include "io/stream.h"

struct rs_spool;

struct rs_spool *rs_spool_new(const struct rs_head *head,
    size_t memory);					/* yours */
void rs_spool_put(struct rs_spool *s, const struct rs_block *b);
uint64_t rs_spool_rows(const struct rs_spool *s);

/* Go to the first block.  want: one byte a column, 0 for those that need not
 * be read this time; NULL wants all. */
void rs_spool_rewind(struct rs_spool *s, const uint8_t *want);

/* Borrowed until the next call, but its values are yours to change; NULL at
 * the end. */
struct rs_block *rs_spool_next(struct rs_spool *s);
void rs_spool_free(struct rs_spool *s);		/* NULL is nothing */

#endif
