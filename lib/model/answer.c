/* answer: lists of items as text, or as a stream. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "io/table.h"
#include "model/answer.h"

enum { FULL = 1 << 16 };	/* bytes at which text goes to the sink */

struct rs_answers {
	struct rs_answer_opts o;
	struct rs_sink *sink;
	struct rs_table *table;		/* CSV and TSV */
	struct rs_buf text;		/* the others */
	struct rs_writer *writer;
	uint32_t *user, *item;		/* rows that wait for the writer */
	float *score;
	uint8_t *fallback;
	size_t rows;
};

void
rs_answers_columns(const struct rs_answer_opts *o, struct rs_head *h)
{
	rs_head_column(h, o->similar ? "item" : "user", RS_U32);
	rs_head_column(h, o->similar ? "similar" : "item", RS_U32);
	rs_head_column(h, "score", RS_F32);
	if (o->flag)
		rs_head_column(h, "fallback", RS_U8);
}

static struct rs_table *
new_table(const struct rs_answer_opts *o, struct rs_sink *sink)
{
	struct rs_table *t = rs_table_new(sink, o->format == RS_ANSWER_CSV ?
	    RS_TEXT_CSV : RS_TEXT_TSV);

	rs_table_column(t, o->similar ? "item_id" : "user_id");
	rs_table_column(t, o->similar ? "similar_id" : "item_id");
	rs_table_column(t, "score");
	if (o->label)
		rs_table_column(t, "label");
	if (o->flag)
		rs_table_column(t, "fallback");
	if (o->header)
		rs_table_header(t);
	return t;
}

struct rs_answers *
rs_answers_new(const struct rs_answer_opts *o, struct rs_sink *sink,
    struct rs_writer *writer)
{
	struct rs_answers *a = rs_zalloc(sizeof(*a));

	assert((o->format == RS_ANSWER_STREAM) == (writer != NULL));
	a->o = *o;
	a->sink = sink;
	a->writer = writer;
	if (o->format == RS_ANSWER_CSV || o->format == RS_ANSWER_TSV)
		a->table = new_table(o, sink);
	if (writer != NULL) {
		a->user = rs_alloc(RS_BLOCK_ROWS * sizeof(*a->user));
		a->item = rs_alloc(RS_BLOCK_ROWS * sizeof(*a->item));
		a->score = rs_alloc(RS_BLOCK_ROWS * sizeof(*a->score));
		a->fallback = rs_alloc(RS_BLOCK_ROWS);
	}
	return a;
}

static void
put_rows(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, bool fallback)
{
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *p = rs_dict_name(a->o.items, hits[i].item, &len);

		if (who->id != NULL)
			rs_table_str(a->table, who->id, who->n);
		else
			rs_table_none(a->table);
		rs_table_str(a->table, p, len);
		rs_table_f32(a->table, hits[i].score);
		if (a->o.label) {
			p = rs_dict_label(a->o.items, hits[i].item, &len);
			rs_table_str(a->table, p != NULL ? p : "", len);
		}
		if (a->o.flag)
			rs_table_u64(a->table, fallback);
		rs_table_end_row(a->table);
	}
}

static void
put_object(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, bool fallback)
{
	struct rs_buf *b = &a->text;

	rs_buf_str(b, a->o.similar ? "{\"item_id\": " : "{\"user_id\": ");
	if (who->id != NULL)
		rs_text_json(b, who->id, who->n);
	else
		rs_buf_str(b, "null");
	rs_buf_str(b, ", \"items\": [");
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *p = rs_dict_name(a->o.items, hits[i].item, &len);

		rs_buf_str(b, i > 0 ? ", {\"item_id\": " : "{\"item_id\": ");
		rs_text_json(b, p, len);
		rs_buf_str(b, ", \"score\": ");
		rs_text_json_f32(b, hits[i].score);
		p = a->o.label ? rs_dict_label(a->o.items, hits[i].item,
		    &len) : NULL;
		if (p != NULL) {
			rs_buf_str(b, ", \"label\": ");
			rs_text_json(b, p, len);
		}
		rs_buf_char(b, '}');
	}
	rs_buf_str(b, fallback ? "], \"fallback\": true}\n" :
	    "], \"fallback\": false}\n");
}

/* Readers of a TREC run split at white space. */
static bool
is_one_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr(" \t\n\v\f\r", p[i]) != NULL)	/* or NUL */
			return false;
	return n > 0;
}

