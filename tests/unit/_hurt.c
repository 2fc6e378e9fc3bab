/*
 * hurt: damage a file in every way and see that a command refuses it.
 *
 *	_hurt stream ROWS NAME:TYPE...	> small.rsi
 *	_hurt claim NAME	> absurd.rsi
 *	_hurt flips STEP FILE TARGET [-i STDIN] [-a ABSENT]... -- COMMAND...
 *
 * flips writes FILE to TARGET cut behind every byte (every STEP / 8-th where
 * STEP is over 8), and with every STEP-th bit turned over, and runs COMMAND,
 * whose standard input is TARGET or STDIN.  Each time it must exit with 1 and
 * say one line that begins with its name; no ABSENT may be there afterwards,
 * and no end mark on its standard output.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "io/stream.h"
#include "test.h"

extern char **environ;

/* ---- A small stream. ---- */

/* Value i of a column of any type. */
static void
set_value(struct rs_vec *v, uint64_t i, char *text, uint32_t off[2])
{
	static uint8_t u8;
	static int64_t i64;
	static uint32_t u32[RS_COLUMNS_MAX];
	static size_t used;

	used = (used + 1) % RS_COLUMNS_MAX;
	switch (v->type) {
	case RS_U8:
		u8 = (uint8_t)(i & 1);
		v->u8 = &u8;
		break;
	case RS_U32:
		u32[used] = (uint32_t)(i * 7 % 5);
		v->u32 = &u32[used];
		break;
	case RS_I64:
		i64 = 1300000000 + (int64_t)(i * i * 1000);
		v->i64 = &i64;
		break;
	case RS_F32: {
		const float f = (float)(i + 1) / 2;
		memcpy(&u32[used], &f, sizeof(f));
		v->u32 = &u32[used];
		break;
	}
	case RS_STR:
		off[0] = 0;
		off[1] = (uint32_t)sprintf(text, "%c%" PRIu64,
		    (char)('a' + (int)(i % 3)), i * 7 % 5);
		v->entries = 1;
		v->off = off;
		v->bytes = text;
		break;
	}
}

static int
make_stream(uint64_t rows, char **column, size_t n)
{
	struct rs_head *h = rs_head_new();
	struct rs_vec col[RS_COLUMNS_MAX] = { { 0 } };
	static char text[RS_COLUMNS_MAX][32];
	static uint32_t off[RS_COLUMNS_MAX][2];
	struct rs_block b = { .head = h, .rows = 1, .col = col };
	struct rs_writer *w;

	for (size_t c = 0; c < n; c++) {
		char *colon = strchr(column[c], ':');

		if (colon == NULL ||
		    rs_type_parse(colon + 1, &col[c].type) < 0)
			return 2;
		*colon = '\0';
		rs_head_column(h, column[c], col[c].type);
	}
	w = rs_writer_new(rs_sink_open(NULL), h);
	for (uint64_t i = 0; i < rows; i++) {
		for (size_t c = 0; c < n; c++)
			set_value(&col[c], i + c, text[c], off[c]);
		rs_writer_put(w, &b);
	}
	rs_writer_close(w);
	rs_head_free(h);
	return 0;
}

/* ---- Streams whose checksums are right and whose claims are not. ---- */

static void
put32(struct rs_buf *b, uint64_t x)
{
	const uint32_t v = (uint32_t)x;

	rs_buf_put(b, &v, sizeof(v));
}

static void
put64(struct rs_buf *b, uint64_t v)
{
	rs_buf_put(b, &v, sizeof(v));
}

/* What was put since from, with its checksum. */
static void
seal(struct rs_buf *b, size_t from)
{
	put64(b, rs_hash(b->data + from, b->len - from));
}

static void
put_header(struct rs_buf *b, const char *type, const char *more)
{
	struct rs_buf text = { 0 };

	rs_buf_printf(&text, "column\tuser\t%s\ncolumn\titem\t%s\n%s", type,
	    type, more);
	rs_buf_put(b, "\x89RSI\r\n\x1a\n", 8);
	put32(b, 1);
	put32(b, text.len);
	rs_buf_put(b, text.data, text.len);
	seal(b, 0);
	rs_buf_free(&text);
}

static void
put_part(struct rs_buf *b, const char *mark, const struct rs_buf *body)
{
	const size_t from = b->len;

	rs_buf_put(b, mark, 4);
	put32(b, body->len);
	rs_buf_put(b, body->data, body->len);
	seal(b, from);
}

