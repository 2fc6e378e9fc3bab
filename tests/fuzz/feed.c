/* Any bytes as lines, of which the first byte tells the longest: each comes
 * once, in order, and one that is too long is told in its place. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "io/cells.h"
#include "io/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
split(const char *line, size_t n)
{
	static volatile size_t sum;
	struct rs_cells c = { 0 };
	struct rs_err e;

	for (int i = 0; i < 2; i++)
		if (rs_cells_split(&c, line, n, ",\t"[i], &e) == 0)
			for (size_t k = 0; k < c.n; k++)
				sum += c.cell[k].n > 0 ?
				    (size_t)c.cell[k].p[c.cell[k].n - 1] : 0;
	rs_cells_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t limit = size > 0 ? 1 + 3 * (size_t)data[0] : 1;
	const char *p = (const char *)data + 1, *line, *lf;
	struct rs_feed *f;
	size_t n, lines = 0;

	if (size < 2 || (data[1] == 0x1f && size > 2 && data[2] == 0x8b))
		return 0;
	f = rs_feed_of(rs_source_memory(p, size - 1), limit);
	while (rs_feed_next(f, &line, &n) == 1) {
		const char *end = (const char *)data + size;
		size_t want;

		lines++;
		assert(p < end && rs_feed_number(f) == lines);
		lf = memchr(p, '\n', (size_t)(end - p));
		want = (size_t)((lf != NULL ? lf : end) - p);
		if (want > 0 && p[want - 1] == '\r')
			want--;
		if (want <= limit && lines > 1)
			assert(n == want && memcmp(line, p, n) == 0);
		if (n > limit)
			assert(want > limit);
		else
			split(line, n);
		p = lf != NULL ? lf + 1 : end;
	}
	assert(rs_feed_err(f) != NULL && p == (const char *)data + size);
	rs_feed_close(f);
	return 0;
}
