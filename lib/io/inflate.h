/*
 * inflate: gzip members one after another, unpacked in pieces.
 *
 *	struct rs_inflate *z = rs_inflate_new();
 *	z->in = ..., z->in_len = ...;
 *	n = rs_inflate_step(z, buf, room, &err);
 *	rs_inflate_free(z);
 *
 * A step takes from in what it needs and writes to buf.  It returns how many
 * bytes it wrote; 0 says that it needs more input; -1 that the data is
 * damaged.  At the end of the input rs_inflate_between says whether it is a
 * good place to end.  ISA-L does the work where it is there, zlib where not:
 * the bytes and the errors are the same (but for codes that are incomplete:
 * where nothing uses what they lack and the sum is right, only zlib objects).
 */
#ifndef RS_IO_INFLATE_H
#define RS_IO_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/die.h"

struct rs_inflate {
	const unsigned char *in;
	size_t in_len;
	void *state;
	bool between;	/* no member is begun */
	bool any;	/* a member was finished */
	unsigned looked;	/* bytes of the member's header */
};

struct rs_inflate *rs_inflate_new(void);
ssize_t rs_inflate_step(struct rs_inflate *z, void *buf, size_t room,
    struct rs_err *e);
void rs_inflate_free(struct rs_inflate *z);

#endif
