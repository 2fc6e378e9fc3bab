/*
 * feed: lines of text from a source, and whether the next one is there yet.
 *
 *	struct rs_feed *f = rs_feed_open("-", 16 << 20, &err);
 *	while ((more = rs_feed_next(f, &line, &n)) == 1) {
 *		...
 *		if (rs_feed_waits(f))
 *			flush();
 *	}
 *
 * A line is what stands before LF or CR LF; the last one needs neither, and a
 * byte order mark before the first is dropped.  A
 * line longer than the limit is passed over and reported in its place (n is
 * then over the limit), so one of them does not stop the others.  For tools
 * that answer somebody who waits: before a read that would block they flush.
 */
#ifndef RS_IO_FEED_H
#define RS_IO_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/die.h"
#include "io/source.h"

struct rs_feed;

struct rs_feed *rs_feed_open(const char *path, size_t limit,
    struct rs_err *e);				/* yours */

/* Lines of a source, which goes with the feed. */
struct rs_feed *rs_feed_of(struct rs_source *s, size_t limit);

/* 1 = a line (borrowed until the next call, no NUL), 0 = the end, -1 = see
 * rs_feed_err. */
int rs_feed_next(struct rs_feed *f, const char **line, size_t *n);

/* Whether rs_feed_next would wait for somebody. */
bool rs_feed_waits(struct rs_feed *f);

uint64_t rs_feed_number(const struct rs_feed *f);	/* of that line, from 1 */
const char *rs_feed_name(const struct rs_feed *f);
const struct rs_err *rs_feed_err(const struct rs_feed *f);
void rs_feed_close(struct rs_feed *f);

#endif
