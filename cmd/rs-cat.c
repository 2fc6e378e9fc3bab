/* rs-cat: show, convert, join and verify streams; say what made them. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/models.h"
#include "cli/dicts.h"
#include "cli/recipe.h"
#include "cli/tool.h"
#include "data/dict.h"
#include "io/table.h"
#include "model/file.h"

enum format { TSV, CSV, JSONL, STREAM };
static const char *const formats[] = { "tsv", "csv", "jsonl", "stream", NULL };

static struct {
	bool info, verify, count, recipe, fingerprint;
	uint64_t head;
	struct rs_list users;
	const char *dir, *path;
	int format;
	bool header;
	struct rs_list files;
} o;

/* ---- One question about each file. ---- */

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

static void
print_counts(void)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < o.files.n; i++) {
		struct rs_reader *r = read_whole(o.files.item[i]);

		rows += rs_reader_rows(r);
		rs_reader_close(r);
	}
	printf("%" PRIu64 "\n", rows);
}

static void
print_verified(const char *path)
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

/* What rs-clean calls the fingerprint of an input: of its unpacked bytes. */
static void
print_fingerprint(const char *path)
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

/* ---- --info ---- */

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

static void
print_info(const char *path)
{
	if (rs_is_model(path))
		print_model_info(path);
	else
		print_stream_info(path);
}

/* ---- --recipe ---- */

/* What a model says of the stream that it was trained on, and of itself. */
static void
model_lines(const char *path, struct rs_lines *lines)
{
	struct rs_tensors *t = open_model(path);
	const char *text = rs_tensors_meta_get(t, "lines");
	char print[17];
	struct rs_err e;

	snprintf(print, sizeof(print), "%016" PRIx64, rs_tensors_fingerprint(t));
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

static void
print_recipe(const char *path)
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

/* ---- Rows. ---- */

/* A column of indices that becomes one of ids, or of which rows are chosen. */
struct side {
	const char *name;
	int column;		/* -1: there is none */
	struct rs_dict *dict;	/* NULL: not needed or not given */
	uint32_t *off;		/* ids of one block, for a stream of ids */
	struct rs_buf bytes;
};

static struct side sides[] = { { .name = "user" }, { .name = "item" } };
enum { USER, SIDES = 2 };

/* A user of --user. */
struct wanted {
	const char *id;
	size_t len;
	bool seen;
	uint32_t index;		/* where user is a column of indices */
};

static struct {
	struct wanted *list;
	size_t n, room;
} wanted;

static void
want_user(const char *id, size_t n)
{
	rs_grow(&wanted.list, &wanted.room, wanted.n + 1,
	    sizeof(*wanted.list));
	wanted.list[wanted.n++] = (struct wanted){ .id = id, .len = n };
}

/* --user a,b --user c */
static void
parse_users(void)
{
	for (size_t i = 0; i < o.users.n; i++) {
		const char *p = o.users.item[i];

		for (size_t n; ; p += n + 1) {
			n = strcspn(p, ",");
			want_user(p, n);
			if (p[n] == '\0')
				break;
		}
	}
}

static void
open_sides(const struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);

	for (size_t s = 0; s < SIDES; s++) {
		struct side *d = &sides[s];

		d->column = rs_head_find(h, d->name);
		if (d->column < 0 || o.dir == NULL ||
		    h->column[d->column].type != RS_U32)
			continue;
		d->dict = rs_dict_side(o.dir, d->name);
		rs_dict_belongs(d->dict, d->name, in);
	}
}

/* Wanted ids as indices, where the stream has indices. */
static void
find_users(const struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);
	const struct side *u = &sides[USER];

	if (wanted.n == 0)
		return;
	if (u->column < 0)
		rs_bad("%s: has no column user", rs_reader_name(in));
	if (h->column[u->column].type == RS_STR)
		return;
	if (u->dict == NULL)
		rs_misuse("--user needs -D DIR: %s has indices for users",
		    rs_reader_name(in));
	for (size_t i = 0; i < wanted.n; i++) {
		struct wanted *w = &wanted.list[i];

		w->index = rs_dict_find(u->dict, w->id, w->len,
		    rs_hash(w->id, w->len));
		if (w->index == RS_DICT_NONE)
			rs_bad("user %.*s is not in %s/user.rsi", (int)w->len,
			    w->id, o.dir);
	}
}

