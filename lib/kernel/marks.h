/*
 * marks: where in some bytes one of two characters stands.
 *
 *	rs_marks(p, n, '\t', '\n', bits);
 *	for (uint64_t w = bits[i]; w != 0; w &= w - 1)
 *		use(64 * i + ctz(w));
 *
 * Bit i % 64 of bits[i / 64] is set where p[i] is a or b, for i < n; the bits
 * behind the last byte are 0.  64 bytes behind p[n - 1] must be readable;
 * what they hold does not matter.
 */
#ifndef RS_KERNEL_MARKS_H
#define RS_KERNEL_MARKS_H

#include <stddef.h>
#include <stdint.h>

void rs_marks(const char *p, size_t n, char a, char b, uint64_t *bits);

#endif
