/* lines: the text parts of a stream, "key<TAB>value<TAB>value...". */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/lines.h"

static void
escape(struct rs_buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '\t':
			rs_buf_str(b, "\\t");
			break;
		case '\n':
			rs_buf_str(b, "\\n");
			break;
		case '\r':
			rs_buf_str(b, "\\r");
			break;
		case '\\':
			rs_buf_str(b, "\\\\");
			break;
		default:
			rs_buf_char(b, *s);
		}
	}
}

void
rs_lines_add_raw(struct rs_lines *l, const char *line)
{
	rs_grow(&l->line, &l->room, l->n + 1, sizeof(*l->line));
	l->line[l->n++] = rs_strdup(line);
}

void
rs_lines_add_list(struct rs_lines *l, const char *const *field, size_t n)
{
	struct rs_buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			rs_buf_char(&b, '\t');
		escape(&b, field[i]);
	}
	rs_lines_add_raw(l, n > 0 ? b.data : "");
	rs_buf_free(&b);
}

void
rs_lines_add(struct rs_lines *l, int n, ...)
{
	const char *field[16];
	va_list ap;

	va_start(ap, n);
	for (int i = 0; i < n && i < 16; i++)
		field[i] = va_arg(ap, const char *);
	va_end(ap);
	rs_lines_add_list(l, field, (size_t)n);
}

bool
rs_lines_has(const char *line, const char *key)
{
	const size_t n = strlen(key);

	return strncmp(line, key, n) == 0 &&
	    (line[n] == '\t' || line[n] == '\0');
}

const char *
rs_lines_get(const struct rs_lines *l, const char *key)
{
	for (size_t i = 0; i < l->n; i++) {
		if (rs_lines_has(l->line[i], key)) {
			const char *rest = l->line[i] + strlen(key);

			return *rest == '\t' ? rest + 1 : rest;
		}
	}
	return NULL;
}

void
rs_lines_drop(struct rs_lines *l, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (rs_lines_has(l->line[i], key))
			free(l->line[i]);
		else
			l->line[n++] = l->line[i];
	}
	l->n = n;
}

/* One character of an escaped field; *s moves past it. */
static char
unescape(const char **s)
{
	const char c = *(*s)++;

	if (c != '\\' || **s == '\0')
		return c;
	switch (*(*s)++) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	default:
		return (*s)[-1];
	}
}

char **
rs_lines_fields(const char *line, size_t *n)
{
	const size_t len = strlen(line);
	size_t fields = 1;
	char **list, *to;

	for (const char *p = line; *p != '\0'; p++)
		fields += *p == '\t';
	/* The list and its text in one piece, so that one free does. */
	list = rs_alloc(rs_size(fields + 1, sizeof(*list)) + len + 1);
	to = (char *)(list + fields + 1);
	*n = 0;
	list[(*n)++] = to;
	while (*line != '\0') {
		if (*line == '\t') {
			*to++ = '\0';
			list[(*n)++] = to;
			line++;
		} else {
			*to++ = unescape(&line);
		}
	}
	*to = '\0';
	list[*n] = NULL;
	return list;
}

void
rs_lines_copy(struct rs_lines *to, const struct rs_lines *from)
{
	for (size_t i = 0; i < from->n; i++)
		rs_lines_add_raw(to, from->line[i]);
}

void
rs_lines_write(const struct rs_lines *l, struct rs_buf *b)
{
	for (size_t i = 0; i < l->n; i++) {
		rs_buf_str(b, l->line[i]);
		rs_buf_char(b, '\n');
	}
}

int
rs_lines_parse(struct rs_lines *l, const char *p, size_t n, struct rs_err *e)
{
	struct rs_buf line = { 0 };
	const char *end = p + n, *nl;

	if (memchr(p, '\0', n) != NULL)
		return rs_fail(e, "a NUL byte in its text");
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL) {
			rs_buf_free(&line);
			return rs_fail(e, "a line of its text has no end");
		}
		line.len = 0;
		rs_buf_put(&line, p, (size_t)(nl - p));
		rs_lines_add_raw(l, line.data);
	}
	rs_buf_free(&line);
	return 0;
}

void
rs_lines_free(struct rs_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->line[i]);
	free(l->line);
	*l = (struct rs_lines){ 0 };
}
