/*
 * object: one line of JSON as the fields of a record.  Only for lib/io.
 *
 *	c = rs_object_ask(o, "user_id");
 *	if (rs_object_parse(o, line, n, why, sizeof(why)) == 0)
 *		f = rs_object_fields(o, &n);	(f[c] is it)
 *
 * Keys that were not asked for may hold anything.
 */
#ifndef RS_IO_OBJECT_H
#define RS_IO_OBJECT_H

#include <stddef.h>

#include "io/rows.h"

struct rs_object;

struct rs_object *rs_object_new(void);			/* yours */
int rs_object_parse(struct rs_object *o, const char *p, size_t n, char *why,
    size_t room);
const struct rs_field *rs_object_fields(const struct rs_object *o, size_t *n);

/* Columns: all keys of the object parsed last, and those asked for. */
void rs_object_all(struct rs_object *o);
int rs_object_ask(struct rs_object *o, const char *name);
size_t rs_object_width(const struct rs_object *o);
const char *rs_object_name(const struct rs_object *o, size_t c);
const char *rs_object_unseen(const struct rs_object *o);
void rs_object_free(struct rs_object *o);

#endif
