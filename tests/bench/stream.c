/*
 * bench stream: how fast rows become a stream and a stream becomes rows, and
 * how large it is.  Prints one line "name value" a figure:
 *
 *	rows, bytes, encode (rows/s), decode (rows/s), in CPU time of one core.
 *
 * The rows are user-sorted pairs like MovieLens's: 138,000 users, 27,000
 * items, popular ones more often.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/draw.h"
#include "base/mem.h"
#include "io/stream.h"
#include "spent.h"

enum { ROWS = 20000000, USERS = 138000, ITEMS = 27000, PIECE = 65536 };

static uint64_t
encode(const char *path, uint32_t *user, uint32_t *item)
{
	struct rs_head *h = rs_head_new();
	struct rs_writer *w;

	rs_head_column(h, "user", RS_U32);
	rs_head_column(h, "item", RS_U32);
	w = rs_writer_new(rs_sink_open(path), h);
	for (size_t i = 0, n; i < ROWS; i += n) {
		n = ROWS - i < PIECE ? ROWS - i : PIECE;
		struct rs_vec col[2] = {
			{ .type = RS_U32, .u32 = user + i },
			{ .type = RS_U32, .u32 = item + i },
		};
		struct rs_block b = { .head = h, .rows = n, .col = col };

		rs_writer_put(w, &b);
	}
	rs_head_free(h);
	return rs_writer_close(w);
}

static uint64_t
decode(const char *path)
{
	struct rs_err e;
	struct rs_reader *r = rs_reader_open(path, &e);
	struct rs_block *b;
	uint64_t print;

	if (r == NULL)
		rs_die("%s", e.text);
	while (rs_reader_next(r, &b) == 1)
		;
	print = rs_reader_fingerprint(r);
	rs_reader_close(r);
	return print;
}

int
main(void)
{
	uint32_t *user = rs_alloc(ROWS * 4ul), *item = rs_alloc(ROWS * 4ul);
	char path[] = "/tmp/rs-bench.XXXXXX";
	uint64_t wrote, read;
	double t0, t1, t2;
	FILE *f;

	for (size_t i = 0; i < ROWS; i++) {
		const double u = rs_unit(rs_draw(1, RS_DRAW_ROW, i));

		user[i] = (uint32_t)(i * USERS / ROWS);
		item[i] = (uint32_t)(u * u * ITEMS);
	}
	close(mkstemp(path));
	t0 = cpu_seconds();
	wrote = encode(path, user, item);
	t1 = cpu_seconds();
	read = decode(path);
	t2 = cpu_seconds();
	f = fopen(path, "rb");
	if (f == NULL || wrote != read)
		rs_die("%s: what was written is not what was read", path);
	fseek(f, 0, SEEK_END);
	printf("rows %d\nbytes %ld\nencode %.0f\ndecode %.0f\n", ROWS,
	    ftell(f), ROWS / (t1 - t0), ROWS / (t2 - t1));
	fclose(f);
	unlink(path);
	free(user);
	free(item);
	return 0;
}