static bool
is_wanted(const struct rs_vec *v, size_t row)
{
	for (size_t i = 0; i < wanted.n; i++) {
		struct wanted *w = &wanted.list[i];
		const char *p;
		size_t n;

		if (v->type == RS_U32) {
			if (v->u32[row] != w->index)
				continue;
		} else {
			p = rs_vec_str(v, row, &n);
			if (n != w->len || memcmp(p, w->id, n) != 0)
				continue;
		}
		w->seen = true;
		return true;
	}
	return wanted.n == 0;
}

/* The rows of b that are to be shown, as many as left. */
static size_t
choose_rows(const struct rs_block *b, uint64_t left, uint32_t *rows)
{
	const struct rs_vec *user = wanted.n > 0 ?
	    &b->col[sides[USER].column] : NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->rows && n < left; i++) {
		if (user == NULL || is_wanted(user, i))
			rows[n++] = (uint32_t)i;
	}
	return n;
}

/* The id that stands for row i of column c, whose dictionary is here. */
static const char *
id_of(const struct side *s, struct rs_reader *in, const struct rs_block *b,
    size_t c, size_t i, size_t *n)
{
	const uint32_t index = b->col[c].u32[i];

	if (index >= rs_dict_size(s->dict))
		rs_dict_beyond(s->dict, s->name, in, b->first + i + 1, index);
	return rs_dict_name(s->dict, index, n);
}

static struct side *
side_of(size_t column)
{
	for (size_t s = 0; s < SIDES; s++) {
		if (sides[s].column == (int)column && sides[s].dict != NULL)
			return &sides[s];
	}
	return NULL;
}

static void
show_rows(struct rs_table *t, struct rs_reader *in, const struct rs_block *b,
    const uint32_t *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < b->head->columns; c++) {
			const struct side *s = side_of(c);
			const char *id;
			size_t len;

			if (s == NULL) {
				rs_table_cell(t, &b->col[c], rows[i]);
				continue;
			}
			id = id_of(s, in, b, c, rows[i], &len);
			rs_table_str(t, id, len);
		}
		rs_table_end_row(t);
	}
}

/* The whole block's indices of one side as strings, to v. */
static void
spell(struct side *s, struct rs_reader *in, const struct rs_block *b,
    size_t c, struct rs_vec *v)
{
	const char *id;
	size_t n;

	if (s->off == NULL)
		s->off = rs_alloc((RS_BLOCK_ROWS + 1) * sizeof(*s->off));
	s->bytes.len = 0;
	for (size_t i = 0; i < b->rows; i++) {
		s->off[i] = (uint32_t)s->bytes.len;
		id = id_of(s, in, b, c, i, &n);
		if (s->bytes.len + n > RS_BODY_MAX)
			rs_bad("%s: the ids of a block are over %d bytes",
			    rs_reader_name(in), RS_BODY_MAX);
		rs_buf_put(&s->bytes, id, n);
	}
	s->off[b->rows] = (uint32_t)s->bytes.len;
	*v = (struct rs_vec){ .type = RS_STR, .entries = (uint32_t)b->rows,
		.off = s->off, .bytes = s->bytes.data };
}

static void
put_rows(struct rs_writer *out, struct rs_reader *in,
    const struct rs_block *b, const uint32_t *rows,
    size_t n)
{
	struct rs_block spelt = *b;
	struct rs_vec col[RS_COLUMNS_MAX];

	memcpy(col, b->col, b->head->columns * sizeof(*col));
	spelt.col = col;
	for (size_t c = 0; c < b->head->columns; c++) {
		if (side_of(c) != NULL)
			spell(side_of(c), in, b, c, &col[c]);
	}
	rs_writer_put_rows(out, &spelt, rows, n);
}

