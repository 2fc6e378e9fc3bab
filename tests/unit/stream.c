/*
 * stream: what is written is read back, however it was put; and nothing that
 * was cut or damaged is ever read to a good end.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/draw.h"
#include "base/mem.h"
#include "io/format.h"
#include "io/pack.h"
#include "test.h"

struct bytes {
	char *p;
	size_t len;
};

/* Rows of all types; the strings of few or many values, some empty. */
struct rows {
	size_t n;
	uint8_t *u8;
	uint32_t *u32, *off;
	int64_t *i64;
	float *f32;
	struct rs_buf text;
};

static void
make_rows(struct rows *r, size_t n, uint64_t seed)
{
	*r = (struct rows){ .n = n };
	r->u8 = rs_alloc(n);
	r->u32 = rs_alloc(n * 4);
	r->i64 = rs_alloc(n * 8);
	r->f32 = rs_alloc(n * 4);
	r->off = rs_alloc((n + 1) * 4);
	r->off[0] = 0;
	for (size_t i = 0; i < n; i++) {
		const uint64_t d = rs_draw(seed, RS_DRAW_ROW, i);

		r->u8[i] = (uint8_t)(d % 5);
		r->u32[i] = (uint32_t)(i / 7 + d % 3);
		r->i64[i] = (int64_t)(d % 100000) * 64 - 1000;
		r->f32[i] = (float)(d >> 60) / 2;
		if (d % 11 != 0)
			rs_buf_printf(&r->text, "%s%u",
			    seed % 2 ? "item-" : "", (unsigned)(d % 5000) *
			    (seed % 3 == 0 ? (unsigned)i : 1));
		r->off[i + 1] = (uint32_t)r->text.len;
	}
}

static void
free_rows(struct rows *r)
{
	free(r->u8);
	free(r->u32);
	free(r->i64);
	free(r->f32);
	free(r->off);
	rs_buf_free(&r->text);
}

static struct rs_head *
head_of_rows(void)
{
	struct rs_head *h = rs_head_new();

	rs_head_column(h, "a", RS_U8);
	rs_head_column(h, "user", RS_U32);
	rs_head_column(h, "time", RS_I64);
	rs_head_column(h, "value", RS_F32);
	rs_head_column(h, "item", RS_STR);
	rs_lines_add(&h->lines, 3, "sorted", "user", "with\ttab");
	return h;
}

/* The stream of rows, put in pieces of cut rows. */
static struct bytes
write_rows(const struct rows *r, size_t cut)
{
	char path[] = "stream.XXXXXX";
	const int fd = mkstemp(path);
	struct rs_head *h = head_of_rows();
	struct rs_writer *w = rs_writer_new(rs_sink_open(path), h);
	struct bytes b;
	FILE *f;

	for (size_t i = 0, n; i < r->n; i += n) {
		n = cut < r->n - i ? cut : r->n - i;
		struct rs_vec col[] = {
			{ .type = RS_U8, .u8 = r->u8 + i },
			{ .type = RS_U32, .u32 = r->u32 + i },
			{ .type = RS_I64, .i64 = r->i64 + i },
			{ .type = RS_F32, .f32 = r->f32 + i },
			{ .type = RS_STR, .entries = (uint32_t)n,
			  .off = r->off + i, .bytes = r->text.data },
		};
		struct rs_block block = { .head = h, .rows = n, .col = col };

		rs_writer_put(w, &block);
	}
	rs_lines_add(rs_writer_end(w), 3, "size", "user", "7");
	rs_writer_close(w);
	f = fopen(path, "rb");
	fseek(f, 0, SEEK_END);
	b.len = (size_t)ftell(f);
	rewind(f);
	b.p = rs_alloc(b.len);
	if (fread(b.p, 1, b.len, f) != b.len)
		b.len = 0;
	fclose(f);
	close(fd);
	unlink(path);
	rs_head_free(h);
	return b;
}

/* Read a stream to its end: how many rows, -1 for an error. */
static long
count_rows(const void *p, size_t n)
{
	struct rs_err e;
	struct rs_reader *r = rs_reader_of(rs_source_memory(p, n), &e);
	struct rs_block *b;
	long rows = 0;
	int more;

	if (r == NULL)
		return -1;
	while ((more = rs_reader_next(r, &b)) == 1)
		rows += (long)b->rows;
	rs_reader_close(r);
	return more < 0 ? -1 : rows;
}

static void
compare_block(const struct rs_block *b, const struct rows *r)
{
	const size_t i = b->first;

	ok(memcmp(b->col[0].u8, r->u8 + i, b->rows) == 0, "u8");
	ok(memcmp(b->col[1].u32, r->u32 + i, b->rows * 4) == 0, "u32");
	ok(memcmp(b->col[2].i64, r->i64 + i, b->rows * 8) == 0, "i64");
	ok(memcmp(b->col[3].f32, r->f32 + i, b->rows * 4) == 0, "f32");
	for (size_t k = 0; k < b->rows; k++) {
		const uint32_t *off = r->off + i + k;
		size_t n;
		const char *s = rs_vec_str(&b->col[4], k, &n);

		ok(n == off[1] - off[0] &&
		    memcmp(s, r->text.data + off[0], n) == 0, "str");
	}
}

