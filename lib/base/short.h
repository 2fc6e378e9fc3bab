/*
 * short: copying and comparing a few bytes without a call.
 *
 * Ids are mostly of 1 to 16 bytes; for those a call of memcpy or memcmp costs
 * more than its work.  Only the n bytes are touched.
 */
#ifndef RS_BASE_SHORT_H
#define RS_BASE_SHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline void
rs_copy_short(char *to, const char *p, size_t n)
{
	if (n > 16) {
		memcpy(to, p, n);
	} else if (n >= 8) {
		memcpy(to + n - 8, p + n - 8, 8);
		memcpy(to, p, 8);
	} else if (n >= 4) {
		memcpy(to + n - 4, p + n - 4, 4);
		memcpy(to, p, 4);
	} else if (n > 0) {
		to[n / 2] = p[n / 2];
		to[n - 1] = p[n - 1];
		to[0] = p[0];
	}
}

static inline bool
rs_same_short(const char *a, const char *b, size_t n)
{
	uint64_t x, y, v, w;
	uint32_t s, t, q, r;

	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8) {
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		memcpy(&v, a + n - 8, 8);
		memcpy(&w, b + n - 8, 8);
		return ((x ^ y) | (v ^ w)) == 0;
	}
	if (n >= 4) {
		memcpy(&s, a, 4);
		memcpy(&t, b, 4);
		memcpy(&q, a + n - 4, 4);
		memcpy(&r, b + n - 4, 4);
		return ((s ^ t) | (q ^ r)) == 0;
	}
	return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] &&
	    a[n - 1] == b[n - 1]);
}

#endif
