/*
 * dicts: the dictionaries of -D DIR, for a tool.
 *
 *	struct rs_dict *items = rs_dict_side(dir, "item");
 *	...
 *	rs_dict_belongs(items, "item", in);	(once before the first row,
 *						and again behind the last)
 *
 * Everything that can fail ends the process with a message and the right
 * status.  What made a dictionary is remembered as of any side stream.
 */
#ifndef RS_CLI_DICTS_H
#define RS_CLI_DICTS_H

#include "data/dict.h"

/* DIR/NAME.rsi, read whole: yours. */
struct rs_dict *rs_dict_side(const char *dir, const char *name);

/* Refuse a stream whose column name was indexed with another dictionary,
 * as far as its header and (where it was read to it) its end say so. */
void rs_dict_belongs(const struct rs_dict *d, const char *name,
    const struct rs_reader *in);

/* An index of row (from 1) that d has not.  Most often it is another
 * dictionary's, which the end of the stream can tell: it is read to there,
 * and both are named. */
_Noreturn void rs_dict_beyond(const struct rs_dict *d, const char *name,
    struct rs_reader *in, uint64_t row, uint32_t index);

#endif
