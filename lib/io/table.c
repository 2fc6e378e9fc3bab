/* table: rows as text: CSV, TSV, JSON lines. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "io/table.h"

enum { FULL = 1 << 16 };	/* bytes at which the buffer goes to the sink */

struct rs_table {
	struct rs_sink *sink;
	enum rs_text format;
	struct rs_buf buf;
	struct rs_buf *name;	/* names as the format has them: "id": in JSON */
	size_t columns, room;
	size_t cell;		/* cells in this row so far */
	size_t row;		/* where this row begins in buf */
};

struct rs_table *
rs_table_new(struct rs_sink *s, enum rs_text f)
{
	struct rs_table *t = rs_zalloc(sizeof(*t));

	t->sink = s;
	t->format = f;
	return t;
}

void
rs_table_column(struct rs_table *t, const char *name)
{
	const size_t n = strlen(name);

	rs_grow(&t->name, &t->room, t->columns + 1, sizeof(*t->name));
	struct rs_buf *b = &t->name[t->columns++];
	*b = (struct rs_buf){ 0 };
	switch (t->format) {
	case RS_TEXT_CSV:
		rs_text_csv(b, name, n);
		break;
	case RS_TEXT_TSV:
		rs_text_tsv(b, name, n);
		break;
	case RS_TEXT_JSONL:
		rs_text_json(b, name, n);
		rs_buf_str(b, ": ");
		break;
	}
}

/* What stands before a cell. */
static void
begin_cell(struct rs_table *t)
{
	const bool first = t->cell == 0;

	assert(t->cell < t->columns);
	if (t->format == RS_TEXT_JSONL) {
		const struct rs_buf *name = &t->name[t->cell];
		rs_buf_put(&t->buf, first ? "{" : ", ", first ? 1 : 2);
		rs_buf_put(&t->buf, name->data, name->len);
	} else if (!first)
		rs_buf_char(&t->buf, t->format == RS_TEXT_CSV ? ',' : '\t');
	t->cell++;
}

void
rs_table_header(struct rs_table *t)
{
	if (t->format == RS_TEXT_JSONL)
		return;
	for (size_t c = 0; c < t->columns; c++) {
		begin_cell(t);
		rs_buf_put(&t->buf, t->name[c].data, t->name[c].len);
	}
	rs_table_end_row(t);
}

void
rs_table_str(struct rs_table *t, const char *p, size_t n)
{
	begin_cell(t);
	switch (t->format) {
	case RS_TEXT_CSV:
		rs_text_csv(&t->buf, p, n);
		break;
	case RS_TEXT_TSV:
		rs_text_tsv(&t->buf, p, n);
		break;
	case RS_TEXT_JSONL:
		rs_text_json(&t->buf, p, n);
		break;
	}
}

void
rs_table_u64(struct rs_table *t, uint64_t v)
{
	begin_cell(t);
	t->buf.len += rs_format_u64(rs_buf_room(&t->buf, RS_NUM_MAX), v);
}

void
rs_table_i64(struct rs_table *t, int64_t v)
{
	begin_cell(t);
	t->buf.len += rs_format_i64(rs_buf_room(&t->buf, RS_NUM_MAX), v);
}

void
rs_table_f32(struct rs_table *t, float v)
{
	begin_cell(t);
	if (t->format == RS_TEXT_JSONL)
		rs_text_json_f32(&t->buf, v);
	else
		t->buf.len += rs_format_f32(rs_buf_room(&t->buf, RS_NUM_MAX),
		    v);
}

void
rs_table_none(struct rs_table *t)
{
	begin_cell(t);
	if (t->format == RS_TEXT_JSONL)
		rs_buf_str(&t->buf, "null");
}

void
rs_table_cell(struct rs_table *t, const struct rs_vec *v, size_t row)
{
	const char *p;
	size_t n;

	switch (v->type) {
	case RS_U8:
		rs_table_u64(t, v->u8[row]);
		break;
	case RS_U32:
		rs_table_u64(t, v->u32[row]);
		break;
	case RS_I64:
		rs_table_i64(t, v->i64[row]);
		break;
	case RS_F32:
		rs_table_f32(t, v->f32[row]);
		break;
	case RS_STR:
		p = rs_vec_str(v, row, &n);
		rs_table_str(t, p, n);
		break;
	}
}