static int
check_run(const struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, struct rs_err *e)
{
	if (who->id == NULL)
		return rs_fail(e, "a TREC run needs an id of the user");
	if (!is_one_word(who->id, who->n))
		return rs_fail(e, "%.*s: a TREC run has no room for an id "
		    "with white space", (int)(who->n < 100 ? who->n : 100),
		    who->id);
	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *p = rs_dict_name(a->o.items, hits[i].item, &len);

		if (!is_one_word(p, len))
			return rs_fail(e, "item %.*s: a TREC run has no room "
			    "for an id with white space",
			    (int)(len < 100 ? len : 100), p);
	}
	return 0;
}

static void
put_run(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n)
{
	struct rs_buf *b = &a->text;
	float last = INFINITY;

	for (size_t i = 0; i < n; i++) {
		size_t len;
		const char *p = rs_dict_name(a->o.items, hits[i].item, &len);

		last = hits[i].score < last ? hits[i].score :
		    nextafterf(last, -INFINITY);
		rs_buf_put(b, who->id, who->n);
		rs_buf_str(b, " Q0 ");
		rs_buf_put(b, p, len);
		rs_buf_char(b, ' ');
		b->len += rs_format_u64(rs_buf_room(b, RS_NUM_MAX), i + 1);
		rs_buf_char(b, ' ');
		b->len += rs_format_f32(rs_buf_room(b, RS_NUM_MAX), last);
		rs_buf_str(b, " rs-topk\n");
	}
}

static void
write_rows(struct rs_answers *a)
{
	struct rs_vec col[] = {
		{ .type = RS_U32, .u32 = a->user },
		{ .type = RS_U32, .u32 = a->item },
		{ .type = RS_F32, .f32 = a->score },
		{ .type = RS_U8, .u8 = a->fallback },
	};
	const struct rs_block b = {
		.head = rs_writer_head(a->writer),
		.rows = a->rows,
		.col = col,
	};

	if (a->rows > 0)
		rs_writer_put(a->writer, &b);
	a->rows = 0;
}

static void
put_stream(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, bool fallback)
{
	for (size_t i = 0; i < n; i++) {
		if (a->rows == RS_BLOCK_ROWS)
			write_rows(a);
		a->user[a->rows] = who->index;
		a->item[a->rows] = hits[i].item;
		a->score[a->rows] = hits[i].score;
		a->fallback[a->rows++] = fallback;
	}
}

int
rs_answers_put(struct rs_answers *a, const struct rs_asker *who,
    const struct rs_hit *hits, size_t n, bool fallback, struct rs_err *e)
{
	switch (a->o.format) {
	case RS_ANSWER_CSV:
	case RS_ANSWER_TSV:
		put_rows(a, who, hits, n, fallback);
		break;
	case RS_ANSWER_JSONL:
		put_object(a, who, hits, n, fallback);
		break;
	case RS_ANSWER_TREC:
		if (check_run(a, who, hits, n, e) < 0)
			return -1;
		put_run(a, who, hits, n);
		break;
	case RS_ANSWER_STREAM:
		if (who->index == RS_DICT_NONE && n > 0)
			return rs_fail(e, "a stream has indices, and this %s "
			    "has none", a->o.similar ? "item" : "user");
		put_stream(a, who, hits, n, fallback);
		break;
	}
	if (a->text.len >= FULL)
		rs_answers_flush(a);
	return 0;
}

void
rs_answers_fail(struct rs_answers *a, const char *why)
{
	if (a->o.format != RS_ANSWER_JSONL)
		return;
	rs_buf_str(&a->text, "{\"error\": ");
	rs_text_json(&a->text, why, strlen(why));
	rs_buf_str(&a->text, "}\n");
}

void
rs_answers_flush(struct rs_answers *a)
{
	if (a->table != NULL) {
		rs_table_flush(a->table);
	} else if (a->writer != NULL) {
		write_rows(a);
	} else {
		rs_sink_put(a->sink, a->text.data, a->text.len);
		a->text.len = 0;
		rs_sink_flush(a->sink);
	}
}

void
rs_answers_free(struct rs_answers *a)
{
	if (a == NULL)
		return;
	rs_answers_flush(a);
	if (a->table != NULL)
		rs_table_free(a->table);
	rs_buf_free(&a->text);
	free(a->user);
	free(a->item);
	free(a->score);
	free(a->fallback);
	free(a);
}
