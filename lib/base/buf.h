/*
 * buf: bytes that grow at the end.
 *
 *	struct rs_buf b = { 0 };
 *	rs_buf_put(&b, p, n);
 *	rs_buf_printf(&b, "%s\t%zu\n", name, n);
 *	rs_buf_free(&b);
 *
 * data is always followed by a NUL that len does not count (once anything
 * was put).  Zeroed is empty.
 */
#ifndef RS_BASE_BUF_H
#define RS_BASE_BUF_H

#include <stddef.h>

struct rs_buf {
	char *data;
	size_t len, room;
};

void rs_buf_put(struct rs_buf *b, const void *p, size_t n);
void rs_buf_str(struct rs_buf *b, const char *s);
void rs_buf_char(struct rs_buf *b, char c);
void rs_buf_printf(struct rs_buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Make room for n more bytes and return where they go; len is yours to
 * move. */
char *rs_buf_room(struct rs_buf *b, size_t n);
void rs_buf_free(struct rs_buf *b);

#endif
