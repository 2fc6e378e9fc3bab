/*
 * table: rows as text for the world outside: CSV, TSV, JSON lines.
 *
 *	struct rs_table *t = rs_table_new(sink, RS_TEXT_CSV);
 *	rs_table_column(t, "user_id");
 *	rs_table_column(t, "score");
 *	rs_table_header(t);
 *	rs_table_str(t, p, n);
 *	rs_table_f32(t, 0.5f);
 *	rs_table_end_row(t);
 *
 * Every row has one cell for each column, in order.  Numbers are the shortest
 * text that reads back to the same bits.
 *
 * CSV is that of RFC 4180 with a bare LF: quotes stand around a cell with a
 * comma, quote, CR or LF in it (and around the empty string where it would
 * leave the line blank).  TSV has no quotes; TAB, LF, CR and backslash stand
 * as \t \n \r \\.  JSON lines are objects by column name; a byte that is not
 * UTF-8 becomes the lone surrogate U+DC00 + byte, as Python's surrogateescape
 * has it, so nothing is lost; what is no number is null.
 *
 * Nothing reaches the sink before the buffer is full or rs_table_flush.  The
 * sink stays the caller's.  One thread a table.
 */
#ifndef RS_IO_TABLE_H
#define RS_IO_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "io/sink.h"
#include "io/stream.h"

enum rs_text { RS_TEXT_CSV, RS_TEXT_TSV, RS_TEXT_JSONL };

struct rs_table;

struct rs_table *rs_table_new(struct rs_sink *s, enum rs_text f);  /* yours */
void rs_table_column(struct rs_table *t, const char *name);

/* The line of column names; JSON lines have none. */
void rs_table_header(struct rs_table *t);

/* The next cell. */
void rs_table_str(struct rs_table *t, const char *p, size_t n);
void rs_table_u64(struct rs_table *t, uint64_t v);
void rs_table_i64(struct rs_table *t, int64_t v);
void rs_table_f32(struct rs_table *t, float v);
void rs_table_none(struct rs_table *t);		/* empty; null in JSON */
void rs_table_cell(struct rs_table *t, const struct rs_vec *v, size_t row);

void rs_table_end_row(struct rs_table *t);

/* Between rows, a line of another shape. */
void rs_table_line(struct rs_table *t, const char *p, size_t n);
void rs_table_flush(struct rs_table *t);	/* to the sink, and it on */
void rs_table_free(struct rs_table *t);		/* flushes first */

/* One cell of text, for those who write lines of another shape. */
void rs_text_csv(struct rs_buf *b, const char *p, size_t n);
void rs_text_tsv(struct rs_buf *b, const char *p, size_t n);
void rs_text_json(struct rs_buf *b, const char *p, size_t n);	/* quoted */
void rs_text_json_f32(struct rs_buf *b, float v);

#endif
