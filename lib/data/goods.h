/*
 * goods: names for what an invented shop sells.
 *
 *	rs_goods_group(3, &buf);	("baking")
 *	rs_goods_item(3, 0, &buf);	("green loaf tin": the first of it)
 *
 * Any number has a name, and no two have the same: a number stands behind
 * where words run out.  The names are part of what rs-synth writes, so a word
 * may not change.
 */
#ifndef RS_DATA_GOODS_H
#define RS_DATA_GOODS_H

#include <stdint.h>

#include "base/buf.h"

/* Appended to b: the name of a group, and of its nth item. */
void rs_goods_group(uint64_t group, struct rs_buf *b);
void rs_goods_item(uint64_t group, uint64_t nth, struct rs_buf *b);

#endif
