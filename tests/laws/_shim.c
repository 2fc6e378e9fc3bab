/*
 * shim: reads and writes that move little and are interrupted often.
 *
 * Every third call of read or write fails with EINTR; of the others each
 * moves between 1 and 7 bytes, or now and then some hundred so that larger
 * files end in our time.  Preloaded; see same-bytes.sh.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

static _Thread_local unsigned calls;

/* How much this call may move; 0: it is interrupted. */
static size_t
portion(size_t n)
{
	const unsigned call = ++calls;
	size_t most;

	if (call % 3 == 0)
		return 0;
	most = call % 4 == 0 ? 611 : 1 + call % 7;
	return n < most ? n : most;
}

ssize_t
read(int fd, void *p, size_t n)
{
	static ssize_t (*next)(int, void *, size_t);
	const size_t most = portion(n);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "read");
	if (n > 0 && most == 0) {
		errno = EINTR;
		return -1;
	}
	return next(fd, p, most);
}

/* What _FORTIFY_SOURCE makes of read where it knows the room. */
ssize_t __read_chk(int fd, void *p, size_t n, size_t room);

ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	return read(fd, p, n < room ? n : room);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*next)(int, const void *, size_t);
	const size_t most = portion(n);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "write");
	if (n > 0 && most == 0) {
		errno = EINTR;
		return -1;
	}
	/* Messages are one write each, and stay it. */
	return next(fd, p, fd == STDERR_FILENO ? n : most);
}
