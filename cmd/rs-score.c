/* rs-score: what the model thinks of each pair. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/pool.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/dict.h"
#include "io/couples.h"
#include "io/feed.h"
#include "model/mark.h"
#include "model/model.h"
#include "model/sheet.h"

enum { CSV, TSV, JSONL, STREAM };
enum { UNKNOWN_EMPTY, UNKNOWN_ERROR, UNKNOWN_MEAN };

/* Pairs of text are scored when so many wait, or nobody asks just now. */
enum { BATCH = 65536, BATCH_BYTES = 64 << 20 };

static const char *const FORMATS[] = { "csv", "tsv", "jsonl", "stream", NULL };
static const char *const UNKNOWN[] = { "empty", "error", "mean", NULL };
static const char *const SIDE[2] = { "user", "item" };

static struct {
	const char *model, *dir, *output, *fields;
	uint64_t threads;
	double threshold;
	int format, unknown;
	bool header, clip, flag;
} o = { .format = -1, .threshold = NAN };

struct job {
	struct rs_model *m;
	struct rs_marker marker;
	struct rs_marks marks;		/* of pairs that wait */
	char *field[2];			/* --fields */
	uint64_t pairs, failed;

	/* Text. */
	const char *input;
	struct rs_sink *sink;
	struct rs_couples couples;
	struct rs_sheet *sheet;
};

static void
need_ids(const struct job *j)
{
	rs_model_need_ids(j->m, RS_USER);
	rs_model_need_ids(j->m, RS_ITEM);
}

/* How things are marked. */

static float
rating(const struct job *j, const char *key)
{
	const char *text = rs_model_meta(j->m, key);
	double x;

	if (text == NULL || !rs_parse_real(text, strlen(text), &x))
		rs_bad("%s: does not say its %s", o.model, key);
	return (float)x;
}

static void
set_marker(struct job *j)
{
	const enum rs_score_kind kind = rs_model_kind(j->m);

	if (o.clip && kind == RS_SCORE_DOT)
		rs_misuse("--clip: the scores of %s order items and have no "
		    "bounds", rs_model_algorithm(j->m));
	if (o.unknown == UNKNOWN_MEAN && kind != RS_SCORE_RATING)
		rs_misuse("--unknown mean: the scores of %s are no ratings",
		    rs_model_algorithm(j->m));
	j->marker = (struct rs_marker){ .m = j->m, .clip = o.clip, .low = 0,
		.high = 1, .guess = NAN, .flag = o.flag,
		.threshold = o.threshold,
		.pool = rs_pool_new((int)o.threads) };
	if (o.clip && kind == RS_SCORE_RATING) {
		j->marker.low = rating(j, "rating_min");
		j->marker.high = rating(j, "rating_max");
	}
	if (o.unknown == UNKNOWN_MEAN)
		j->marker.guess = rating(j, "rating_mean");
}

static void
mark(struct job *j)
{
	rs_mark(&j->marker, &j->marks);
	j->pairs += j->marks.n;
}

static enum rs_text
text_format(void)
{
	return o.format == TSV ? RS_TEXT_TSV : o.format == JSONL ?
	    RS_TEXT_JSONL : RS_TEXT_CSV;
}

/*
 * Streams.
 */

static void
refuse_unknown(const struct job *j, const struct rs_reader *in,
    const struct rs_block *b)
{
	for (size_t i = 0; o.unknown == UNKNOWN_ERROR && i < b->rows; i++) {
		const bool user = j->marks.user[i] == RS_DICT_NONE;

		if (user || j->marks.item[i] == RS_DICT_NONE)
			rs_bad("%s: row %" PRIu64 ": the model does not know "
			    "the %s", rs_reader_name(in), b->first + i + 1,
			    SIDE[!user]);
	}
}

static struct rs_writer *
open_writer(const struct job *j, const struct rs_reader *in)
{
	struct rs_head *h = rs_head_copy(rs_reader_head(in));
	struct rs_writer *w;

	rs_marker_head(&j->marker, h);
	w = rs_out(o.output, h);
	rs_head_free(h);
	return w;
}

