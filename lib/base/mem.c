/* mem: memory that is there, or the process ends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "base/die.h"
#include "base/mem.h"

enum {
	ALIGN = 64,
	LARGE_PAGE = 2 << 20,
};

static void *
sure(void *p, size_t n)
{
	if (p == NULL)
		rs_die("out of memory (%zu bytes wanted)", n);
	return p;
}

size_t
rs_size(size_t a, size_t b)
{
	size_t n;

	if (__builtin_mul_overflow(a, b, &n))
		rs_die("out of memory (%zu times %zu bytes wanted)", a, b);
	return n;
}

void *
rs_alloc(size_t n)
{
	return sure(malloc(n > 0 ? n : 1), n);
}

void *
rs_zalloc(size_t n)
{
	return sure(calloc(n > 0 ? n : 1, 1), n);
}

void *
rs_realloc(void *p, size_t n)
{
	return sure(realloc(p, n > 0 ? n : 1), n);
}

char *
rs_strdup(const char *s)
{
	return rs_memdup(s, strlen(s));
}

void *
rs_memdup(const void *p, size_t n)
{
	char *q = rs_alloc(n + 1);

	if (n > 0)
		memcpy(q, p, n);
	q[n] = '\0';
	return q;
}

void *
rs_aligned(size_t n)
{
	void *p;

	if (n > SIZE_MAX - 2 * ALIGN)
		rs_die("out of memory (%zu bytes wanted)", n);
	n = (n + 2 * ALIGN - 1) / ALIGN * ALIGN;
	p = sure(aligned_alloc(ALIGN, n), n);
	memset(p, 0, n);
	return p;
}

void *
rs_table(size_t n)
{
	const size_t want = n;
	void *p;

	if (n < LARGE_PAGE / 2 || n > SIZE_MAX - LARGE_PAGE)
		return rs_alloc(n);
	n = (n + LARGE_PAGE - 1) / LARGE_PAGE * LARGE_PAGE;
	p = sure(aligned_alloc(LARGE_PAGE, n), n);
#ifdef MADV_HUGEPAGE
	/* Advice, which may not be taken.  The last page, were it large, would
	 * be in memory whole: where little of it is wanted, small ones do. */
	if (n > LARGE_PAGE && want % LARGE_PAGE < LARGE_PAGE / 4 * 3)
		n = want / LARGE_PAGE * LARGE_PAGE;
	madvise(p, n, MADV_HUGEPAGE);
#endif
	return p;
}

void
rs_grow(void *list, size_t *room, size_t need, size_t size)
{
	void *p;
	size_t n = *room;

	if (need <= n)
		return;
	n = n < SIZE_MAX / 2 ? 2 * n : need;
	if (n < need)
		n = need;
	if (n < 16)
		n = 16;
	/* The list may be of any pointer type, so its pointer is copied. */
	memcpy(&p, list, sizeof(p));
	p = rs_realloc(p, rs_size(n, size));
	memcpy(list, &p, sizeof(p));
	*room = n;
}

size_t
rs_peak_memory(void)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) < 0)
		return 0;
	return (size_t)u.ru_maxrss * 1024;
}
