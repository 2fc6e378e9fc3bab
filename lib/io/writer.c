/*
 * writer: rows gathered into blocks, blocks into a stream.
 *
 * Rows wait in one array a column until a block is full.  Strings wait as
 * codes into a list of the distinct strings of the block, in the order in
 * which they first appear; so what is written is a function of the rows, and
 * not of the entries and codes in which they came.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/format.h"
#include "io/intern.h"
#include "io/pack.h"

struct rs_writer {
	struct rs_sink *sink;
	struct rs_head *head;
	struct rs_lines end;
	struct rs_digest print;
	void **col;		/* RS_BLOCK_ROWS values or codes each */
	struct rs_intern *intern;	/* one a column; used where it is str */
	uint64_t *scratch;
	uint32_t *lengths;	/* of strings, while a block is written */
	uint32_t *index;	/* rows kept, while a block is put */
	size_t pending;		/* rows waiting */
	uint64_t rows, blocks;
	struct rs_buf out;
};

static void
put_numbers(void *to, const struct rs_vec *v, const uint32_t *index,
    size_t from, size_t n)
{
	const size_t size = rs_type_size(v->type);

	if (index == NULL) {
		memcpy(to, (const char *)v->any + from * size, n * size);
		return;
	}
	switch (v->type) {
	case RS_U8:
		for (size_t i = 0; i < n; i++)
			((uint8_t *)to)[i] = v->u8[index[i]];
		break;
	case RS_I64:
		for (size_t i = 0; i < n; i++)
			((int64_t *)to)[i] = v->i64[index[i]];
		break;
	case RS_U32:
	case RS_F32:
	case RS_STR:
		for (size_t i = 0; i < n; i++)
			((uint32_t *)to)[i] = v->u32[index[i]];
		break;
	}
}

/* Begin a part in w->out; end_part fills in its length. */
static void
begin_part(struct rs_writer *w, const char *mark)
{
	w->out.len = 0;
	rs_buf_put(&w->out, mark, 4);
	rs_buf_put(&w->out, "\0\0\0\0", 4);
}

static void
end_part(struct rs_writer *w)
{
	const uint32_t body = (uint32_t)(w->out.len - RS_PART_HEAD);
	uint64_t sum;

	memcpy(w->out.data + 4, &body, sizeof(body));
	sum = rs_hash(w->out.data, w->out.len);
	rs_buf_put(&w->out, &sum, sizeof(sum));
	rs_sink_put(w->sink, w->out.data, w->out.len);
}

static void
write_strings(struct rs_writer *w, struct rs_intern *t, const uint32_t *code)
{
	const size_t rows = w->pending;
	struct rs_pack plain, lengths, codes;
	size_t plain_size, plain_bytes = 0, size;
	uint32_t kind = RS_STRINGS_DICTIONARY;

	for (size_t i = 0; i < rows; i++) {
		w->lengths[i] = t->off[code[i] + 1] - t->off[code[i]];
		plain_bytes += w->lengths[i];
	}
	rs_pack_choose(&plain, 4, w->lengths, rows);
	plain_size = plain.size + plain_bytes;
	rs_pack_choose(&codes, 4, code, rows);
	if (t->entries < rows) {
		uint32_t *entry = (uint32_t *)(void *)w->scratch;

		for (size_t e = 0; e < t->entries; e++)
			entry[e] = t->off[e + 1] - t->off[e];
		rs_pack_choose(&lengths, 4, entry, t->entries);
		size = 4 + lengths.size + t->bytes.len + codes.size;
		if (size < plain_size) {
			rs_buf_put(&w->out, &kind, 4);
			rs_buf_put(&w->out, &t->entries, 4);
			rs_pack_write(&lengths, 4, entry, t->entries, &w->out);
			rs_buf_put(&w->out, t->bytes.data, t->bytes.len);
			rs_pack_write(&codes, 4, code, rows, &w->out);
			return;
		}
	}
	kind = RS_STRINGS_PLAIN;
	rs_buf_put(&w->out, &kind, 4);
	rs_pack_write(&plain, 4, w->lengths, rows, &w->out);
	for (size_t i = 0; i < rows; i++)
		rs_buf_put(&w->out, t->bytes.data + t->off[code[i]],
		    w->lengths[i]);
}

static void
write_column(struct rs_writer *w, size_t c)
{
	const enum rs_type type = w->head->column[c].type;
	const size_t size = rs_type_size(type);
	struct rs_intern *t = &w->intern[c];
	struct rs_pack p;
	const size_t at = w->out.len;
	uint32_t length;

	rs_buf_put(&w->out, "\0\0\0\0", 4);
	if (type == RS_STR) {
		write_strings(w, t, w->col[c]);
		rs_fingerprint_strings(&w->print, w->col[c], t->hash,
		    w->pending, w->scratch);
		rs_intern_clear(t);
	} else {
		rs_pack_choose(&p, size, w->col[c], w->pending);
		rs_pack_write(&p, size, w->col[c], w->pending, &w->out);
		rs_fingerprint_numbers(&w->print, w->col[c],
		    w->pending * size);
	}
	if (w->out.len > RS_BODY_MAX)
		rs_die("a block of more than 1 GiB: its strings are too long");
	length = (uint32_t)(w->out.len - at - 4);
	memcpy(w->out.data + at, &length, sizeof(length));
}

static void
write_block(struct rs_writer *w)
{
	const uint32_t rows = (uint32_t)w->pending;

	begin_part(w, RS_MARK_BLOCK);
	rs_buf_put(&w->out, &w->rows, sizeof(w->rows));
	rs_buf_put(&w->out, &rows, sizeof(rows));
	for (size_t c = 0; c < w->head->columns; c++)
		write_column(w, c);
	end_part(w);
	w->rows += w->pending;
	w->blocks++;
	w->pending = 0;
}