static void
write_block(const struct job *j, struct rs_writer *w,
    const struct rs_block *b)
{
	struct rs_vec col[RS_COLUMNS_MAX + RS_MARKS_COLUMNS];
	const struct rs_block to = {
		.head = rs_writer_head(w),
		.rows = b->rows,
		.col = col,
	};

	memcpy(col, b->col, b->head->columns * sizeof(*col));
	rs_marks_vectors(&j->marker, &j->marks, col + b->head->columns);
	rs_writer_put(w, &to);
}

/* A name for an index, which text must have. */
static void
put_name(struct job *j, struct rs_table *t, const struct rs_reader *in,
    enum rs_side side, uint32_t index)
{
	const struct rs_dict *d = rs_model_dict(j->m, side);
	const char *p;
	size_t n;

	if (index >= rs_dict_size(d))
		rs_bad("%s: an index (%" PRIu32 ") beyond the dictionary",
		    rs_reader_name(in), index);
	p = rs_dict_name(d, index, &n);
	rs_table_str(t, p, n);
}

static void
print_block(struct job *j, struct rs_table *t, const struct rs_reader *in,
    const struct rs_block *b, const int at[2])
{
	for (size_t i = 0; i < b->rows; i++) {
		for (size_t c = 0; c < b->head->columns; c++) {
			const struct rs_vec *v = &b->col[c];

			if (v->type == RS_U32 && (int)c == at[RS_USER])
				put_name(j, t, in, RS_USER, v->u32[i]);
			else if (v->type == RS_U32 && (int)c == at[RS_ITEM])
				put_name(j, t, in, RS_ITEM, v->u32[i]);
			else
				rs_table_cell(t, v, i);
		}
		rs_marks_cells(&j->marker, &j->marks, i, t);
		rs_table_end_row(t);
	}
}

static struct rs_table *
open_table(struct job *j, const struct rs_head *h, const int at[2])
{
	struct rs_table *t;

	need_ids(j);
	j->sink = rs_sink_open(o.output);
	t = rs_table_new(j->sink, text_format());
	for (size_t c = 0; c < h->columns; c++) {
		const int side = (int)c == at[RS_ITEM];

		if ((int)c != at[side])
			rs_table_column(t, h->column[c].name);
		else if (j->field[side] != NULL)
			rs_table_column(t, j->field[side]);
		else
			rs_table_column(t, side ? "item_id" : "user_id");
	}
	rs_marker_table(&j->marker, t);
	if (o.header)
		rs_table_header(t);
	return t;
}

static void
check_columns(struct job *j, const struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);
	const char *name[RS_MARKS_COLUMNS];
	size_t n;

	rs_demand(in, "user:u32|str item:u32|str");
	j->marker.taken = rs_head_find(h, "label") >= 0;
	n = rs_marker_columns(&j->marker, name);
	for (size_t i = 0; i < n; i++)
		if (rs_head_find(h, name[i]) >= 0)
			rs_bad("%s: has a column %s already",
			    rs_reader_name(in), name[i]);
	if (h->columns + n > RS_COLUMNS_MAX)
		rs_bad("%s: has no room for another column",
		    rs_reader_name(in));
}

static struct rs_writer *
score_stream(struct job *j, struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);
	struct rs_writer *w = NULL;
	struct rs_table *t = NULL;
	struct rs_block *b;
	int at[2];

	check_columns(j, in);
	at[RS_USER] = rs_head_find(h, "user");
	at[RS_ITEM] = rs_head_find(h, "item");
	rs_model_belongs(j->m, in);
	if (o.format == STREAM)
		w = open_writer(j, in);
	else
		t = open_table(j, h, at);
	rs_marks_room(&j->marks, RS_BLOCK_ROWS);
	while ((b = rs_read(in)) != NULL) {
		rs_model_column(j->m, RS_USER, &b->col[at[RS_USER]], b->rows,
		    j->marks.user);
		rs_model_column(j->m, RS_ITEM, &b->col[at[RS_ITEM]], b->rows,
		    j->marks.item);
		refuse_unknown(j, in, b);
		j->marks.n = b->rows;
		mark(j);
		if (w != NULL)
			write_block(j, w, b);
		else
			print_block(j, t, in, b, at);
	}
	rs_model_belongs(j->m, in);
	if (w != NULL)
		rs_model_origin(w, j->m);
	else
		rs_table_free(t);
	return w;
}

/*
 * Text.
 */

