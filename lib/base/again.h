/*
 * again: whether a read or a write that failed is worth another try.
 *
 *	while ((n = read(fd, p, size)) < 0)
 *		if (!rs_again(fd, POLLIN))
 *			rs_die(...);
 *
 * An interrupted one is; so is one of a pipe that somebody who shares it has
 * set not to block, as soon as it is ready.  errno stays for what is not.
 * Any thread may call it.
 */
#ifndef RS_BASE_AGAIN_H
#define RS_BASE_AGAIN_H

#include <poll.h>
#include <stdbool.h>

bool rs_again(int fd, short events);	/* POLLIN or POLLOUT */

#endif
