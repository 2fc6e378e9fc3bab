/*
 * spill: bytes kept aside, in memory up to a budget and beyond it in a file.
 *
 *	struct rs_spill *s = rs_spill_new(64 << 20);
 *	rs_spill_put(s, p, n);
 *	rs_spill_get(s, at, p, n);	(any place, any time)
 *	rs_spill_free(s);
 *
 * The file is in TMPDIR (else /tmp) and has no name, so nothing is left
 * behind however the process ends.  A full disk ends the process (status 3).
 * One thread a spill.
 */
#ifndef RS_DATA_SPILL_H
#define RS_DATA_SPILL_H

#include <stddef.h>
#include <stdint.h>

struct rs_spill;

struct rs_spill *rs_spill_new(size_t memory);	/* yours */
void rs_spill_put(struct rs_spill *s, const void *p, size_t n);	/* append */
uint64_t rs_spill_size(const struct rs_spill *s);	/* bytes put so far */

/* Copy the n bytes at at, which were put, to p. */
void rs_spill_get(struct rs_spill *s, uint64_t at, void *p, size_t n);
void rs_spill_free(struct rs_spill *s);		/* NULL is nothing */

#endif
