/*
 * source and sink: the same bytes from plain and gzip, at once and ahead;
 * whatever is cut or damaged is an error; a file appears whole or not at all.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/draw.h"
#include "base/mem.h"
#include "io/sink.h"
#include "io/source.h"
#include "test.h"

static void
text_of(struct rs_buf *b, size_t lines)
{
	for (size_t i = 0; i < lines; i++)
		rs_buf_printf(b, "%u\t%u\n",
		    (unsigned)(rs_draw(1, RS_DRAW_ROW, i) % 1000), (unsigned)i);
}

/* One gzip member. */
static void
pack(struct rs_buf *to, const char *p, size_t n)
{
	z_stream z = { 0 };

	deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	rs_buf_room(to, n + 1000);
	z.next_in = (unsigned char *)rs_memdup(p, n);
	void *copy = z.next_in;
	z.avail_in = (unsigned)n;
	z.next_out = (unsigned char *)to->data + to->len;
	z.avail_out = (unsigned)(n + 1000);
	deflate(&z, Z_FINISH);
	to->len += z.total_out;
	deflateEnd(&z);
	free(copy);
}

/* All bytes of a source; -1 where it says so. */
static long
all_of(struct rs_source *s, struct rs_buf *to, bool by_read)
{
	const char *p;
	char piece[777];
	size_t n;
	ssize_t got;
	int more = 0;

	to->len = 0;
	if (by_read) {
		while ((got = rs_source_read(s, piece, sizeof(piece))) > 0)
			rs_buf_put(to, piece, (size_t)got);
		more = (int)got;
	} else {
		while ((more = rs_source_next(s, &p, &n)) == 1)
			rs_buf_put(to, p, n);
	}
	rs_source_close(s);
	return more < 0 ? -1 : (long)to->len;
}

static bool
reads_as(const struct rs_buf *packed, const struct rs_buf *text)
{
	struct rs_buf got = { 0 };
	bool good = true;

	for (int way = 0; way < 4; way++) {
		struct rs_source *s = rs_source_memory(packed->data,
		    packed->len);

		if (way & 1)
			rs_source_ahead(s);
		good = good && all_of(s, &got, way & 2) == (long)text->len &&
		    (text->len == 0 ||
		    memcmp(got.data, text->data, text->len) == 0);
	}
	rs_buf_free(&got);
	return good;
}

static void
test_gzip_is_found_and_members_are_joined(void)
{
	static const size_t lines[] = { 0, 1, 1000, 300000 };

	for (size_t i = 0; i < 4; i++) {
		struct rs_buf text = { 0 }, packed = { 0 };

		text_of(&text, lines[i]);
		rs_buf_put(&text, "x", 0);
		ok(reads_as(&text, &text), "plain, %zu lines", lines[i]);
		pack(&packed, text.data, text.len);
		ok(reads_as(&packed, &text), "one member");
		packed.len = 0;
		pack(&packed, text.data, text.len / 3);
		pack(&packed, "", 0);
		pack(&packed, text.data + text.len / 3,
		    text.len - text.len / 3);
		ok(reads_as(&packed, &text), "three members");
		rs_buf_free(&text);
		rs_buf_free(&packed);
	}
}

static long
length_of(const char *p, size_t n)
{
	struct rs_buf got = { 0 };
	const long len = all_of(rs_source_memory(p, n), &got, false);

	rs_buf_free(&got);
	return len;
}

static void
test_cut_and_damaged_gzip_is_refused(void)
{
	struct rs_buf text = { 0 }, packed = { 0 };
	size_t wrong = 0;

	text_of(&text, 300);
	pack(&packed, text.data, text.len);
	/* Below two bytes nobody can tell that it would have been gzip. */
	for (size_t n = 2; n < packed.len; n++)
		ok(length_of(packed.data, n) == -1, "cut at %zu", n);
	/* A header has bytes that mean nothing (time, system). */
	for (size_t bit = 10 * 8; bit < packed.len * 8; bit++) {
		packed.data[bit / 8] ^= (char)(1 << bit % 8);
		wrong += length_of(packed.data, packed.len) != -1;
		packed.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	/* Up to 7 bits fill the last byte of the deflate data. */
	ok(wrong <= 7, "%zu flips unnoticed", wrong);
	rs_buf_put(&packed, "garbage", 7);
	ok(length_of(packed.data, packed.len) == -1, "garbage behind");
	rs_buf_free(&text);
	rs_buf_free(&packed);
}

static void
test_peeking_takes_nothing(void)
{
	struct rs_buf text = { 0 }, got = { 0 };
	struct rs_source *s;
	char *look = rs_alloc(400000);

	text_of(&text, 100000);
	s = rs_source_memory(text.data, text.len);
	ok(rs_source_peek(s, look, 5) == 5 &&
	    memcmp(look, text.data, 5) == 0, "five bytes");
	ok(rs_source_peek(s, look, 400000) == 400000 &&
	    memcmp(look, text.data, 400000) == 0, "more than a chunk");
	ok(all_of(s, &got, false) == (long)text.len &&
	    memcmp(got.data, text.data, text.len) == 0, "all of it after");
	s = rs_source_memory("ab", 2);
	ok(rs_source_peek(s, look, 100) == 2, "no more than there is");
	rs_source_close(s);
	free(look);
	rs_buf_free(&text);
	rs_buf_free(&got);
}

static long
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void
test_a_file_appears_whole_or_not_at_all(void)
{
	struct rs_sink *s;

	unlink("out");
	s = rs_sink_open("out");
	rs_sink_put(s, "hello", 5);
	rs_sink_flush(s);
	ok(size_of("out") == -1, "not there before it is closed");
	rs_sink_close(s);
	ok(size_of("out") == 5, "there after");
	s = rs_sink_open("out");
	rs_sink_put(s, "bye", 3);
	rs_sink_abort(s);
	ok(size_of("out") == 5, "as it was after giving up");

	ok(symlink("out", "link") == 0, "a link");
	s = rs_sink_open("link");
	rs_sink_put(s, "target", 6);
	rs_sink_close(s);
	ok(size_of("out") == 6, "a link's target is replaced");
	s = rs_sink_append("out");
	rs_sink_put(s, "\nmore\n", 6);
	rs_sink_close(s);
	ok(size_of("out") == 12, "appended");
	s = rs_sink_open("/dev/null");
	rs_sink_put(s, "x", 1);
	rs_sink_close(s);
	unlink("out");
	unlink("link");
}

int
main(void)
{
	test_gzip_is_found_and_members_are_joined();
	test_cut_and_damaged_gzip_is_refused();
	test_peeking_takes_nothing();
	test_a_file_appears_whole_or_not_at_all();
	return test_end();
}
