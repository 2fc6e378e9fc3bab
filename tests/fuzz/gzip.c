/*
 * Any bytes as gzip, and any bytes as what deflate gave, with a header and a
 * right sum around it.  The first byte chooses: how the bytes come to be
 * gzip, how many members, and how much the reader takes at a time.  What
 * zlib makes of it, ours must make of it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/inflate.h"
#include "io/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENOUGH = 1 << 20 };	/* bytes unpacked: a bomb is cut short */

/* What zlib says: 1 sound, 0 enough was seen or it is stricter than others,
 * -1 damaged. */
static int
unpack(const uint8_t *p, size_t n, struct rs_buf *out)
{
	z_stream z = { 0 };
	int status = Z_OK;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		abort();
	z.next_in = (uint8_t *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	while (status == Z_OK && out->len < ENOUGH) {
		z.next_out = (uint8_t *)rs_buf_room(out, 1 << 16);
		z.avail_out = 1 << 16;
		status = inflate(&z, Z_NO_FLUSH);
		out->len += (1 << 16) - z.avail_out;
		if (status == Z_STREAM_END && z.avail_in > 0 &&
		    *z.next_in == 0x1f)
			status = inflateReset(&z);
	}
	n = z.avail_in;
	/* A set of codes that is incomplete, such as "invalid distances set". */
	if (status == Z_DATA_ERROR && z.msg != NULL && strlen(z.msg) > 4 &&
	    strcmp(z.msg + strlen(z.msg) - 4, " set") == 0)
		status = Z_OK;
	inflateEnd(&z);
	if (status == Z_OK)
		return 0;
	return status == Z_STREAM_END && n == 0 ? 1 : -1;
}

/* A member whose data are these bytes, its sum and length being right. */
static void
wrap(struct rs_buf *b, const uint8_t *p, size_t n)
{
	static const char head[10] = "\x1f\x8b\x08\0\0\0\0\0\0\3";
	uint32_t tail[2] = { 0, 0 };
	uint8_t *room = malloc(ENOUGH);
	z_stream z = { 0 };

	if (room == NULL || inflateInit2(&z, -15) != Z_OK)
		abort();
	z.next_in = (uint8_t *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = room;
	z.avail_out = ENOUGH;
	inflate(&z, Z_NO_FLUSH);
	tail[0] = (uint32_t)crc32(0, room, (uInt)z.total_out);
	tail[1] = (uint32_t)z.total_out;
	rs_buf_put(b, head, sizeof(head));
	rs_buf_put(b, p, n - z.avail_in);
	rs_buf_put(b, tail, sizeof(tail));
	inflateEnd(&z);
	free(room);
}

static int
read_all(const struct rs_buf *b, size_t step, struct rs_buf *out)
{
	struct rs_source *s = rs_source_memory(b->data, b->len);
	const char *p;
	char head[4];
	size_t n;
	int more = 1;

	(void)rs_source_peek(s, head, sizeof(head));
	while (more == 1 && out->len < ENOUGH) {
		if (step == 0) {
			more = rs_source_next(s, &p, &n);
			if (more == 1)
				rs_buf_put(out, p, n);
		} else {
			const ssize_t got = rs_source_read(s,
			    rs_buf_room(out, step), step);

			more = got < 0 ? -1 : (size_t)got == step;
			out->len += got > 0 ? (size_t)got : 0;
		}
	}
	rs_source_close(s);
	return more < 0 ? -1 : 1 - more;
}

static bool
same(const struct rs_buf *a, const struct rs_buf *b)
{
	return a->len == b->len &&
	    (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t steps[4] = { 0, 1, 100, 70000 };
	struct rs_buf in = { 0 }, ours = { 0 }, theirs = { 0 };
	unsigned members;
	int we, they;

	if (size < 2)
		return 0;
	members = data[0] >> 2 & 3;
	for (unsigned i = 0; i < members; i++)
		wrap(&in, data + 1, size - 1);
	if (members == 0)
		rs_buf_put(&in, data + 1, size - 1);
	we = read_all(&in, steps[data[0] & 3], &ours);
	if (in.len >= 2 && (uint8_t)in.data[0] == 0x1f &&
	    (uint8_t)in.data[1] == 0x8b) {
		they = unpack((const uint8_t *)in.data, in.len, &theirs);
		if (they == 1)
			assert(we == 1 && same(&ours, &theirs));
		if (they == -1)
			assert(we != 1);
	} else {
		assert(we == 1 && same(&ours, &in));
	}
	rs_buf_free(&in);
	rs_buf_free(&ours);
	rs_buf_free(&theirs);
	return 0;
}
