/*
 * missing: how a file says that it does not know.
 *
 * The empty field, NA, NaN, nan, null and NULL, to the letter.
 */
#ifndef RS_IO_MISSING_H
#define RS_IO_MISSING_H

#include <stdbool.h>
#include <string.h>

#include "io/rows.h"

static inline bool
rs_missing(const struct rs_field *f)
{
	/* Nearly every field begins otherwise: one branch, well foreseen.
	 * There is a byte to look at even where n is 0. */
	if ((f->n != 0) & ((f->p[0] | 0x20) != 'n'))
		return false;
	switch (f->n) {
	case 0:
		return true;
	case 2:
		return memcmp(f->p, "NA", 2) == 0;
	case 3:
		return memcmp(f->p, "NaN", 3) == 0 ||
		    memcmp(f->p, "nan", 3) == 0;
	case 4:
		return memcmp(f->p, "null", 4) == 0 ||
		    memcmp(f->p, "NULL", 4) == 0;
	}
	return false;
}

#endif
