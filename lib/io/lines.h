/*
 * lines: the text parts of a stream, "key<TAB>value<TAB>value...".
 *
 *	rs_lines_add(&l, 3, "size", "user", "6040");
 *	n = rs_lines_get(&l, "size\tuser");
 *
 * Within a field TAB, LF, CR and backslash stand as \t \n \r \\.  Lines keep
 * their order.  Zeroed is empty.
 */
#ifndef RS_IO_LINES_H
#define RS_IO_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/die.h"

struct rs_lines {
	char **line;
	size_t n, room;
};

/* Add a line of n fields (const char * each), escaped. */
void rs_lines_add(struct rs_lines *l, int n, ...);
void rs_lines_add_list(struct rs_lines *l, const char *const *field, size_t n);
void rs_lines_add_raw(struct rs_lines *l, const char *line);

/* What follows "key<TAB>" in the first such line, still escaped; NULL where
 * there is none.  A key may hold TABs. */
const char *rs_lines_get(const struct rs_lines *l, const char *key);
bool rs_lines_has(const char *line, const char *key);	/* line's key is key */
void rs_lines_drop(struct rs_lines *l, const char *key);	/* all such */

/* The fields of a line, unescaped, as a NULL-ended list: yours, one free. */
char **rs_lines_fields(const char *line, size_t *n);

void rs_lines_copy(struct rs_lines *to, const struct rs_lines *from);
void rs_lines_write(const struct rs_lines *l, struct rs_buf *b);
int rs_lines_parse(struct rs_lines *l, const char *p, size_t n,
    struct rs_err *e);
void rs_lines_free(struct rs_lines *l);

#endif
