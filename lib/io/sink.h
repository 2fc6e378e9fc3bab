/*
 * sink: bytes to a file that appears whole or not at all.
 *
 *	struct rs_sink *s = rs_sink_open(path);
 *	rs_sink_put(s, p, n);
 *	rs_sink_close(s);
 *
 * A regular file (or one that is not there yet) is written as a temporary
 * beside the target and renamed over it by rs_sink_close, after fsync.  What
 * exists and is no regular file is written in place; of a symbolic link the
 * target is replaced.  Until closed, the temporary is removed on every exit
 * of the process and on INT, TERM, HUP and PIPE.  Failures of the system end
 * the process (status 3).  One thread a sink.
 */
#ifndef RS_IO_SINK_H
#define RS_IO_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct rs_sink;

struct rs_sink *rs_sink_open(const char *path);	/* NULL or "-": stdout */

/* For logs and ledgers: appended to, each rs_sink_put one write. */
struct rs_sink *rs_sink_append(const char *path);

void rs_sink_put(struct rs_sink *s, const void *p, size_t n);
void rs_sink_flush(struct rs_sink *s);
const char *rs_sink_name(const struct rs_sink *s);	/* borrowed */
bool rs_sink_is_terminal(const struct rs_sink *s);

void rs_sink_close(struct rs_sink *s);	/* the file is there, whole */
void rs_sink_abort(struct rs_sink *s);	/* it is as it was */

#endif
