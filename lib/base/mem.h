/*
 * mem: memory that is there, or the process ends.
 *
 *	float *p = rs_alloc(rs_size(users, sizeof(*p)));
 *	rs_grow(&list, &room, n + 1, sizeof(*list));
 *	list[n++] = x;
 *
 * Nothing here returns NULL: when memory is short the process says so and
 * exits with status 3.  Everything is freed with free().  Sizes that come
 * from outside are checked against a limit before they come here.
 */
#ifndef RS_BASE_MEM_H
#define RS_BASE_MEM_H

#include <stddef.h>

/* a * b, or the end of the process where that overflows. */
size_t rs_size(size_t a, size_t b);

void *rs_alloc(size_t n);		/* yours */
void *rs_zalloc(size_t n);		/* yours; all bytes 0 */
void *rs_realloc(void *p, size_t n);	/* yours */
char *rs_strdup(const char *s);		/* yours */
void *rs_memdup(const void *p, size_t n);	/* yours; a NUL follows */

/* Zeroed, 64-byte aligned, and at least 64 readable bytes follow: what the
 * vector kernels and the bit unpackers expect. */
void *rs_aligned(size_t n);		/* yours */

/* For what is large and read at random: in large pages, where the system has
 * them, so that an access does not wait for its address too. */
void *rs_table(size_t n);		/* yours */

/* Make room for need elements of size bytes at *(T **)list, at least
 * doubling; *room counts elements. */
void rs_grow(void *list, size_t *room, size_t need, size_t size);

/* Peak resident bytes of this process so far. */
size_t rs_peak_memory(void);

#endif
