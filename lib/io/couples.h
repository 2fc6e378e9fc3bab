/*
 * couples: lines that name pairs of a user and an item.
 *
 *	struct rs_couples c = { .field = { "customer_id", "product_id" } };
 *	if (rs_couples_begin(&c, line, n, &err) < 0)	(the first line)
 *		...
 *	if (!c.header && rs_couples_read(&c, line, n, &err) < 0)
 *		...					(that and all others)
 *	rs_couples_free(&c);
 *
 * The first line says what all are: JSON objects (lib/io/request.h) where it
 * begins with a brace, TSV where it has a TAB, else CSV (lib/io/cells.h).  Of
 * TSV and CSV it is a header where it names the fields; without field the
 * user is "user" or "user_id" and the item "item" or "item_id", and where it
 * names neither the first two columns are the pair.
 *
 * The cells are borrowed until the next line.
 */
#ifndef RS_IO_COUPLES_H
#define RS_IO_COUPLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/die.h"
#include "io/cells.h"
#include "io/request.h"

enum rs_couples_form { RS_COUPLES_CSV, RS_COUPLES_TSV, RS_COUPLES_JSON };

struct rs_couples {
	const char *field[2];		/* of the user, of the item; or NULL */

	/* What the first line said. */
	enum rs_couples_form form;
	bool header;
	char **column;			/* (width) names */
	size_t width, at[2];		/* where user and item stand */

	/* What this line asks. */
	enum rs_request_shape shape;
	const struct rs_cell *cell;	/* (n, width) */
	size_t n;

	struct rs_request request;
	struct rs_cells split;
	struct rs_cell *pair;		/* (n, 2) of a request */
	size_t room;
};

/* 0, or -1 with a sentence: nothing can be made of this and of all that
 * follows. */
int rs_couples_begin(struct rs_couples *c, const char *line, size_t n,
    struct rs_err *e);

/* As if the first line had been one of JSON, where there is none at all. */
void rs_couples_none(struct rs_couples *c);

/* 0, or -1 with a sentence about this line alone. */
int rs_couples_read(struct rs_couples *c, const char *line, size_t n,
    struct rs_err *e);

/* Whether a column has that name. */
bool rs_couples_has(const struct rs_couples *c, const char *name);

void rs_couples_free(struct rs_couples *c);

#endif