static void
test_what_is_written_is_read_back(void)
{
	static const size_t sizes[] = { 0, 1, 2, 100, 65535, 65536, 65537,
		200000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (uint64_t seed = 1; seed <= 3; seed++) {
			struct rows r;
			struct bytes b;
			struct rs_err e;
			struct rs_reader *in;
			struct rs_block *block;
			const char *line;
			size_t n = 0;

			make_rows(&r, sizes[i], seed);
			b = write_rows(&r, 70000);
			in = rs_reader_of(rs_source_memory(b.p, b.len), &e);
			ok(in != NULL, "%s", e.text);
			line = rs_lines_get(&rs_reader_head(in)->lines,
			    "sorted\tuser");
			ok(line != NULL && strcmp(line, "with\\ttab") == 0,
			    "the header's line");
			while (rs_reader_next(in, &block) == 1) {
				compare_block(block, &r);
				n += block->rows;
			}
			ok(n == r.n, "%zu of %zu rows: %s", n, r.n,
			    rs_reader_err(in)->text);
			line = rs_lines_get(rs_reader_end(in), "size\tuser");
			ok(line != NULL && strcmp(line, "7") == 0,
			    "the end's line");
			rs_reader_close(in);
			free(b.p);
			free_rows(&r);
		}
	}
}

static void
test_bytes_do_not_depend_on_how_rows_were_put(void)
{
	static const size_t cuts[] = { 1, 7, 1000, 65536, 1 << 20 };
	struct rows r;
	struct bytes first;

	make_rows(&r, 150000, 2);
	first = write_rows(&r, 65536);
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct bytes b = write_rows(&r, cuts[i]);

		ok(b.len == first.len && memcmp(b.p, first.p, b.len) == 0,
		    "put by %zu", cuts[i]);
		free(b.p);
	}
	free(first.p);
	free_rows(&r);
}

