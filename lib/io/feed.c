/* feed: lines of text from a source, and whether the next one is there yet. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/feed.h"

struct rs_feed {
	struct rs_source *src;
	size_t limit;
	const char *p, *end;	/* of the source's bytes: not yet delivered */
	struct rs_buf part;	/* a line's beginning, from bytes before p */
	size_t lost;		/* bytes of it that were over the limit */
	uint64_t number;
	bool ended;
};

struct rs_feed *
rs_feed_of(struct rs_source *s, size_t limit)
{
	struct rs_feed *f = rs_zalloc(sizeof(*f));

	f->src = s;
	f->limit = limit;
	return f;
}

struct rs_feed *
rs_feed_open(const char *path, size_t limit, struct rs_err *e)
{
	struct rs_source *s = rs_source_open(path, e);

	return s != NULL ? rs_feed_of(s, limit) : NULL;
}

/* Keep n bytes of an unfinished line, but no more than the limit and the CR
 * that may stand behind it. */
static void
keep(struct rs_feed *f, const char *p, size_t n)
{
	const size_t room = f->limit + 1 - f->part.len;

	if (n > room) {
		f->lost += n - room;
		n = room;
	}
	rs_buf_put(&f->part, p, n);
}

static int
give(struct rs_feed *f, const char *p, size_t n, const char **line,
    size_t *len)
{
	if (n > 0 && p[n - 1] == '\r')
		n--;
	/* A byte order mark is no part of the first line. */
	if (f->number == 0 && n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	*line = p;
	*len = n;
	f->number++;
	return 1;
}

/* The line that was put together from parts. */
static int
give_part(struct rs_feed *f, const char **line, size_t *len)
{
	const size_t lost = f->lost;

	give(f, f->part.data, f->part.len, line, len);
	if (lost > 0)
		*len = f->limit + 1;
	f->part.len = 0;	/* its bytes stay until more is put */
	f->lost = 0;
	return 1;
}

int
rs_feed_next(struct rs_feed *f, const char **line, size_t *len)
{
	for (;;) {
		size_t n = (size_t)(f->end - f->p);
		const char *lf = n > 0 ? memchr(f->p, '\n', n) : NULL;
		const char *p = f->p;
		int more;

		if (lf != NULL) {
			n = (size_t)(lf - p);
			f->p = lf + 1;
			if (f->part.len == 0 && n <= f->limit)
				return give(f, p, n, line, len);
			keep(f, p, n);
			return give_part(f, line, len);
		}
		if (n > 0)
			keep(f, p, n);
		f->p = f->end = NULL;
		if (f->ended)
			return f->part.len > 0 ? give_part(f, line, len) : 0;
		more = rs_source_next(f->src, &f->p, &n);
		if (more < 0)
			return -1;
		f->ended = more == 0;
		f->end = more == 0 ? f->p : f->p + n;
		if (more == 0)
			f->p = f->end = NULL;
	}
}

bool
rs_feed_waits(struct rs_feed *f)
{
	if (f->ended || (f->p != f->end &&
	    memchr(f->p, '\n', (size_t)(f->end - f->p)) != NULL))
		return false;
	return !rs_source_ready(f->src);
}

uint64_t
rs_feed_number(const struct rs_feed *f)
{
	return f->number;
}

const char *
rs_feed_name(const struct rs_feed *f)
{
	return rs_source_name(f->src);
}

const struct rs_err *
rs_feed_err(const struct rs_feed *f)
{
	return rs_source_err(f->src);
}

void
rs_feed_close(struct rs_feed *f)
{
	rs_source_close(f->src);
	rs_buf_free(&f->part);
	free(f);
}