/* ---- Several streams. ---- */

static void
print_columns(struct rs_buf *b, const struct rs_head *h)
{
	b->len = 0;
	for (size_t c = 0; c < h->columns; c++)
		rs_buf_printf(b, "%s%s:%s", c > 0 ? " " : "",
		    h->column[c].name, rs_type_name(h->column[c].type));
}

static void
demand_same_columns(const struct rs_reader *first, const struct rs_reader *r)
{
	struct rs_buf a = { 0 }, b = { 0 };

	print_columns(&a, rs_reader_head(first));
	print_columns(&b, rs_reader_head(r));
	if (strcmp(a.data, b.data) != 0)
		rs_bad("%s: its columns are %.150s, and those of %s %.150s",
		    rs_reader_name(r), b.data, rs_reader_name(first), a.data);
	rs_buf_free(&a);
	rs_buf_free(&b);
}

/* Behind the end of r: its indices are of our dictionaries, and of those of
 * the first stream. */
static void
demand_same_ids(const struct rs_reader *first, const struct rs_reader *r)
{
	struct rs_err e;

	for (size_t s = 0; s < SIDES; s++) {
		const struct side *d = &sides[s];

		if (d->dict != NULL)
			rs_dict_belongs(d->dict, d->name, r);
		if (first != r && rs_dict_agree(d->name, rs_reader_end(first),
		    rs_reader_end(r), &e) < 0)
			rs_bad("%s: %s", rs_reader_name(r), e.text);
	}
}

/* The head of what is written: that of the first stream, but for what is no
 * longer true. */
static struct rs_head *
out_head(const struct rs_head *in)
{
	struct rs_head *h = rs_head_copy(in);
	char key[64];

	if (o.files.n > 1)
		rs_lines_drop(&h->lines, "sorted");
	for (size_t s = 0; s < SIDES; s++) {
		if (sides[s].dict == NULL)
			continue;
		h->column[sides[s].column].type = RS_STR;
		snprintf(key, sizeof(key), "dictionary\t%s", sides[s].name);
		rs_lines_drop(&h->lines, key);
	}
	return h;
}

/* Where rows go: one of the two is NULL. */
struct output {
	struct rs_writer *stream;
	struct rs_table *text;
	struct rs_sink *sink;	/* of text */
};

static void
open_output(struct output *out, const struct rs_reader *in)
{
	static const enum rs_text text[] = {
		[TSV] = RS_TEXT_TSV, [CSV] = RS_TEXT_CSV,
		[JSONL] = RS_TEXT_JSONL,
	};
	const struct rs_head *h = rs_reader_head(in);

	if (o.format == STREAM) {
		struct rs_head *head = out_head(h);

		out->stream = rs_out(o.path, head);
		rs_head_free(head);
		return;
	}
	out->sink = rs_sink_open(o.path);
	out->text = rs_table_new(out->sink, text[o.format]);
	for (size_t c = 0; c < h->columns; c++)
		rs_table_column(out->text, h->column[c].name);
	if (o.header)
		rs_table_header(out->text);
}

static int
close_output(struct output *out, struct rs_reader *in)
{
	char key[64];

	if (out->text != NULL) {
		rs_table_free(out->text);
		rs_sink_close(out->sink);
		return rs_end(in, NULL);
	}
	rs_inherit(out->stream, in);
	for (size_t s = 0; s < SIDES; s++) {
		if (sides[s].dict == NULL)
			continue;
		snprintf(key, sizeof(key), "dictionary\t%s", sides[s].name);
		rs_lines_drop(rs_writer_end(out->stream), key);
	}
	rs_writer_close(out->stream);
	return rs_end(in, NULL);
}

/* All rows of r that are to be shown; what is left of --head afterwards.
 * Beyond that it is read to its end all the same: who shows the first rows
 * of a damaged file must say so. */
