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
#include "cli/about.h"
#include "cli/spelling.h"
#include "cli/tool.h"
#include "io/table.h"

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

static struct rs_spelling spelling;

/* ---- Which rows. ---- */

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

/* Wanted ids as indices, where the stream has indices. */
static void
find_users(const struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);
	const struct rs_spelling_side *u =
	    &spelling.side[RS_SPELLING_USER];

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
	    &b->col[spelling.side[RS_SPELLING_USER].column] : NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->rows && n < left; i++) {
		if (user == NULL || is_wanted(user, i))
			rows[n++] = (uint32_t)i;
	}
	return n;
}

/* ---- Rows out. ---- */

static void
show_rows(struct rs_table *t, struct rs_reader *in, const struct rs_block *b,
    const uint32_t *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < b->head->columns; c++) {
			const struct rs_spelling_side *s =
			    rs_spelling_side(&spelling, c);
			const char *id;
			size_t len;

			if (s == NULL) {
				rs_table_cell(t, &b->col[c], rows[i]);
				continue;
			}
			id = rs_spelling_id(s, in, b, c, rows[i], &len);
			rs_table_str(t, id, len);
		}
		rs_table_end_row(t);
	}
}

static void
put_rows(struct rs_writer *out, struct rs_reader *in,
    const struct rs_block *b, const uint32_t *rows, size_t n)
{
	struct rs_block spelt = *b;
	struct rs_vec col[RS_COLUMNS_MAX];

	memcpy(col, b->col, b->head->columns * sizeof(*col));
	spelt.col = col;
	for (size_t c = 0; c < b->head->columns; c++) {
		struct rs_spelling_side *s = rs_spelling_side(&spelling, c);

		if (s != NULL)
			rs_spelling_column(s, in, b, c, &col[c]);
	}
	rs_writer_put_rows(out, &spelt, rows, n);
}

/* The head of what is written: that of the first stream, but for what is no
 * longer true. */
static struct rs_head *
out_head(const struct rs_head *in)
{
	struct rs_head *h = rs_head_copy(in);

	if (o.files.n > 1)
		rs_lines_drop(&h->lines, "sorted");
	rs_spelling_head(&spelling, h);
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
	if (out->text != NULL) {
		rs_table_free(out->text);
		rs_sink_close(out->sink);
		return rs_end(in, NULL);
	}
	rs_inherit(out->stream, in);
	rs_spelling_lines(&spelling, rs_writer_end(out->stream));
	rs_writer_close(out->stream);
	return rs_end(in, NULL);
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
	rs_spelling_begin(&spelling, o.dir, first);
	find_users(first);
	open_output(&out, first);
	left = copy(first, &out, rs_given("head") ? o.head : UINT64_MAX);
	rs_spelling_belongs(&spelling, first, first);
	for (size_t i = 1; i < o.files.n; i++) {
		char role[RS_NUM_MAX + 8];
		struct rs_reader *r;

		snprintf(role, sizeof(role), "input%zu", i + 1);
		r = rs_side(role, o.files.item[i], "");
		demand_same_columns(first, r);
		left = copy(r, &out, left);
		rs_spelling_belongs(&spelling, first, r);
		rs_reader_close(r);
	}
	for (size_t i = 0; i < wanted.n; i++) {
		if (!wanted.list[i].seen && !rs_given("head"))
			rs_note("no row of user %.*s", (int)wanted.list[i].len,
			    wanted.list[i].id);
	}
	status = close_output(&out, first);
	rs_spelling_free(&spelling);
	free(wanted.list);
	return status;
}

/* ---- One question about each file. ---- */

static void
print_counts(void)
{
	uint64_t rows = 0;

	for (size_t i = 0; i < o.files.n; i++)
		rows += rs_about_rows(o.files.item[i]);
	printf("%" PRIu64 "\n", rows);
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
		return answer_each(rs_about_info);
	if (o.verify)
		return answer_each(rs_about_verified);
	if (o.recipe)
		return answer_each(rs_about_recipe);
	if (o.fingerprint)
		return answer_each(rs_about_fingerprint);
	if (o.count) {
		print_counts();
		return finish();
	}
	return copy_all();
}