static void
test_every_prefix_and_flip_is_refused(void)
{
	struct rows r;
	struct bytes b;

	make_rows(&r, 100, 1);
	b = write_rows(&r, 100);
	ok(count_rows(b.p, b.len) == 100, "the whole stream");
	for (size_t n = 0; n < b.len; n++)
		ok(count_rows(b.p, n) == -1, "prefix of %zu bytes", n);
	for (size_t bit = 0; bit < b.len * 8; bit++) {
		b.p[bit / 8] ^= (char)(1 << bit % 8);
		ok(count_rows(b.p, b.len) == -1, "bit %zu flipped", bit);
		b.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	b.p = rs_realloc(b.p, b.len + 1);
	b.p[b.len] = '\n';
	ok(count_rows(b.p, b.len + 1) == -1, "a byte behind the end");
	free(b.p);
	free_rows(&r);
}

/* Offset of the part behind the one at at. */
static size_t
behind(const struct bytes *b, size_t at)
{
	uint32_t length;

	memcpy(&length, b->p + at + 4, 4);
	return at + 8 + length + 8;
}

static void
test_blocks_cannot_be_moved_lost_or_doubled(void)
{
	struct rows r;
	struct bytes b;
	uint32_t text;
	size_t one, two, three;
	char *moved;

	make_rows(&r, 200000, 1);
	b = write_rows(&r, 65536);
	memcpy(&text, b.p + 12, 4);
	one = 16 + text + 8;
	two = behind(&b, one);
	three = behind(&b, two);
	moved = rs_alloc(2 * b.len);

	memcpy(moved, b.p, one);
	memcpy(moved + one, b.p + two, b.len - two);
	ok(count_rows(moved, b.len - (two - one)) == -1, "first one lost");
	memcpy(moved, b.p, two);
	memcpy(moved + two, b.p + one, b.len - one);
	ok(count_rows(moved, b.len + two - one) == -1, "first one doubled");
	memcpy(moved, b.p, one);
	memcpy(moved + one, b.p + two, three - two);
	memcpy(moved + one + three - two, b.p + one, two - one);
	memcpy(moved + three, b.p + three, b.len - three);
	ok(count_rows(moved, b.len) == -1, "two exchanged");
	free(moved);
	free(b.p);
	free_rows(&r);
}

/* A part with any body and a right checksum. */
static void
part(struct rs_buf *b, const char *mark, const void *body, uint32_t length)
{
	const size_t at = b->len;
	uint64_t sum;

	rs_buf_put(b, mark, 4);
	rs_buf_put(b, &length, 4);
	rs_buf_put(b, body, length);
	sum = rs_hash(b->data + at, b->len - at);
	rs_buf_put(b, &sum, 8);
}

static void
begin(struct rs_buf *b, const char *text)
{
	const uint32_t version = 1, length = (uint32_t)strlen(text);
	uint64_t sum;

	rs_buf_put(b, RS_MAGIC, 8);
	rs_buf_put(b, &version, 4);
	rs_buf_put(b, &length, 4);
	rs_buf_put(b, text, length);
	sum = rs_hash(b->data, b->len);
	rs_buf_put(b, &sum, 8);
}

/* Writers that sum rightly and lie: random bodies never crash a reader. */
static void
test_hostile_bodies_with_right_sums_are_refused(void)
{
	static const char *const heads[] = {
		"column\tuser\tu32\n", "column\titem\tstr\n",
		"column\ttime\ti64\ncolumn\tx\tu8\n", "",
	};

	for (uint64_t i = 0; i < 20000; i++) {
		struct rs_buf b = { 0 };
		unsigned char body[96];
		uint32_t rows, length;

		for (size_t k = 0; k < sizeof(body); k++)
			body[k] = (unsigned char)(rs_draw2(i, RS_DRAW_ROW, 1,
			    k) % (k % 3 == 0 ? 256 : 6));
		memset(body, 0, 12);
		rows = (uint32_t)(i % 40) * (i % 3 == 0 ? 10000 : 1);
		memcpy(body + 8, &rows, 4);
		length = (uint32_t)(rs_draw(i, RS_DRAW_ROW, 2) % 80) + 16;
		memcpy(body + 12, &(uint32_t){ length - 16 }, 4);
		begin(&b, heads[i % 4]);
		part(&b, "blk\n", body, length);
		part(&b, "end\n", "rows\t0\nblocks\t0\n", 16);
		ok(count_rows(b.data, b.len) == -1, "body %lu",
		    (unsigned long)i);
		rs_buf_free(&b);
	}
}

static void
test_capitals_must_be_understood(void)
{
	struct rs_buf b = { 0 };

	begin(&b, "column\tuser\tu32\nMystery\t1\n");
	ok(count_rows(b.data, b.len) == -1, "a capital key");
	rs_buf_free(&b);
	begin(&b, "column\tuser\tu32\ncolumn\tuser\tu32\n");
	ok(count_rows(b.data, b.len) == -1, "a column twice");
	rs_buf_free(&b);
	begin(&b, "column\tuser\tu77\n");
	ok(count_rows(b.data, b.len) == -1, "an unknown type");
	rs_buf_free(&b);
}

/* All four encodings at all widths, at and around powers of two. */
static void
test_packing_is_exact_at_every_width(void)
{
	enum { N = 300 };
	static const size_t widths[] = { 1, 4, 8 };
	uint64_t wide[N], back[N + 2];
	unsigned char v[N * 8];

	for (size_t w = 0; w < 3; w++) {
		for (unsigned bits = 0; bits <= 8 * widths[w]; bits++) {
			for (unsigned mode = 0; mode < 8; mode++) {
				const size_t n = 1 + bits * 7 % N;
				struct rs_buf b = { 0 };
				struct rs_pack p;
				struct rs_err e;
				const unsigned char *end;

				for (size_t i = 0; i < n; i++) {
					uint64_t d = rs_draw2(bits, RS_DRAW_ROW,
					    mode, i);

					d = bits == 0 ? 5 : d >> (64 - bits);
					if (mode & 1)
						d <<= (8 * widths[w] - bits) % 64;
					if ((mode & 2) && i > 0)
						d += wide[i - 1];
					if (mode & 4)
						d = 0 - d;
					wide[i] = d;
					memcpy(v + i * widths[w], &d,
					    widths[w]);
				}
				rs_pack_choose(&p, widths[w], v, n);
				rs_pack_write(&p, widths[w], v, n, &b);
				ok(b.len == p.size, "size");
				rs_buf_put(&b, "12345678", 8);
				end = rs_pack_read((unsigned char *)b.data,
				    (unsigned char *)b.data + p.size,
				    widths[w], back, n, &e);
				ok(end == (unsigned char *)b.data + p.size,
				    "its end");
				ok(memcmp(back, v, n * widths[w]) == 0,
				    "width %zu bits %u mode %u kind %d",
				    widths[w], bits, mode, (int)p.kind);
				rs_buf_free(&b);
			}
		}
	}
}

int
main(void)
{
	test_packing_is_exact_at_every_width();
	test_what_is_written_is_read_back();
	test_bytes_do_not_depend_on_how_rows_were_put();
	test_every_prefix_and_flip_is_refused();
	test_blocks_cannot_be_moved_lost_or_doubled();
	test_hostile_bodies_with_right_sums_are_refused();
	test_capitals_must_be_understood();
	return test_end();
}