/* Once the first line has said what all are. */
static void
open_sheet(struct job *j)
{
	struct rs_couples *c = &j->couples;
	const char *name[RS_MARKS_COLUMNS];
	size_t n;

	j->marker.taken = rs_couples_has(c, "label");
	n = rs_marker_columns(&j->marker, name);
	for (size_t i = 0; i < n; i++)
		if (rs_couples_has(c, name[i]))
			rs_bad("%s: has a column %s already", j->input,
			    name[i]);
	if (o.format < 0)
		o.format = c->form == RS_COUPLES_JSON ? JSONL :
		    c->form == RS_COUPLES_TSV ? TSV : CSV;
	j->sink = rs_sink_open(o.output);
	/* Who gave a header wants one. */
	j->sheet = rs_sheet_new(j->sink, text_format(), c, &j->marker,
	    o.header || c->header);
}

static void
answer(struct job *j)
{
	mark(j);
	rs_sheet_write(j->sheet, &j->marks);
	j->marks.n = 0;
}

static int
refuse(const struct rs_couples *c, size_t pair, enum rs_side side,
    const struct rs_cell *id, struct rs_err *e)
{
	const int n = (int)(id->n < 200 ? id->n : 200);

	if (c->shape == RS_REQUEST_ONE)
		return rs_fail(e, "unknown %s %.*s", SIDE[side], n, id->p);
	return rs_fail(e, "pair %zu: unknown %s %.*s", pair + 1, SIDE[side],
	    n, id->p);
}

/* Add the pairs of a line to those that wait, all or none. */
static int
add_pairs(struct job *j, struct rs_err *e)
{
	const struct rs_couples *c = &j->couples;
	uint32_t *to[2];

	rs_marks_room(&j->marks, j->marks.n + c->n);
	to[RS_USER] = j->marks.user + j->marks.n;
	to[RS_ITEM] = j->marks.item + j->marks.n;
	for (size_t i = 0; i < c->n; i++)
		for (int s = RS_USER; s <= RS_ITEM; s++) {
			const struct rs_cell *id =
			    &c->cell[i * c->width + c->at[s]];

			to[s][i] = rs_model_find(j->m, (enum rs_side)s, id->p,
			    id->n);
			if (to[s][i] == RS_DICT_NONE &&
			    o.unknown == UNKNOWN_ERROR)
				return refuse(c, i, (enum rs_side)s, id, e);
		}
	j->marks.n += c->n;
	return 0;
}

static void
ask(struct job *j, uint64_t number, const char *line, size_t n)
{
	struct rs_err e;

	if (rs_couples_read(&j->couples, line, n, &e) < 0 ||
	    add_pairs(j, &e) < 0) {
		j->failed++;
		rs_say("%s:%" PRIu64 ": %s", j->input, number, e.text);
		rs_sheet_fail(j->sheet, e.text);
	} else
		rs_sheet_put(j->sheet, &j->couples);
	if (j->marks.n >= BATCH || rs_sheet_waiting(j->sheet) > BATCH_BYTES)
		answer(j);
}

static void
score_lines(struct job *j, struct rs_source *s)
{
	struct rs_feed *f = rs_feed_of(s, RS_REQUEST_MAX);
	struct rs_err e;
	const char *line;
	size_t n;
	int more;

	need_ids(j);
	j->input = rs_feed_name(f);
	while ((more = rs_feed_next(f, &line, &n)) == 1) {
		if (n == 0)
			continue;
		if (j->sheet == NULL) {
			if (rs_couples_begin(&j->couples, line, n, &e) < 0)
				rs_bad("%s:%" PRIu64 ": %s", j->input,
				    rs_feed_number(f), e.text);
			open_sheet(j);
			if (j->couples.header)
				continue;
		}
		ask(j, rs_feed_number(f), line, n);
		if (rs_feed_waits(f))
			answer(j);
	}
	if (j->sheet == NULL) {		/* blank lines alone */
		rs_couples_none(&j->couples);
		open_sheet(j);
	}
	answer(j);
	if (more < 0)
		rs_bad("%s", rs_feed_err(f)->text);
	rs_feed_close(f);
}

/* Nothing at all is what a writer leaves that failed before its first byte,
 * and nobody could tell whether a stream was to come. */
static bool
is_stream(struct rs_source *s)
{
	char first;

	if (rs_source_peek(s, &first, 1) == 0)
		rs_bad("%s: empty where pairs should be (did its writer"
		    " fail?)", rs_source_name(s));
	return rs_stream_ahead(s);
}

