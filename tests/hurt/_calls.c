/*
 * calls: what becomes of a process at its N-th call of the system that has to
 * do with files.  Preloaded; see killed-files.sh and failing-calls.sh.
 *
 *	CALLS_AT=N	at call N (messages on stderr are not counted)
 *	CALLS_DO=WHAT	a number: that signal is sent before the call; eio,
 *			enospc: the call fails with that
 *	CALLS_HIT=FILE	made when it has happened
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_ulong calls;
static unsigned long at;
static int sent, error;		/* the signal, or the errno */

__attribute__((constructor))
static void
begin(void)
{
	const char *n = getenv("CALLS_AT"), *what = getenv("CALLS_DO");

	at = n != NULL ? strtoul(n, NULL, 10) : 0;
	unsetenv("LD_PRELOAD");	/* those that it runs are another matter */
	if (what == NULL)
		return;
	if (strcmp(what, "eio") == 0)
		error = EIO;
	else if (strcmp(what, "enospc") == 0)
		error = ENOSPC;
	else
		sent = atoi(what);
}

static void
hit(void)
{
	const char *file = getenv("CALLS_HIT");
	long fd;

	if (file == NULL)
		return;
	fd = syscall(SYS_open, file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd >= 0)
		syscall(SYS_close, fd);
}

/* Whether this call fails; errno is set. */
static int
fails(int fd)
{
	if (at == 0 || fd == STDERR_FILENO)
		return 0;
	if (atomic_fetch_add(&calls, 1) + 1 != at)
		return 0;
	hit();
	if (sent != 0)
		kill(getpid(), sent);
	errno = error;
	return error != 0;
}

#define NEXT(name) \
	static __typeof__(&name) next; \
	if (next == NULL) \
		*(void **)&next = dlsym(RTLD_NEXT, #name)

int
open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode;
	NEXT(open);

	va_start(ap, flags);
	mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
	va_end(ap);
	return fails(-1) ? -1 : next(path, flags, mode);
}

int __open_2(const char *path, int flags);

int
__open_2(const char *path, int flags)
{
	return open(path, flags);
}

ssize_t
read(int fd, void *p, size_t n)
{
	NEXT(read);
	return fails(fd) ? -1 : next(fd, p, n);
}

ssize_t __read_chk(int fd, void *p, size_t n, size_t room);

ssize_t
__read_chk(int fd, void *p, size_t n, size_t room)
{
	return read(fd, p, n < room ? n : room);
}

ssize_t
pread(int fd, void *p, size_t n, off_t from)
{
	NEXT(pread);
	return fails(fd) ? -1 : next(fd, p, n, from);
}

ssize_t __pread_chk(int fd, void *p, size_t n, off_t from, size_t room);

ssize_t
__pread_chk(int fd, void *p, size_t n, off_t from, size_t room)
{
	return pread(fd, p, n < room ? n : room, from);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	NEXT(write);
	return fails(fd) ? -1 : next(fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t to)
{
	NEXT(pwrite);
	return fails(fd) ? -1 : next(fd, p, n, to);
}

int
fsync(int fd)
{
	NEXT(fsync);
	return fails(fd) ? -1 : next(fd);
}

/* What is closed with an error is closed all the same. */
int
close(int fd)
{
	NEXT(close);
	if (fails(fd)) {
		next(fd);
		errno = error;
		return -1;
	}
	return next(fd);
}

int
rename(const char *from, const char *to)
{
	NEXT(rename);
	return fails(-1) ? -1 : next(from, to);
}

int
renameat(int at_from, const char *from, int at_to, const char *to)
{
	NEXT(renameat);
	return fails(-1) ? -1 : next(at_from, from, at_to, to);
}

/* A failure to unlink has nobody to tell; a death is another matter. */
int
unlink(const char *path)
{
	NEXT(unlink);
	if (sent != 0)
		fails(-1);
	return next(path);
}

int
unlinkat(int dir, const char *path, int flags)
{
	NEXT(unlinkat);
	if (sent != 0)
		fails(-1);
	return next(dir, path, flags);
}

int
mkdir(const char *path, mode_t mode)
{
	NEXT(mkdir);
	return fails(-1) ? -1 : next(path, mode);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
	NEXT(mkdirat);
	return fails(-1) ? -1 : next(dir, path, mode);
}

int
symlink(const char *to, const char *path)
{
	NEXT(symlink);
	return fails(-1) ? -1 : next(to, path);
}

int
symlinkat(const char *to, int dir, const char *path)
{
	NEXT(symlinkat);
	return fails(-1) ? -1 : next(to, dir, path);
}

int
ftruncate(int fd, off_t n)
{
	NEXT(ftruncate);
	return fails(fd) ? -1 : next(fd, n);
}

int
flock(int fd, int how)
{
	NEXT(flock);
	return fails(fd) ? -1 : next(fd, how);
}