static uint64_t
copy(struct rs_reader *r, struct output *out, uint64_t left)
{
	static uint32_t rows[RS_BLOCK_ROWS];

	for (struct rs_block *b; (b = rs_read(r)) != NULL; ) {
		const size_t n = choose_rows(b, left, rows);

		if (out->text != NULL)
			show_rows(out->text, r, b, rows, n);
		else
			put_rows(out->stream, r, b, rows, n);
		left -= n;
	}
	return left;
}

static int
copy_all(void)
{
	struct rs_reader *first = rs_in_file(o.files.item[0], "");
	struct output out = { 0 };
	uint64_t left;
	int status;

	parse_users();
	open_sides(first);
	find_users(first);
	open_output(&out, first);
	left = copy(first, &out, rs_given("head") ? o.head : UINT64_MAX);
	demand_same_ids(first, first);
	for (size_t i = 1; i < o.files.n; i++) {
		char role[RS_NUM_MAX + 8];
		struct rs_reader *r;

		snprintf(role, sizeof(role), "input%zu", i + 1);
		r = rs_side(role, o.files.item[i], "");
		demand_same_columns(first, r);
		left = copy(r, &out, left);
		demand_same_ids(first, r);
		rs_reader_close(r);
	}
	for (size_t i = 0; i < wanted.n; i++) {
		if (!wanted.list[i].seen && !rs_given("head"))
			rs_note("no row of user %.*s", (int)wanted.list[i].len,
			    wanted.list[i].id);
	}
	status = close_output(&out, first);
	for (size_t s = 0; s < SIDES; s++) {
		rs_dict_free(sides[s].dict);
		free(sides[s].off);
		rs_buf_free(&sides[s].bytes);
	}
	free(wanted.list);
	return status;
}

static int
finish(void)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		rs_die("stdout: %s", strerror(errno));
	return RS_OK;
}

static int
answer_each(void (*answer)(const char *path))
{
	for (size_t i = 0; i < o.files.n; i++)
		answer(o.files.item[i]);
	return finish();
}

int
main(int argc, char **argv)
{
	const struct rs_opt opts[] = {
		RS_OPT_FLAG(0, "info", &o.info,
		    "columns, sizes, encodings, provenance, fingerprint"),
		RS_OPT_FLAG(0, "verify", &o.verify,
		    "read all of it; print name, rows, fingerprint"),
		RS_OPT_FLAG(0, "count", &o.count, "print the number of rows"),
		RS_OPT_FLAG(0, "recipe", &o.recipe,
		    "print a shell script that makes it again"),
		RS_OPT_FLAG(0, "fingerprint", &o.fingerprint,
		    "of any file: XXH3-64 of its unpacked bytes"),
		RS_OPT_COUNT(0, "head", "N", &o.head, 0, 1e19,
		    "show the first N rows only, and check all"),
		RS_OPT_LIST(0, "user", "ID,...", &o.users,
		    "show the rows of these users only"),
		RS_OPT_FILE('D', "dictionaries", "DIR", &o.dir,
		    "show the ids that indices stand for"),
		RS_OPT_CHOICE('f', "format", formats, &o.format,
		    "what to write"),
		RS_OPT_HEADER(&o.header),
		RS_OPT_OUTPUT(&o.path),
		RS_OPT_PROGRESS,
		RS_OPT_OPERAND_FILES("FILE...", &o.files, 0, 1e9,
		    "streams, one after the other (- or none: stdin)"),
		RS_OPT_END
	};
	static const char *standard[] = { "-" };

	rs_begin(argc, argv, "show, convert, join and verify streams; say"
	    " what made them", opts);
	if (o.info + o.verify + o.count + o.recipe + o.fingerprint > 1)
		rs_misuse("--info, --verify, --count, --recipe and"
		    " --fingerprint exclude each other");
	if (o.files.n == 0)
		o.files = (struct rs_list){ .item = standard, .n = 1 };
	if (o.info)
		return answer_each(print_info);
	if (o.verify)
		return answer_each(print_verified);
	if (o.recipe)
		return answer_each(print_recipe);
	if (o.fingerprint)
		return answer_each(print_fingerprint);
	if (o.count) {
		print_counts();
		return finish();
	}
	return copy_all();
}
