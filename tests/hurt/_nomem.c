/*
 * nomem: the allocation number NOMEM of the process finds no memory, and none
 * behind it does.  Preloaded; see no-memory.sh.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_ulong calls;

static int
spent(void)
{
	static _Atomic(unsigned long) limit;
	unsigned long n = atomic_load(&limit);

	if (n == 0) {
		const char *s = getenv("NOMEM");

		n = s != NULL ? strtoul(s, NULL, 10) : ~0ul;
		atomic_store(&limit, n);
	}
	if (atomic_fetch_add(&calls, 1) + 1 < n)
		return 0;
	errno = ENOMEM;
	return 1;
}

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t align, size_t n);

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