/* An array: kind, bits, shift, 0, base. */
static void
put_array(struct rs_buf *b, unsigned kind, unsigned bits, uint64_t base)
{
	rs_buf_char(b, (char)kind);
	rs_buf_char(b, (char)bits);
	rs_buf_put(b, "\0", 2);
	put64(b, base);
}

static void
put_column(struct rs_buf *b, const struct rs_buf *column, uint64_t length)
{
	put32(b, length);
	rs_buf_put(b, column->data, column->len);
}

/* A stream of one block that claims some things.  strings 0: u32 columns;
 * else the kind of strings, with entries and lengths that are claims too. */
struct claim {
	const char *name;
	uint64_t rows, first, end_rows;
	unsigned strings, kind, bits;
	uint64_t entries, length, column;	/* column 0: the right length */
};

static const struct claim claims[] = {
	{ "rows-2^60", 1, 0, (uint64_t)1 << 60, 0, 0, 0, 0, 0, 0 },
	{ "first-2^60", 1, (uint64_t)1 << 60, 1, 0, 0, 0, 0, 0, 0 },
	{ "block-rows-2^32", UINT32_MAX, 0, 1, 0, 0, 0, 0, 0, 0 },
	{ "block-rows-65536", 65536, 0, 1, 0, 0, 0, 0, 0, 0 },
	{ "strings-2^32", 1, 0, 1, 4, 0, 0, 0, UINT32_MAX, 0 },
	{ "dictionary-2^32", 1, 0, 1, 5, 0, 0, UINT32_MAX, 1, 0 },
	{ "packed-56", 65536, 0, 65536, 0, 1, 56, 0, 0, 0 },
	{ "packed-255", 65536, 0, 65536, 0, 1, 255, 0, 0, 0 },
	{ "kind-9", 1, 0, 1, 0, 9, 0, 0, 0, 0 },
	{ "column-length", 1, 0, 1, 0, 0, 0, 0, 0, UINT32_MAX },
};

static void
put_claim(struct rs_buf *b, const struct claim *c)
{
	struct rs_buf body = { 0 }, column = { 0 }, end = { 0 };

	put_header(b, c->strings != 0 ? "str" : "u32", "");
	if (c->strings != 0)
		put32(&column, c->strings);
	if (c->strings == 5)
		put32(&column, c->entries);
	put_array(&column, c->kind, c->bits, c->length);
	put64(&body, c->first);
	put32(&body, c->rows);
	for (int i = 0; i < 2; i++)
		put_column(&body, &column, c->column != 0 ? c->column :
		    column.len);
	put_part(b, "blk\n", &body);
	rs_buf_printf(&end, "rows\t%" PRIu64 "\nblocks\t1\nfingerprint\t"
	    "0123456789abcdef\n", c->end_rows);
	put_part(b, "end\n", &end);
	rs_buf_free(&body);
	rs_buf_free(&column);
	rs_buf_free(&end);
}

/* A part that ends long before the length that it claims. */
static void
put_short(struct rs_buf *b, const char *name)
{
	const bool text = strncmp(name, "text", 4) == 0;
	const uint64_t n = strcmp(strchr(name, '^') + 1, "32") == 0 ?
	    UINT32_MAX : (uint64_t)1 << atoi(strchr(name, '^') + 1);

	if (!text)
		put_header(b, "u32", "");
	rs_buf_put(b, text ? "\x89RSI\r\n\x1a\n\1\0\0\0" : "blk\n",
	    text ? 12 : 4);
	put32(b, n);
	rs_buf_put(b, "column\tuser\tu32\n", 16);
}

/* A sound stream of five rows that claims N users and items. */
static void
make_size(const char *n)
{
	struct rs_head *h = rs_head_new();
	uint32_t value[5] = { 0, 1, 2, 3, 4 };
	struct rs_vec col[2] = { { .type = RS_U32, .u32 = value },
		{ .type = RS_U32, .u32 = value } };
	struct rs_block b = { .head = h, .rows = 5, .col = col };
	struct rs_writer *w;

	rs_head_column(h, "user", RS_U32);
	rs_head_column(h, "item", RS_U32);
	rs_lines_add(&h->lines, 3, "size", "user", n);
	rs_lines_add(&h->lines, 3, "size", "item", n);
	w = rs_writer_new(rs_sink_open(NULL), h);
	rs_writer_put(w, &b);
	rs_lines_add(rs_writer_end(w), 3, "size", "user", n);
	rs_lines_add(rs_writer_end(w), 3, "size", "item", n);
	rs_writer_close(w);
	rs_head_free(h);
}

