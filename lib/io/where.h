/*
 * where: conditions on the fields of a record.
 *
 *	rs_where_parse(&w, "event=View,Purchase", &err);
 *	rs_where_find(&w, rows, &err);
 *	if (rs_where_holds(&w, rec.field) == 0)
 *		drop(rec);
 *
 * COLUMN = != (one of a comma list, or none of it), ^ !^ (begins with one of
 * them, or with none), < <= > >= (numbers).  = and ^ compare bytes.  A field
 * that is missing is smaller than no number and larger than none.
 */
#ifndef RS_IO_WHERE_H
#define RS_IO_WHERE_H

#include "io/rows.h"
#include "io/words.h"

enum rs_relation {
	RS_IS, RS_IS_NOT, RS_BEGINS, RS_BEGINS_NOT, RS_LESS, RS_AT_MOST,
	RS_MORE, RS_AT_LEAST,
};

struct rs_where {
	char *text;			/* as it was given */
	struct rs_word column;
	enum rs_relation relation;
	struct rs_word *value;
	size_t values, room;
	double number;
	size_t at;			/* which field */
};

int rs_where_parse(struct rs_where *w, const char *text, struct rs_err *e);

/* Find the column in what was begun. */
int rs_where_find(struct rs_where *w, struct rs_rows *r, struct rs_err *e);

/* 1 = it holds, 0 = it does not, -1 = a number is wanted and there is none. */
int rs_where_holds(const struct rs_where *w, const struct rs_field *f);
void rs_where_free(struct rs_where *w);

#endif
