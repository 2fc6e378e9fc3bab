/*
 * fingerprint: what is in a file, in 16 hexadecimal digits.
 *
 *	if (rs_fingerprint("train.rsi", &print, &err) == 0)
 *		snprintf(text, sizeof(text), "%016" PRIx64, print);
 *
 * Of a stream it is the digest of its rows that its end says, of a model that
 * of its last tensor, and of any other file XXH3-64 of its unpacked bytes: as
 * rs-cat says them.  The whole file is read, and a stream or a model that is
 * damaged is refused.
 */
#ifndef RS_TRIAL_FINGERPRINT_H
#define RS_TRIAL_FINGERPRINT_H

#include <stdint.h>

#include "base/die.h"

enum { RS_FINGERPRINT_TEXT = 17 };	/* its digits and a NUL */

/* 0, or -1 with a sentence that names the file. */
int rs_fingerprint(const char *path, uint64_t *print, struct rs_err *e);

#endif
