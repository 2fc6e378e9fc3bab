/* buf: bytes that grow at the end. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/mem.h"

char *
rs_buf_room(struct rs_buf *b, size_t n)
{
	rs_grow(&b->data, &b->room, b->len + n + 1, 1);
	return b->data + b->len;
}

void
rs_buf_put(struct rs_buf *b, const void *p, size_t n)
{
	char *to = rs_buf_room(b, n);

	if (n > 0)
		memcpy(to, p, n);
	to[n] = '\0';
	b->len += n;
}

void
rs_buf_str(struct rs_buf *b, const char *s)
{
	rs_buf_put(b, s, strlen(s));
}

void
rs_buf_char(struct rs_buf *b, char c)
{
	rs_buf_put(b, &c, 1);
}

void
rs_buf_printf(struct rs_buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		rs_die("cannot format a message");
	rs_buf_room(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
rs_buf_free(struct rs_buf *b)
{
	free(b->data);
	*b = (struct rs_buf){ 0 };
}
