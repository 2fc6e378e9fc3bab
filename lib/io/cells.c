/* cells: one line of CSV or TSV, taken apart. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/cells.h"

/* Copy the quoted cell that begins at p[0] and return how much of the line it
 * takes, 0 where its quote does not end. */
static size_t
copy_quoted(struct rs_buf *b, const char *p, size_t n)
{
	size_t i = 1;

	for (;;) {
		const char *quote = i < n ? memchr(p + i, '"', n - i) : NULL;

		if (quote == NULL)
			return 0;
		rs_buf_put(b, p + i, (size_t)(quote - p) - i);
		i = (size_t)(quote - p) + 1;
		if (i == n || p[i] != '"')
			return i;
		rs_buf_char(b, '"');
		i++;
	}
}

static void
copy_escaped(struct rs_buf *b, const char *p, size_t n)
{
	static const char letter[] = "tnr\\", meaning[] = "\t\n\r\\";

	for (size_t i = 0; i < n; i++) {
		const char *l = p[i] == '\\' && i + 1 < n ?
		    memchr(letter, p[i + 1], 4) : NULL;

		rs_buf_char(b, l != NULL ? meaning[l - letter] : p[i]);
		i += l != NULL;
	}
}

/* Copy the cell at p and return its length in the line, n for the last. */
static int
take(struct rs_cells *c, const char *p, size_t n, char by, size_t *len,
    struct rs_err *e)
{
	const char *end;

	if (by == ',' && n > 0 && p[0] == '"') {
		*len = copy_quoted(&c->text, p, n);
		if (*len == 0)
			return rs_fail(e, "a quote that does not end");
		if (*len < n && p[*len] != by)
			return rs_fail(e, "text behind a quote");
		return 0;
	}
	end = n > 0 ? memchr(p, by, n) : NULL;
	*len = end != NULL ? (size_t)(end - p) : n;
	if (by == '\t')
		copy_escaped(&c->text, p, *len);
	else
		rs_buf_put(&c->text, p, *len);
	return 0;
}

int
rs_cells_split(struct rs_cells *c, const char *line, size_t n, char by,
    struct rs_err *e)
{
	const char *p;
	size_t at = 0, len;

	c->n = 0;
	c->text.len = 0;
	rs_buf_room(&c->text, 0);	/* there, though all cells be empty */
	do {
		const size_t begin = c->text.len;

		if (c->n == RS_CELLS_MAX)
			return rs_fail(e, "more than %d fields", RS_CELLS_MAX);
		if (take(c, line + at, n - at, by, &len, e) < 0)
			return -1;
		rs_grow(&c->cell, &c->room, c->n + 1, sizeof(*c->cell));
		c->cell[c->n++].n = c->text.len - begin;
		at += len + 1;
	} while (at <= n);
	p = c->text.data;
	for (size_t i = 0; i < c->n; i++) {
		c->cell[i].p = p;
		p += c->cell[i].n;
	}
	return 0;
}

void
rs_cells_free(struct rs_cells *c)
{
	free(c->cell);
	rs_buf_free(&c->text);
}
