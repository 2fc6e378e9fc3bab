/*
 * shape: a text being taken apart, for rows.c, which finds the records in it,
 * quoted.c, which does so where there are quotes, and columns.c, which learns
 * from the first line what the text is.  Only for lib/io.
 *
 * Records are sought in the window of lib/io/text, from text->at on.  A
 * record is looked at where it stands until it is given; only then text->at
 * goes on.  Who changes text->at otherwise aims again.
 */
#ifndef RS_IO_SHAPE_H
#define RS_IO_SHAPE_H

#include <csv.h>

#include "base/buf.h"
#include "io/object.h"
#include "io/rows.h"
#include "io/text.h"

/* How records are told apart: by marks of one delimiter, by one of several
 * characters, by blanks, as JSON. */
enum rs_shape {
	RS_SHAPE_MARKED, RS_SHAPE_LONG, RS_SHAPE_RAGGED, RS_SHAPE_OBJECTS,
};

#define RS_ROW_NONE SIZE_MAX	/* no such place in the window */

struct rs_rows {
	struct rs_dialect dialect;
	struct rs_text *text;
	enum rs_shape shape;
	bool begun, all_read;
	char delimiter[16];
	size_t delimiter_len;
	bool quotes;
	uint64_t line;		/* number of the line at text->at */
	uint64_t blank;

	uint64_t *marks;	/* delimiters and line ends of the window */
	size_t marks_room, words, word;
	uint64_t bits;		/* of this word, those not used yet */
	size_t quote;		/* the next one in the window, or RS_ROW_NONE */

	struct rs_field *field;	/* RS_FIELDS_MAX */
	size_t fields;		/* of this record; may be more */
	struct rs_buf plain;	/* fields without their quotes */
	size_t *plain_end;	/* RS_FIELDS_MAX */
	struct csv_parser csv;

	char **name;
	size_t width;		/* 0: not known yet */
	struct rs_field first;	/* ragged: the user of the line */
	size_t ragged_at, ragged_end;
	struct rs_object *object;
	char why[512];
	struct rs_err err;
};

/* Marks and the next quote of the window, from text->at on. */
void rs_rows_mark(struct rs_rows *r);

/* Stand at text->at. */
void rs_rows_aim(struct rs_rows *r);

/* The window has no whole record: make it longer.  1, 0 = the end, -1. */
int rs_rows_more(struct rs_rows *r);

/* The line end at or behind text->at, with more of the text if need be: 1,
 * 0 = the end, -1. */
int rs_rows_line(struct rs_rows *r, size_t *end);

/* Give the record that stands at text->at and ends before the line end at
 * position end; stand behind it. */
static inline int
rs_rows_give(struct rs_rows *r, struct rs_record *rec, size_t end,
    uint64_t lines)
{
	struct rs_text *t = r->text;

	rec->field = r->field;
	rec->line = r->line;
	rec->text = t->data + t->at;
	rec->text_len = end - t->at;
	if (rec->text_len > 0 && t->data[end - 1] == '\r')
		rec->text_len--;
	t->at = end + 1;
	r->line += lines;
	return 1;
}

/* The next record whatever it holds; r->fields says how many fields: 1,
 * 0 = the end, -1. */
int rs_rows_split(struct rs_rows *r, struct rs_record *rec);

void rs_quoted_init(struct rs_rows *r);
void rs_quoted_free(struct rs_rows *r);

/* The record at text->at, which has a quote in it: 1 or -1. */
int rs_rows_quoted(struct rs_rows *r, struct rs_record *rec);

#endif