static void
write_header(struct rs_writer *w)
{
	const uint32_t version = RS_VERSION_NUMBER;
	struct rs_buf text = { 0 };
	uint32_t length;
	uint64_t sum;

	for (size_t i = 0; i < w->head->columns; i++)
		rs_buf_printf(&text, "column\t%s\t%s\n",
		    w->head->column[i].name,
		    rs_type_name(w->head->column[i].type));
	rs_lines_write(&w->head->lines, &text);
	if (text.len > RS_TEXT_MAX)
		rs_die("a header of more than %d bytes", RS_TEXT_MAX);
	length = (uint32_t)text.len;
	rs_buf_put(&w->out, RS_MAGIC, RS_MAGIC_SIZE);
	rs_buf_put(&w->out, &version, sizeof(version));
	rs_buf_put(&w->out, &length, sizeof(length));
	rs_buf_put(&w->out, text.data, text.len);
	sum = rs_hash(w->out.data, w->out.len);
	rs_buf_put(&w->out, &sum, sizeof(sum));
	rs_sink_put(w->sink, w->out.data, w->out.len);
	rs_buf_free(&text);
}

struct rs_writer *
rs_writer_new(struct rs_sink *s, const struct rs_head *head)
{
	struct rs_writer *w = rs_zalloc(sizeof(*w));
	const size_t n = head->columns;

	w->sink = s;
	w->head = rs_head_copy(head);
	w->col = rs_zalloc(rs_size(n, sizeof(*w->col)));
	w->intern = rs_zalloc(rs_size(n, sizeof(*w->intern)));
	w->scratch = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->scratch));
	w->lengths = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->lengths));
	w->index = rs_alloc(RS_BLOCK_ROWS * sizeof(*w->index));
	for (size_t i = 0; i < n; i++) {
		w->col[i] = rs_aligned(RS_BLOCK_ROWS *
		    rs_type_size(head->column[i].type));
		if (head->column[i].type == RS_STR)
			rs_intern_init(&w->intern[i]);
	}
	rs_fingerprint_begin(&w->print, w->head);
	write_header(w);
	return w;
}

const struct rs_head *
rs_writer_head(const struct rs_writer *w)
{
	return w->head;
}

struct rs_lines *
rs_writer_end(struct rs_writer *w)
{
	return &w->end;
}

uint64_t
rs_writer_rows(const struct rs_writer *w)
{
	return w->rows + w->pending;
}

/* n rows of b, from its row from on, or the rows index[from ..]. */
static void
put(struct rs_writer *w, const struct rs_block *b, const uint32_t *index,
    size_t from, size_t n)
{
	for (size_t c = 0; c < w->head->columns; c++) {
		const struct rs_vec *v = &b->col[c];
		const size_t size = rs_type_size(v->type);
		const uint32_t *rows = index != NULL ? index + from : NULL;
		void *to = (char *)w->col[c] + w->pending * size;

		assert(v->type == w->head->column[c].type);
		if (v->type == RS_STR)
			rs_intern_put(&w->intern[c], to, v, rows, from, n);
		else
			put_numbers(to, v, rows, from, n);
	}
	w->pending += n;
	if (w->pending == RS_BLOCK_ROWS)
		write_block(w);
}

void
rs_writer_put_rows(struct rs_writer *w, const struct rs_block *b,
    const uint32_t *index, size_t n)
{
	for (size_t i = 0, take; i < n; i += take) {
		take = RS_BLOCK_ROWS - w->pending;
		take = take < n - i ? take : n - i;
		put(w, b, index, i, take);
	}
}

void
rs_writer_put(struct rs_writer *w, const struct rs_block *b)
{
	rs_writer_put_rows(w, b, NULL, b->rows);
}

void
rs_writer_put_kept(struct rs_writer *w, const struct rs_block *b,
    const uint8_t *keep)
{
	size_t n = 0;

	for (size_t i = 0; i < b->rows; i++) {
		w->index[n] = (uint32_t)i;
		n += keep[i] != 0;
		if (n == RS_BLOCK_ROWS) {
			rs_writer_put_rows(w, b, w->index, n);
			n = 0;
		}
	}
	rs_writer_put_rows(w, b, w->index, n);
}

static void
free_writer(struct rs_writer *w)
{
	for (size_t i = 0; i < w->head->columns; i++) {
		free(w->col[i]);
		rs_intern_free(&w->intern[i]);
	}
	free(w->col);
	free(w->intern);
	free(w->scratch);
	free(w->lengths);
	free(w->index);
	rs_lines_free(&w->end);
	rs_head_free(w->head);
	rs_buf_free(&w->out);
	free(w);
}

void
rs_writer_flush(struct rs_writer *w)
{
	if (w->pending > 0)
		write_block(w);
	rs_sink_flush(w->sink);
}

uint64_t
rs_writer_close(struct rs_writer *w)
{
	uint64_t print;

	if (w->pending > 0)
		write_block(w);
	print = rs_digest_value(&w->print);
	begin_part(w, RS_MARK_END);
	rs_buf_printf(&w->out, "rows\t%" PRIu64 "\nblocks\t%" PRIu64 "\n",
	    w->rows, w->blocks);
	rs_lines_write(&w->end, &w->out);
	rs_buf_printf(&w->out, "fingerprint\t%016" PRIx64 "\n", print);
	if (w->out.len > RS_TEXT_MAX)
		rs_die("an end of more than %d bytes", RS_TEXT_MAX);
	end_part(w);
	rs_sink_close(w->sink);
	free_writer(w);
	return print;
}

void
rs_writer_abort(struct rs_writer *w)
{
	rs_sink_abort(w->sink);
	free_writer(w);
}