static int
finish(struct job *j, struct rs_reader *in, struct rs_writer *out)
{
	char pairs[RS_NUM_MAX], n[RS_NUM_MAX];
	int status;

	rs_commas(pairs, j->pairs);
	if (j->marks.strangers > 0)
		rs_note("%s of %s pairs have %s: the model does not know "
		    "their user or item", rs_commas(n, j->marks.strangers),
		    pairs, o.unknown == UNKNOWN_MEAN ? "the mean rating" :
		    "no score");
	if (j->marks.lost > 0)
		rs_note("%s of %s pairs have no score: it is not a number",
		    rs_commas(n, j->marks.lost), pairs);
	if (j->failed > 0)
		rs_say("%s lines failed, %s pairs were scored",
		    rs_commas(n, j->failed), pairs);
	rs_sheet_free(j->sheet);
	if (j->sink != NULL)
		rs_sink_close(j->sink);
	status = rs_end(in, out);
	rs_couples_free(&j->couples);
	rs_marks_free(&j->marks);
	rs_pool_free(j->marker.pool);
	rs_model_end(j->m);
	free(j->field[RS_USER]);
	free(j->field[RS_ITEM]);
	return j->failed > 0 ? RS_BAD : status;
}

/* --fields USER,ITEM */
static void
read_fields(struct job *j)
{
	const size_t n = o.fields != NULL ? strcspn(o.fields, ",") : 0;

	if (o.fields == NULL)
		return;
	if (n == 0 || o.fields[n] == '\0' || o.fields[n + 1] == '\0' ||
	    strchr(o.fields + n + 1, ',') != NULL)
		rs_misuse("--fields: wanted are two names, USER,ITEM");
	j->field[RS_USER] = rs_memdup(o.fields, n);
	j->field[RS_ITEM] = rs_strdup(o.fields + n + 1);
	if (strcmp(j->field[RS_USER], j->field[RS_ITEM]) == 0)
		rs_misuse("--fields: user and item have one name");
	j->couples.field[RS_USER] = j->field[RS_USER];
	j->couples.field[RS_ITEM] = j->field[RS_ITEM];
}

int
main(int argc, char **argv)
{
	static struct job j;
	const struct rs_opt opts[] = {
		RS_OPT_MODEL(&o.model),
		RS_OPT_MODEL_IDS(&o.dir),
		RS_OPT_REAL(0, "threshold", "T", &o.threshold, -1e30, 1e30,
		    "add a column label: 1 where the score is T or more, "
		    "else 0"),
		RS_OPT_FLAG(0, "clip", &o.clip,
		    "shut scores in between the least and the highest rating "
		    "(or 0 and 1)"),
		RS_OPT_CHOICE(0, "unknown", UNKNOWN, &o.unknown,
		    "the score of pairs of whom the model does not know one"),
		RS_OPT_FLAG(0, "flag", &o.flag,
		    "add a column unknown: 1 for such pairs, else 0"),
		RS_OPT_STR(0, "fields", "USER,ITEM", &o.fields,
		    "what user and item are called in JSON and in a header"),
		RS_OPT_CHOICE('f', "format", FORMATS, &o.format,
		    "what comes out (default: what went in)"),
		RS_OPT_HEADER(&o.header),
		RS_OPT_OUTPUT(&o.output),
		RS_OPT_THREADS(&o.threads),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};
	struct rs_reader *in = NULL;
	struct rs_writer *out = NULL;
	struct rs_source *s;

	o.threads = (uint64_t)rs_cpus();
	rs_begin(argc, argv, "what the model thinks of each pair", opts);
	read_fields(&j);
	if (o.header && (o.format == JSONL || o.format == STREAM))
		rs_misuse("--header is for csv and tsv");
	j.m = rs_model_begin(o.model, o.dir);
	set_marker(&j);
	s = rs_source_in("-");
	if (is_stream(s)) {
		if (o.format < 0)
			o.format = STREAM;
		in = rs_in_of(s, "");
		out = score_stream(&j, in);
	} else {
		if (o.format == STREAM)
			rs_misuse("-f stream: text in, text out (rs-clean "
			    "makes a stream of text)");
		score_lines(&j, s);
	}
	return finish(&j, in, out);
}
