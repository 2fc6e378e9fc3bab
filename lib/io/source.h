/*
 * source: bytes from a file or a pipe, unpacked where they are gzip.
 *
 *	struct rs_source *s = rs_source_open("orders.csv.gz", &err);
 *	while ((more = rs_source_next(s, &p, &n)) == 1)
 *		use(p, n);
 *	if (more < 0)
 *		complain(rs_source_err(s));
 *	rs_source_close(s);
 *
 * gzip is recognised by its first bytes; members may follow one another; a
 * cut member, a wrong checksum or garbage behind the last one is an error.
 * One thread uses a source; rs_source_ahead puts the reading and unpacking
 * into a thread of its own, with the same bytes in the same order.
 */
#ifndef RS_IO_SOURCE_H
#define RS_IO_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/die.h"

struct rs_source;

/* "-" is stdin.  NULL with a sentence where it cannot be opened. */
struct rs_source *rs_source_open(const char *path, struct rs_err *e);
struct rs_source *rs_source_memory(const void *p, size_t n);	/* borrowed */

/* Read and unpack ahead in a second thread.  Before the first read. */
void rs_source_ahead(struct rs_source *s);

/* The next bytes, as many as there are at once: 1 = here (borrowed until the
 * next call), 0 = the end, -1 = see rs_source_err. */
int rs_source_next(struct rs_source *s, const char **p, size_t *n);

enum {
	RS_SOURCE_HEAD = 1 << 16,
	RS_SOURCE_TAIL = 64,
};

/* The same, but until the next call the bytes are the caller's to change, and
 * so are RS_SOURCE_HEAD before them and RS_SOURCE_TAIL behind: for those who
 * put a left-over in front instead of copying all. */
int rs_source_take(struct rs_source *s, char **p, size_t *n);

/* Copy n bytes to p; fewer only at the end; -1 = see rs_source_err. */
ssize_t rs_source_read(struct rs_source *s, void *p, size_t n);

/* Append all that is in a file of at most max bytes, for those who look at the
 * whole at once.  0, or -1 with a sentence; b is empty before and yours. */
int rs_source_whole(const char *path, size_t max, struct rs_buf *b,
    struct rs_err *e);

/* Look at the first bytes without taking them: how many of n there are. */
ssize_t rs_source_peek(struct rs_source *s, void *p, size_t n);

/* Whether bytes are there at once: a read would not wait.  For tools that
 * flush their answers when the questions pause. */
bool rs_source_ready(struct rs_source *s);

const char *rs_source_name(const struct rs_source *s);	/* "stdin"; borrowed */
uint64_t rs_source_offset(const struct rs_source *s);	/* bytes delivered */

/* For progress: bytes of the file read so far, and its size (0 unknown). */
uint64_t rs_source_raw(const struct rs_source *s);
uint64_t rs_source_size(const struct rs_source *s);

const struct rs_err *rs_source_err(const struct rs_source *s);
void rs_source_close(struct rs_source *s);

#endif
