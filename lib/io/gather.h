/*
 * gather: a block that is filled row by row.
 *
 *	rs_gather_str(g, 0, p, n);
 *	g->col[1].f32[g->rows] = x;
 *	rs_gather_row(g);
 *	if (rs_gather_full(g))
 *		rs_gather_put(g, writer);
 *
 * Every column is set, then the row is gathered; what was set for a row that
 * is not gathered is overwritten by the next.
 *
 * After rs_gather_behind a thread of its own puts the rows to the writer,
 * which nobody else may touch until rs_gather_wait: the same rows in the same
 * order, while the next ones are gathered.
 */
#ifndef RS_IO_GATHER_H
#define RS_IO_GATHER_H

#include <string.h>

#include "io/stream.h"

enum {
	RS_GATHER_ROWS = 8192,		/* what the caches hold */
	RS_GATHER_BYTES = 8 << 20,	/* of text, in all columns */
	RS_GATHER_PAD = 16,
};

struct rs_gather_text {
	uint32_t *off;			/* RS_GATHER_ROWS + 1 */
	char *bytes;
	size_t room;
};

struct rs_gather {
	struct rs_head *head;
	struct rs_vec *col;
	struct rs_gather_text *text;	/* one a column; where it is str */
	size_t rows, bytes;
	struct rs_gather_thread *thread;	/* NULL: none */
};

struct rs_gather *rs_gather_new(const struct rs_head *h);	/* yours */
void rs_gather_free(struct rs_gather *g);

/* Room for n bytes behind those of the column. */
char *rs_gather_more(struct rs_gather *g, size_t c, size_t n);

/* n is at most RS_STRING_MAX; RS_GATHER_PAD bytes behind p + n are readable.
 * Most strings are copied with no branch on their length. */
static inline void
rs_gather_str(struct rs_gather *g, size_t c, const char *p, size_t n)
{
	struct rs_gather_text *t = &g->text[c];
	const uint32_t at = t->off[g->rows];
	char *to = t->bytes + at;

	if (__builtin_expect(t->room - at < n + RS_GATHER_PAD, 0))
		to = rs_gather_more(g, c, n + RS_GATHER_PAD);
	memcpy(to, p, RS_GATHER_PAD);
	if (__builtin_expect(n > RS_GATHER_PAD, 0))
		memcpy(to, p, n);
	t->off[g->rows + 1] = at + (uint32_t)n;
	g->bytes += n;
}

static inline void
rs_gather_row(struct rs_gather *g)
{
	g->rows++;
}

static inline bool
rs_gather_full(const struct rs_gather *g)
{
	return g->rows == RS_GATHER_ROWS || g->bytes > RS_GATHER_BYTES;
}

/* What was gathered, as a block: borrowed until the next call. */
struct rs_block rs_gather_block(struct rs_gather *g);

void rs_gather_put(struct rs_gather *g, struct rs_writer *w);	/* and empty */

void rs_gather_behind(struct rs_gather *g, struct rs_writer *w);
void rs_gather_wait(struct rs_gather *g);

#endif
