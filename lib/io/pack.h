/*
 * pack: an array of whole numbers in few bits.
 *
 *	struct rs_pack p;
 *	rs_pack_choose(&p, 4, values, n);
 *	rs_pack_write(&p, 4, values, n, &buf);
 *	at = rs_pack_read(at, end, 4, values, n, &err);
 *
 * The array is n numbers of 1, 4 or 8 bytes; all arithmetic is modulo their
 * size.  rs_pack_choose takes the smallest of four encodings (the first of
 * equals), so the bytes are a function of the numbers.  The bytes, little-
 * endian: kind u8, bits u8, shift u8, 0, base u64, then
 *
 *	0 constant	every value is base
 *	1 packed	n fields of bits: value = base + (field << shift)
 *	2 delta		step u64, n - 1 fields: first value base, each next
 *			the one before + step + field
 *	3 raw		the n values
 *
 * Fields fill bytes from the lowest bit up and are rounded up to whole bytes.
 */
#ifndef RS_IO_PACK_H
#define RS_IO_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/die.h"

enum rs_pack_kind { RS_PACK_CONSTANT, RS_PACK_BITS, RS_PACK_DELTA, RS_PACK_RAW };

struct rs_pack {
	enum rs_pack_kind kind;
	unsigned bits;		/* 0..56 */
	unsigned shift;		/* 0..63 */
	uint64_t base, step;
	size_t size;		/* bytes that rs_pack_write will write */
};

void rs_pack_choose(struct rs_pack *p, size_t width, const void *v, size_t n);
void rs_pack_write(const struct rs_pack *p, size_t width, const void *v,
    size_t n, struct rs_buf *b);

/* Read n numbers into v from at..end; 8 bytes behind end must be readable.
 * Returns where it stopped, NULL with a sentence where that is beyond end or
 * no such encoding. */
const unsigned char *rs_pack_read(const unsigned char *at,
    const unsigned char *end, size_t width, void *v, size_t n,
    struct rs_err *e);

#endif
