/*
 * rows: the records of a text: CSV, TSV and their like, JSON lines.
 *
 *	struct rs_rows *r = rs_rows_open("orders.csv.gz", &dialect, &err);
 *	if (rs_rows_begin(r) == 1 && (c = rs_rows_column(r, "Qty", &err)) >= 0)
 *		while ((more = rs_rows_next(r, &rec)) == 1)
 *			use(rec.field[c]);
 *
 * A record is a line; the CR of a CR LF is no part of it, any other CR is a
 * character like all.  Lines with nothing on them are skipped and counted.
 * With quoting (CSV) a field that begins with a quote ends with the next one
 * that is not doubled, and may hold delimiters and line ends; a quote inside
 * another field stands for itself; blanks are part of a field.  Records with
 * a quote in them are taken apart by libcsv, all others here, which gives the
 * same (tests/unit/rows.c).  Ragged text, "user item item ...", is blank-
 * separated and gives one record of two fields for each item.  Of JSON lines
 * the columns are the keys of the objects: numbers come as text, null and a
 * key that is not there as the empty field.
 *
 * A record that is no good comes with a sentence in bad; it can be skipped.
 * What leaves no way to go on (damaged gzip, a quote that never ends, a line
 * over the limit) is -1.  Sentences of err name the file and the line.
 */
#ifndef RS_IO_ROWS_H
#define RS_IO_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/source.h"

enum {
	RS_ROW_MAX = 16 << 20,		/* bytes in one record */
	RS_FIELDS_MAX = 4096,		/* fields in one record */
	RS_FIELD_PAD = 16,
};

enum rs_quoting { RS_QUOTE_AUTO, RS_QUOTE_NONE };

/* Zeroed is: find out, with a header. */
struct rs_dialect {
	const char *delimiter;	/* NULL: found in the first line */
	enum rs_quoting quoting;	/* AUTO: where , or ; delimits */
	const char *encoding;	/* NULL: bytes as they are */
	bool headless, jsonl, ragged;
	bool always_libcsv;	/* for tests: no record is taken apart here */
};

/* RS_FIELD_PAD bytes behind the n may be read, whatever they are. */
struct rs_field {
	const char *p;
	size_t n;
};

/* Borrowed until the next rs_rows_next. */
struct rs_record {
	const struct rs_field *field;	/* those of rs_rows_width */
	uint64_t line;			/* its first line, from 1 */
	const char *text;		/* as it stands in the file */
	size_t text_len;
	const char *bad;		/* NULL, or what is wrong */
};

struct rs_rows;

/* The sentence of a failure is about the system (no such file) or, where the
 * encoding is at fault, starts with "no encoding". */
struct rs_rows *rs_rows_open(const char *path, const struct rs_dialect *d,
    struct rs_err *e);					/* yours */
struct rs_rows *rs_rows_of(struct rs_source *s, const struct rs_dialect *d,
    struct rs_err *e);			/* yours; and the source its */

/* Read the header: 1 = done, 0 = there is not one line, -1 = see err. */
int rs_rows_begin(struct rs_rows *r);

/* The columns: names of the header, or NULL where there is none.  Those of
 * JSON lines are the keys of the first object, and those asked for. */
size_t rs_rows_width(const struct rs_rows *r);
const char *rs_rows_name(const struct rs_rows *r, size_t c);

/* A column by its name ("user_id" also finds the "user_id:token" of RecBole),
 * or -1 with a sentence.  Of JSON lines only what was asked for is kept. */
int rs_rows_column(struct rs_rows *r, const char *name, struct rs_err *e);

/* The same for what a person wrote: digits alone are a number from 1, unless
 * they were quoted. */
int rs_rows_pick(struct rs_rows *r, const char *word, bool quoted,
    struct rs_err *e);

/* 1 = *rec is the next record, 0 = the end, -1 = see err. */
int rs_rows_next(struct rs_rows *r, struct rs_record *rec);

const char *rs_rows_file(const struct rs_rows *r);	/* borrowed */
uint64_t rs_rows_blank(const struct rs_rows *r);	/* lines skipped */

/* At the end: a key that was asked for and that no line had, or NULL. */
const char *rs_rows_unseen(const struct rs_rows *r);
uint64_t rs_rows_digest(const struct rs_rows *r);
const struct rs_source *rs_rows_source(const struct rs_rows *r);
const struct rs_err *rs_rows_err(const struct rs_rows *r);
void rs_rows_close(struct rs_rows *r);

#endif
