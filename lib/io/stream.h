/*
 * stream: the table on every pipe (rs-stream(5) is the normative text).
 *
 *	struct rs_reader *r = rs_reader_open("-", &err);
 *	while ((more = rs_reader_next(r, &b)) == 1)
 *		rs_writer_put(w, b);
 *	if (more < 0)
 *		complain(rs_reader_err(r));
 *
 * A stream is a header, blocks of up to RS_BLOCK_ROWS rows stored column by
 * column, and an end.  A reader checks every byte: rs_reader_next returns 0
 * only behind a whole, undamaged stream whose row count and fingerprint are
 * as its end says.  A writer cuts its own blocks and chooses encodings from
 * their content alone, so its bytes do not depend on how rows were put.
 *
 * The tools use these through lib/cli/tool.h.  One thread a reader or writer.
 */
#ifndef RS_IO_STREAM_H
#define RS_IO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/lines.h"
#include "io/sink.h"
#include "io/source.h"

enum {
	RS_BLOCK_ROWS = 65536,
	RS_STRING_MAX = 65535,		/* bytes in one string */
	RS_COLUMNS_MAX = 256,
	RS_NAME_MAX = 255,		/* bytes in a column's name */
	RS_TEXT_MAX = 16 << 20,		/* bytes of a header or end */
	RS_BODY_MAX = 1 << 30,		/* bytes of a block's body */
	RS_ENCODINGS = 6,		/* ways to store a column */
};

enum rs_type { RS_U8, RS_U32, RS_I64, RS_F32, RS_STR };

const char *rs_type_name(enum rs_type t);		/* "u32" */
int rs_type_parse(const char *name, enum rs_type *t);	/* -1: none such */
size_t rs_type_size(enum rs_type t);	/* bytes a value; 4 (a code) for str */

/*
 * The values of one column in one block.  Numbers: one array of rows values.
 * Strings: row i is entry code[i], or entry i where code is NULL; entry e is
 * the bytes off[e] .. off[e+1]; several entries may be equal.  hash[e] is
 * rs_hash of entry e; hash may be NULL in what is given to a writer.
 */
struct rs_vec {
	enum rs_type type;
	union {
		uint8_t *u8;
		uint32_t *u32;
		int64_t *i64;
		float *f32;
		void *any;
	};
	const uint32_t *code;
	uint32_t entries;
	const uint32_t *off;		/* entries + 1 */
	const char *bytes;
	const uint64_t *hash;
};

struct rs_column {
	char *name;
	enum rs_type type;
};

struct rs_head {
	struct rs_column *column;
	size_t columns, room;
	struct rs_lines lines;	/* all keys but "column", in order */
};

/* Borrowed from its reader until the next rs_reader_next. */
struct rs_block {
	const struct rs_head *head;
	size_t rows;
	uint64_t first;			/* number of its first row, from 0 */
	struct rs_vec *col;		/* head->columns of them */
};

/* The string of row i, *n bytes, no NUL. */
static inline const char *
rs_vec_str(const struct rs_vec *v, size_t i, size_t *n)
{
	const uint32_t e = v->code != NULL ? v->code[i] : (uint32_t)i;

	*n = v->off[e + 1] - v->off[e];
	return v->bytes + v->off[e];
}

/* Row i of a column of numbers; NaN of one of strings. */
static inline double
rs_vec_real(const struct rs_vec *v, size_t i)
{
	switch (v->type) {
	case RS_U8:
		return v->u8[i];
	case RS_U32:
		return v->u32[i];
	case RS_I64:
		return (double)v->i64[i];
	case RS_F32:
		return (double)v->f32[i];
	default:
		return (double)__builtin_nanf("");
	}
}

/* A column of a block by name; NULL where it has none. */
struct rs_vec *rs_block_get(const struct rs_block *b, const char *name);

/* Headers. */
struct rs_head *rs_head_new(void);				/* yours */
struct rs_head *rs_head_copy(const struct rs_head *h);		/* yours */
void rs_head_column(struct rs_head *h, const char *name, enum rs_type t);
void rs_head_drop_column(struct rs_head *h, const char *name);
int rs_head_find(const struct rs_head *h, const char *name);	/* or -1 */
void rs_head_free(struct rs_head *h);

/* Reading.  A tool that takes text as well looks at what comes first. */
bool rs_stream_ahead(struct rs_source *s);	/* nothing is taken from s */

struct rs_reader;
struct rs_reader *rs_reader_open(const char *path, struct rs_err *e);
struct rs_reader *rs_reader_of(struct rs_source *s, struct rs_err *e);
const struct rs_head *rs_reader_head(const struct rs_reader *r);
const char *rs_reader_name(const struct rs_reader *r);
struct rs_source *rs_reader_source(struct rs_reader *r);

/* 1 = *b is the next block, 0 = the whole stream was read and is sound,
 * -1 = see rs_reader_err. */
int rs_reader_next(struct rs_reader *r, struct rs_block **b);

/* After 0: the lines of the end, rows and fingerprint among them. */
const struct rs_lines *rs_reader_end(const struct rs_reader *r);
uint64_t rs_reader_rows(const struct rs_reader *r);	/* so far */
uint64_t rs_reader_fingerprint(const struct rs_reader *r);	/* at the end */
const struct rs_err *rs_reader_err(const struct rs_reader *r);

/* How column c was stored in the blocks so far. */
struct rs_stored {
	uint64_t bytes;
	uint64_t blocks[RS_ENCODINGS];	/* that chose each encoding */
};
const struct rs_stored *rs_reader_stored(const struct rs_reader *r, size_t c);
const char *rs_encoding_name(size_t encoding);	/* "packed" */
void rs_reader_close(struct rs_reader *r);

/* Writing.  The writer owns its sink; head is copied. */
struct rs_writer;
struct rs_writer *rs_writer_new(struct rs_sink *s, const struct rs_head *head);
const struct rs_head *rs_writer_head(const struct rs_writer *w);

/* Append b's rows: b->col has the columns of the writer's head in order. */
void rs_writer_put(struct rs_writer *w, const struct rs_block *b);

/* Append those rows of b whose keep byte is not 0. */
void rs_writer_put_kept(struct rs_writer *w, const struct rs_block *b,
    const uint8_t *keep);

/* Append row index[i] of b for i in 0..n-1 (rows may repeat). */
void rs_writer_put_rows(struct rs_writer *w, const struct rs_block *b,
    const uint32_t *index, size_t n);

/* Lines that will stand in the end; add to them until rs_writer_close. */
struct rs_lines *rs_writer_end(struct rs_writer *w);
uint64_t rs_writer_rows(const struct rs_writer *w);

/* No more rows will be put: the last block goes out, so that its failure
 * comes before what cannot be undone. */
void rs_writer_flush(struct rs_writer *w);

/* Write the last block and the end; the file appears.  Returns the
 * fingerprint. */
uint64_t rs_writer_close(struct rs_writer *w);

/* No end mark, no file. */
void rs_writer_abort(struct rs_writer *w);

#endif