static void
end_line(struct rs_table *t)
{
	rs_buf_char(&t->buf, '\n');
	t->cell = 0;
	if (t->buf.len >= FULL) {
		rs_sink_put(t->sink, t->buf.data, t->buf.len);
		t->buf.len = 0;
	}
	t->row = t->buf.len;
}

void
rs_table_end_row(struct rs_table *t)
{
	assert(t->cell == t->columns);
	if (t->format == RS_TEXT_JSONL)
		rs_buf_char(&t->buf, '}');
	else if (t->format == RS_TEXT_CSV && t->buf.len == t->row)
		rs_buf_str(&t->buf, "\"\"");	/* or readers skip the line */
	end_line(t);
}

void
rs_table_line(struct rs_table *t, const char *p, size_t n)
{
	assert(t->cell == 0);
	rs_buf_put(&t->buf, p, n);
	end_line(t);
}

void
rs_table_flush(struct rs_table *t)
{
	assert(t->cell == 0);
	if (t->buf.len > 0)
		rs_sink_put(t->sink, t->buf.data, t->buf.len);
	t->buf.len = t->row = 0;
	rs_sink_flush(t->sink);
}

void
rs_table_free(struct rs_table *t)
{
	rs_table_flush(t);
	for (size_t c = 0; c < t->columns; c++)
		rs_buf_free(&t->name[c]);
	free(t->name);
	rs_buf_free(&t->buf);
	free(t);
}

void
rs_text_csv(struct rs_buf *b, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] != ',' && p[i] != '"' && p[i] != '\r' &&
	    p[i] != '\n')
		i++;
	if (i == n) {
		rs_buf_put(b, p, n);
		return;
	}
	rs_buf_char(b, '"');
	for (const char *quote; (quote = memchr(p, '"', n)) != NULL; ) {
		const size_t upto = (size_t)(quote - p) + 1;
		rs_buf_put(b, p, upto);
		rs_buf_char(b, '"');
		p += upto;
		n -= upto;
	}
	rs_buf_put(b, p, n);
	rs_buf_char(b, '"');
}

void
rs_text_tsv(struct rs_buf *b, const char *p, size_t n)
{
	static const char special[] = "\t\n\r\\", escape[] = "tnr\\";
	size_t done = 0;

	for (size_t i = 0; i < n; i++) {
		const char *s = memchr(special, p[i], 4);
		if (s == NULL)
			continue;
		rs_buf_put(b, p + done, i - done);
		rs_buf_char(b, '\\');
		rs_buf_char(b, escape[s - special]);
		done = i + 1;
	}
	rs_buf_put(b, p + done, n - done);
}

/* Bytes of the UTF-8 character at p, 0 where there is none: the ranges of
 * The Unicode Standard, table 3-7. */
static size_t
utf8(const unsigned char *p, size_t n)
{
	if (p[0] < 0x80)
		return 1;
	const size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

void
rs_text_json(struct rs_buf *b, const char *p, size_t n)
{
	size_t done = 0;

	rs_buf_char(b, '"');
	for (size_t i = 0; i < n; ) {
		const unsigned char c = (unsigned char)p[i];
		const size_t len = utf8((const unsigned char *)p + i, n - i);
		if (len > 0 && c >= ' ' && c != '"' && c != '\\' && c != 127) {
			i += len;
			continue;
		}
		rs_buf_put(b, p + done, i - done);
		if (c == '"' || c == '\\') {
			rs_buf_char(b, '\\');
			rs_buf_char(b, (char)c);
		} else
			rs_buf_printf(b, "\\u%04x", len > 0 ? c : 0xdc00u + c);
		done = ++i;
	}
	rs_buf_put(b, p + done, n - done);
	rs_buf_char(b, '"');
}

void
rs_text_json_f32(struct rs_buf *b, float v)
{
	if (isfinite(v))
		b->len += rs_format_f32(rs_buf_room(b, RS_NUM_MAX), v);
	else
		rs_buf_str(b, "null");
}
