/* about: what a file, a stream or a model, says of itself. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "cli/about.h"
#include "cli/models.h"
#include "cli/recipe.h"
#include "cli/tool.h"
#include "model/file.h"

static struct rs_tensors *
open_model(const char *path)
{
	struct rs_err e;
	struct rs_tensors *t = rs_tensors_open(path, &e);

	if (t == NULL)
		rs_bad("%s", e.text);
	return t;
}

static struct rs_reader *
read_whole(const char *path)
{
	struct rs_reader *r = rs_in_file(path, "");

	while (rs_read(r) != NULL)
		;
	return r;
}

uint64_t
rs_about_rows(const char *path)
{
	struct rs_reader *r = read_whole(path);
	const uint64_t rows = rs_reader_rows(r);

	rs_reader_close(r);
	return rows;
}

void
rs_about_verified(const char *path)
{
	struct rs_tensors *model;
	struct rs_reader *r;

	if (rs_is_model(path)) {
		model = open_model(path);
		printf("%s\tmodel\t%016" PRIx64 "\n", path,
		    rs_tensors_fingerprint(model));
		rs_tensors_free(model);
		return;
	}
	r = read_whole(path);
	printf("%s\t%" PRIu64 "\t%016" PRIx64 "\n", rs_reader_name(r),
	    rs_reader_rows(r), rs_reader_fingerprint(r));
	rs_reader_close(r);
}

void
rs_about_fingerprint(const char *path)
{
	struct rs_digest d;
	struct rs_err e;
	struct rs_source *s = rs_source_open(path, &e);
	const char *p;
	size_t n;
	int more;

	if (s == NULL)
		rs_die("%s", e.text);
	rs_digest_init(&d);
	while ((more = rs_source_next(s, &p, &n)) == 1)
		rs_digest_put(&d, p, n);
	if (more < 0)
		rs_bad("%s", rs_source_err(s)->text);
	rs_source_close(s);
	printf("%016" PRIx64 "\n", rs_digest_value(&d));
}

/* Text from a file on a person's terminal: what would steer it is shown. */
static void
print_line(const char *s)
{
	for (; *s != '\0'; s++) {
		const unsigned char c = (unsigned char)*s;

		if ((c < ' ' && c != '\t') || c == 127)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('\n');
}

static void
print_lines(const struct rs_lines *l)
{
	for (size_t i = 0; i < l->n; i++)
		print_line(l->line[i]);
}

static double
per_row(uint64_t bytes, uint64_t rows)
{
	return rows > 0 ? (double)bytes / (double)rows : 0;
}

static void
print_column(const struct rs_reader *r, size_t c)
{
	const struct rs_column *col = &rs_reader_head(r)->column[c];
	const struct rs_stored *s = rs_reader_stored(r, c);

	printf("column\t%s\t%s\t%" PRIu64 " bytes\t%.2f a row", col->name,
	    rs_type_name(col->type), s->bytes,
	    per_row(s->bytes, rs_reader_rows(r)));
	for (size_t i = 0; i < RS_ENCODINGS; i++) {
		if (s->blocks[i] > 0)
			printf("\t%s %" PRIu64, rs_encoding_name(i),
			    s->blocks[i]);
	}
	printf("\n");
}

static void
print_stream_info(const char *path)
{
	struct rs_reader *r = read_whole(path);
	const struct rs_head *h = rs_reader_head(r);
	const uint64_t rows = rs_reader_rows(r);
	const uint64_t bytes = rs_source_offset(rs_reader_source(r));

	printf("stream\t");
	print_line(rs_reader_name(r));
	printf("bytes\t%" PRIu64 "\t%.2f a row\n", bytes,
	    per_row(bytes, rows));
	for (size_t c = 0; c < h->columns; c++)
		print_column(r, c);
	print_lines(&h->lines);
	print_lines(rs_reader_end(r));
	rs_reader_close(r);
}

static void
print_tensor(const struct rs_tensor *t)
{
	static const char *const type[] = {
		[RS_TENSOR_F32] = "F32", [RS_TENSOR_I64] = "I64",
		[RS_TENSOR_U64] = "U64", [RS_TENSOR_U32] = "U32",
		[RS_TENSOR_U8] = "U8",
	};

	printf("tensor\t%s\t%s\t[", t->name, type[t->type]);
	for (int i = 0; i < t->dims; i++)
		printf("%s%" PRIu64, i > 0 ? ", " : "", t->shape[i]);
	printf("]\n");
}

/* A value of several lines becomes as many lines here. */
static void
print_meta(const char *key, const char *value)
{
	while (*value != '\0') {
		const size_t n = strcspn(value, "\n");
		char *line = rs_memdup(value, n);

		printf("%s\t", key);
		print_line(line);
		free(line);
		value += n + (value[n] == '\n');
	}
}

static void
print_model_info(const char *path)
{
	struct rs_tensors *t = open_model(path);

	printf("model\t");
	print_line(path);
	for (size_t i = 0; i < rs_tensors_meta_count(t); i++) {
		const char *key = rs_tensors_meta_key(t, i);
		print_meta(key, rs_tensors_meta_get(t, key));
	}
	for (size_t i = 0; i < rs_tensors_count(t); i++)
		print_tensor(rs_tensors_at(t, i));
	printf("fingerprint\t%016" PRIx64 "\n", rs_tensors_fingerprint(t));
	rs_tensors_free(t);
}

void
rs_about_info(const char *path)
{
	if (rs_is_model(path))
		print_model_info(path);
	else
		print_stream_info(path);
}

/* What a model says of the stream that it was trained on, and of itself. */
static void
model_lines(const char *path, struct rs_lines *lines)
{
	struct rs_tensors *t = open_model(path);
	const char *text = rs_tensors_meta_get(t, "lines");
	char print[17];
	struct rs_err e;

	snprintf(print, sizeof(print), "%016" PRIx64,
	    rs_tensors_fingerprint(t));
	rs_lines_add(lines, 2, "fingerprint", print);
	if (text != NULL && rs_lines_parse(lines, text, strlen(text), &e) < 0)
		rs_bad("%s: %s", path, e.text);
	rs_tensors_free(t);
}

static void
stream_lines(const char *path, struct rs_lines *lines)
{
	struct rs_reader *r = read_whole(path);

	rs_lines_copy(lines, &rs_reader_head(r)->lines);
	rs_lines_copy(lines, rs_reader_end(r));
	rs_reader_close(r);
}

void
rs_about_recipe(const char *path)
{
	struct rs_buf script = { 0 };
	struct rs_lines lines = { 0 };
	struct rs_err e;

	if (rs_is_model(path))
		model_lines(path, &lines);
	else
		stream_lines(path, &lines);
	if (rs_recipe(&lines, &script, &e) < 0)
		rs_bad("%s: %s", path, e.text);
	fwrite(script.data, 1, script.len, stdout);
	rs_lines_free(&lines);
	rs_buf_free(&script);
}
