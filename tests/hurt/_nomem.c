/*
 * nomem: a process that finds no memory.  Preloaded; see no-memory.sh.
 *
 *	NOMEM=N		allocation N fails, and every one behind it
 *	NOMEM_ONCE=N	allocation N fails, and no other
 *	NOMEM_SITES=F	none fails; F gets the number of the first allocation
 *			of each chain of callers, one a line
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	DEPTH = 24,		/* callers that tell two chains apart */
	SITES = 1 << 14,
};

static atomic_ulong calls;
static unsigned long first, last;	/* the calls that fail */
static int sites = -1;
static _Thread_local int inside;	/* backtrace itself allocates */

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

/* What the loader and libc allocate before is not counted. */
__attribute__((constructor))
static void
begin(void)
{
	const char *from = getenv("NOMEM"), *once = getenv("NOMEM_ONCE"),
	    *file = getenv("NOMEM_SITES");
	void *warm[2];

	if (file != NULL) {
		inside = 1;
		backtrace(warm, 2);
		inside = 0;
		sites = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
		/* Out of the way of the files that a tool opens. */
		sites = fcntl(sites, F_DUPFD_CLOEXEC, 100);
	}
	first = strtoul(from != NULL ? from : once != NULL ? once : "0",
	    NULL, 10);
	last = once != NULL ? first : ~0ul;
	/* Those that it runs are another matter. */
	unsetenv("LD_PRELOAD");
	atomic_store(&calls, 0);
}

static void
note(unsigned long n)
{
	static atomic_uint_least64_t seen[SITES];
	void *chain[DEPTH];
	uint64_t key = 1469598103934665603u, was;
	char text[24];
	int depth;

	inside = 1;
	depth = backtrace(chain, DEPTH);
	inside = 0;
	for (int i = 0; i < depth; i++)
		key = (key ^ (uintptr_t)chain[i]) * 1099511628211u;
	key |= 1;
	for (size_t at = key % SITES;; at = (at + 1) % SITES) {
		was = 0;
		if (atomic_compare_exchange_strong(&seen[at], &was, key))
			break;
		if (was == key)
			return;
	}
	depth = snprintf(text, sizeof(text), "%lu\n", n);
	if (write(sites, text, (size_t)depth) < 0)
		return;
}

static int
spent(void)
{
	unsigned long n;

	if (inside)
		return 0;
	n = atomic_fetch_add(&calls, 1) + 1;
	if (sites >= 0)
		note(n);
	if (first == 0 || n < first || n > last)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return spent() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return spent() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return spent() ? NULL : __libc_realloc(p, n);
}

void *
aligned_alloc(size_t align, size_t n)
{
	return spent() ? NULL : __libc_memalign(align, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	if (spent())
		return ENOMEM;
	*p = __libc_memalign(align, n);
	return *p != NULL ? 0 : ENOMEM;
}

void *
mmap(void *p, size_t n, int prot, int flags, int fd, off_t at)
{
	static void *(*next)(void *, size_t, int, int, int, off_t);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "mmap");
	return spent() ? MAP_FAILED : next(p, n, prot, flags, fd, at);
}
