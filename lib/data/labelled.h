/*
 * labelled: rows of a stream that say of a pair how much it was wanted.
 *
 *	rs_labelled_put(&l, block, &err);	(block by block)
 *	... l.user[i], l.item[i], l.label[i] ...
 *	rs_labelled_free(&l);
 *
 * What rs-negsample writes, in stream order: a pair stands as often as it
 * came.  Plain data, the caller owns it; one thread.
 */
#ifndef RS_DATA_LABELLED_H
#define RS_DATA_LABELLED_H

#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/stream.h"

struct rs_labelled {
	size_t n;
	uint32_t *user, *item;	/* (n) */
	float *label;		/* (n) in 0..1 */
	size_t room[3];
};

/* Append the rows of a block with user:u32 item:u32 and label.  -1 with a
 * sentence that names the first row whose label is not in 0..1. */
int rs_labelled_put(struct rs_labelled *l, const struct rs_block *block,
    struct rs_err *e);
void rs_labelled_free(struct rs_labelled *l);

#endif
