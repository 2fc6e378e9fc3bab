/*
 * crumbs: reads and writes that move little and are interrupted often.
 *
 * Every third call fails with EINTR, every fifth with EAGAIN as where somebody
 * who shares the pipe made it not to block; of the others each moves between 1
 * and 7 bytes, or now and then some hundred so that larger files end in our
 * time; with CRUMBS=1 one byte, always.  Preloaded; see same-bytes.sh and
 * byte-by-byte.sh.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static _Thread_local unsigned calls;
static int one;

__attribute__((constructor))
static void
begin(void)
{
	one = getenv("CRUMBS") != NULL;
}

/* How much this call may move; 0: it is interrupted. */
static size_t
portion(size_t n)
{
	const unsigned call = ++calls;
	size_t most;

	errno = call % 3 == 0 ? EINTR : EAGAIN;
	if (call % 3 == 0 || call % 5 == 0)
		return 0;
	most = one ? 1 : call % 4 == 0 ? 611 : 1 + call % 7;
	return n < most ? n : most;
}

#define NEXT(name) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

ssize_t
read(int fd, void *p, size_t n)
{
	NEXT(read);
	const size_t most = portion(n);

	return n > 0 && most == 0 ? -1 : next(fd, p, most);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	NEXT(write);
	const size_t most = portion(n);

	if (n > 0 && most == 0)
		return -1;
	/* Messages are one write each, and stay it. */
	return next(fd, p, fd == STDERR_FILENO ? n : most);
}

/* A file is always ready: only interruptions. */
ssize_t
pread(int fd, void *p, size_t n, off_t at)
{
	NEXT(pread);
	const size_t most = portion(n);

	if (n > 0 && most == 0 && errno == EINTR)
		return -1;
	return next(fd, p, most > 0 ? most : 1, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	NEXT(pwrite);
	const size_t most = portion(n);

	if (n > 0 && most == 0 && errno == EINTR)
		return -1;
	return next(fd, p, most > 0 ? most : 1, at);
}

/* What _FORTIFY_SOURCE makes of them where it knows the room. */
ssize_t __read_chk(int fd, void *p, size_t n, size_t room);
ssize_t __pread_chk(int fd, void *p, size_t n, off_t at, size_t room);

ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	return read(fd, p, n < room ? n : room);
}

ssize_t
__pread_chk(int fd, void *p, size_t n, off_t at, size_t room)
{
	return pread(fd, p, n < room ? n : room, at);
}