static int
make_claim(const char *name)
{
	struct rs_buf b = { 0 };

	if (strncmp(name, "size-", 5) == 0) {
		make_size(name + 5);
		return 0;
	}
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {
		if (strcmp(name, claims[i].name) == 0)
			put_claim(&b, &claims[i]);
	}
	if (b.len == 0 && strchr(name, '^') != NULL)
		put_short(&b, name);
	if (b.len == 0 || fwrite(b.data, 1, b.len, stdout) != b.len)
		return 2;
	rs_buf_free(&b);
	return fflush(stdout) == 0 ? 0 : 3;
}

/* ---- Damage. ---- */

static struct {
	const char *target, *input;
	const char *absent[8];
	size_t absents;
	char **command;
	const char *name;	/* of the program, without its folder */
} job;

static void
read_file(const char *path, struct rs_buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	b->len = 0;
	rs_buf_room(b, 1);
	if (f == NULL)
		return;
	while ((n = fread(rs_buf_room(b, 1 << 16), 1, 1 << 16, f)) > 0)
		b->len += n;
	b->data[b->len] = '\0';
	fclose(f);
}

static void
write_file(const char *path, const char *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(3);
	}
}

static int
run(void)
{
	posix_spawn_file_actions_t files;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, job.input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "hurt.out",
	    O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_addopen(&files, 2, "hurt.err",
	    O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (posix_spawnp(&pid, job.command[0], &files, NULL, job.command,
	    environ) != 0) {
		perror(job.command[0]);
		exit(3);
	}
	posix_spawn_file_actions_destroy(&files);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Whether a whole end stands at the end of these bytes. */
static bool
has_end(const struct rs_buf *b)
{
	for (size_t i = 0; i + 16 <= b->len; i++) {
		uint32_t n;

		if (memcmp(b->data + i, "end\n", 4) != 0)
			continue;
		memcpy(&n, b->data + i + 4, 4);
		if (n == b->len - i - 16)
			return true;
	}
	return false;
}

static void
check(const char *what, size_t where)
{
	static struct rs_buf out, err;
	const int status = run();
	struct stat st;

	read_file("hurt.out", &out);
	read_file("hurt.err", &err);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 1,
	    "%s %zu: %s %d: %s", what, where,
	    WIFEXITED(status) ? "status" : "signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status),
	    err.data);
	ok(strncmp(err.data, job.name, strlen(job.name)) == 0 &&
	    err.data[strlen(job.name)] == ':', "%s %zu: says \"%s\"", what,
	    where, err.data);
	ok(!has_end(&out), "%s %zu: an end mark on stdout", what, where);
	for (size_t i = 0; i < job.absents; i++)
		ok(stat(job.absent[i], &st) < 0, "%s %zu: %s appeared", what,
		    where, job.absent[i]);
	for (size_t i = 0; i < job.absents; i++)
		unlink(job.absent[i]);
}

static int
flips(size_t step, const char *path)
{
	struct rs_buf whole = { 0 };

	read_file(path, &whole);
	ok(whole.len > 0, "%s is not empty", path);
	for (size_t i = 0; i < job.absents; i++)
		unlink(job.absent[i]);
	for (size_t n = 0; n < whole.len; n += (step + 7) / 8) {
		write_file(job.target, whole.data, n);
		check("prefix", n);
	}
	for (size_t bit = 0; bit < whole.len * 8; bit += step) {
		whole.data[bit / 8] ^= (char)(1 << bit % 8);
		write_file(job.target, whole.data, whole.len);
		check("bit", bit);
		whole.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	write_file(job.target, whole.data, whole.len);
	const int status = run();
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0,
	    "the whole file is accepted");
	rs_buf_free(&whole);
	return test_end();
}

int
main(int argc, char **argv)
{
	const char *slash;
	int i = 5;

	if (argc > 3 && strcmp(argv[1], "stream") == 0)
		return make_stream(strtoull(argv[2], NULL, 10), argv + 3,
		    (size_t)argc - 3);
	if (argc == 3 && strcmp(argv[1], "claim") == 0)
		return make_claim(argv[2]);
	if (argc < 7 || strcmp(argv[1], "flips") != 0)
		return 2;
	job.target = job.input = argv[4];
	if (strcmp(argv[i], "-i") == 0) {
		job.input = argv[i + 1];
		i += 2;
	}
	for (; i + 1 < argc && strcmp(argv[i], "-a") == 0; i += 2)
		job.absent[job.absents++] = argv[i + 1];
	if (i + 1 >= argc || strcmp(argv[i], "--") != 0)
		return 2;
	job.command = argv + i + 1;
	slash = strrchr(job.command[0], '/');
	job.name = slash != NULL ? slash + 1 : job.command[0];
	return flips(strtoull(argv[2], NULL, 10), argv[3]);
}
