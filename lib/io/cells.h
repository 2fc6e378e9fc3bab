/*
 * cells: one line of CSV or TSV, taken apart.
 *
 *	struct rs_cells c = { 0 };
 *	if (rs_cells_split(&c, line, n, ',', &err) < 0)
 *		...
 *	use(c.cell[0].p, c.cell[0].n);
 *
 * CSV: a cell that begins with a quote ends with one, and "" within is one
 * quote; a quote elsewhere is a character like any other.  TSV: \t \n \r \\
 * are TAB, LF, CR and backslash, any other backslash is itself.  For who
 * answers line by line: a cell does not go on behind the line's end.
 *
 * The cells are borrowed until the next line.
 */
#ifndef RS_IO_CELLS_H
#define RS_IO_CELLS_H

#include <stddef.h>

#include "base/buf.h"
#include "base/die.h"

enum { RS_CELLS_MAX = 4096 };		/* cells in a line */

struct rs_cell {
	const char *p;
	size_t n;
};

struct rs_cells {
	struct rs_cell *cell;
	size_t n, room;
	struct rs_buf text;
};

/* 0, or -1 with a sentence.  by is ',' or '\t'. */
int rs_cells_split(struct rs_cells *c, const char *line, size_t n, char by,
    struct rs_err *e);
void rs_cells_free(struct rs_cells *c);

#endif
