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
#include "io/cells.h"
#include "io/feed.h"
#include "io/format.h"
#include "io/request.h"
#include "io/table.h"
#include "model/model.h"
#include "model/pairs.h"

enum { CSV, TSV, JSONL, STREAM };
enum { UNKNOWN_EMPTY, UNKNOWN_ERROR };

/* Pairs of text are scored when so many wait, or nobody asks just now. */
enum { BATCH = 65536, BATCH_BYTES = 64 << 20 };

static const char *const FORMATS[] = { "csv", "tsv", "jsonl", "stream", NULL };
static const char *const UNKNOWN[] = { "empty", "error", NULL };

static struct {
	const char *model, *dir, *output;
	uint64_t threads;
	double threshold;
	int format, unknown;
	bool header, clip;
} o = { .format = -1, .threshold = NAN };

struct job {
	struct rs_model *m;
	struct rs_pool *pool;
	struct rs_sink *sink;
	struct rs_table *table;
	float low, high;		/* --clip */
	uint64_t pairs, strange, failed;

	uint32_t *user, *item;		/* (BATCH) */
	float *score;

	/* Text: the cells of the pairs that wait, one behind the other. */
	const char *input;
	size_t n, width, at[2];		/* columns; where user and item stand */
	struct rs_buf text;
	size_t *len;			/* (BATCH, width) */
};

static void
need_ids(const struct job *j)
{
	rs_model_need_ids(j->m, RS_USER);
	rs_model_need_ids(j->m, RS_ITEM);
}

/* Between what --clip shuts scores in. */
static void
find_bounds(struct job *j)
{
	const char *low = rs_model_meta(j->m, "rating_min");
	const char *high = rs_model_meta(j->m, "rating_max");
	double a = 0, b = 1;

	if (!o.clip)
		return;
	if (rs_model_kind(j->m) == RS_SCORE_DOT)
		rs_misuse("--clip: the scores of %s order items and have no "
		    "bounds", rs_model_algorithm(j->m));
	if (rs_model_kind(j->m) == RS_SCORE_RATING && (low == NULL ||
	    high == NULL || !rs_parse_real(low, strlen(low), &a) ||
	    !rs_parse_real(high, strlen(high), &b)))
		rs_bad("%s: does not say between what ratings lie", o.model);
	j->low = (float)a;
	j->high = (float)b;
}

static void
score_batch(struct job *j, size_t n)
{
	rs_score_pairs(j->m, j->user, j->item, n, j->score, j->pool);
	rs_model_link(j->m, j->score, n);
	for (size_t i = 0; i < n; i++) {
		j->strange += j->score[i] != j->score[i];
		if (!o.clip)
			continue;
		if (j->score[i] < j->low)
			j->score[i] = j->low;
		if (j->score[i] > j->high)
			j->score[i] = j->high;
	}
	j->pairs += n;
}

static void
put_score(struct job *j, float score)
{
	const bool none = score != score;

	if (none)
		rs_table_none(j->table);
	else
		rs_table_f32(j->table, score);
	if (o.threshold != o.threshold)
		return;
	if (none)
		rs_table_none(j->table);
	else
		rs_table_u64(j->table, (double)score >= o.threshold);
}

/* The last columns; label has another name where the pairs have one. */
static const char *
label_name(bool taken)
{
	return taken ? "predicted" : "label";
}

static void
open_table(struct job *j)
{
	j->sink = rs_sink_open(o.output);
	j->table = rs_table_new(j->sink, o.format == TSV ? RS_TEXT_TSV :
	    o.format == JSONL ? RS_TEXT_JSONL : RS_TEXT_CSV);
}

static void
end_columns(struct job *j, bool taken)
{
	rs_table_column(j->table, "score");
	if (o.threshold == o.threshold)
		rs_table_column(j->table, label_name(taken));
	if (o.header)
		rs_table_header(j->table);
}

/*
 * Streams.
 */

static void
refuse_unknown(const struct job *j, const struct rs_reader *in,
    const struct rs_block *b)
{
	for (size_t i = 0; o.unknown == UNKNOWN_ERROR && i < b->rows; i++) {
		const bool user = j->user[i] == RS_DICT_NONE;

		if (user || j->item[i] == RS_DICT_NONE)
			rs_bad("%s: row %" PRIu64 ": the model does not know "
			    "the %s", rs_reader_name(in), b->first + i + 1,
			    user ? "user" : "item");
	}
}

static struct rs_writer *
open_writer(const struct rs_reader *in, bool taken)
{
	struct rs_head *h = rs_head_copy(rs_reader_head(in));
	struct rs_writer *w;

	rs_head_column(h, "score", RS_F32);
	if (o.threshold == o.threshold)
		rs_head_column(h, label_name(taken), RS_F32);
	w = rs_out(o.output, h);
	rs_head_free(h);
	return w;
}

static void
write_block(const struct job *j, struct rs_writer *w,
    const struct rs_block *b, float *label)
{
	const size_t columns = b->head->columns;
	struct rs_vec col[RS_COLUMNS_MAX + 2];
	const struct rs_block to = {
		.head = rs_writer_head(w),
		.rows = b->rows,
		.col = col,
	};

	memcpy(col, b->col, columns * sizeof(*col));
	col[columns] = (struct rs_vec){ .type = RS_F32, .f32 = j->score };
	col[columns + 1] = (struct rs_vec){ .type = RS_F32, .f32 = label };
	for (size_t i = 0; i < b->rows; i++)
		label[i] = j->score[i] != j->score[i] ? NAN :
		    (double)j->score[i] >= o.threshold;
	rs_writer_put(w, &to);
}

/* A name for an index, which text must have. */
static void
put_name(struct job *j, const struct rs_reader *in, enum rs_side side,
    uint32_t index)
{
	const struct rs_dict *d = rs_model_dict(j->m, side);
	const char *p;
	size_t n;

	if (index >= rs_dict_size(d))
		rs_bad("%s: an index (%" PRIu32 ") beyond the dictionary",
		    rs_reader_name(in), index);
	p = rs_dict_name(d, index, &n);
	rs_table_str(j->table, p, n);
}

static void
print_block(struct job *j, const struct rs_reader *in,
    const struct rs_block *b, const int at[2])
{
	for (size_t i = 0; i < b->rows; i++) {
		for (size_t c = 0; c < b->head->columns; c++) {
			if (b->col[c].type == RS_U32 && (int)c == at[RS_USER])
				put_name(j, in, RS_USER, b->col[c].u32[i]);
			else if (b->col[c].type == RS_U32 &&
			    (int)c == at[RS_ITEM])
				put_name(j, in, RS_ITEM, b->col[c].u32[i]);
			else
				rs_table_cell(j->table, &b->col[c], i);
		}
		put_score(j, j->score[i]);
		rs_table_end_row(j->table);
	}
}

static void
open_stream_table(struct job *j, const struct rs_head *h, const int at[2],
    bool taken)
{
	open_table(j);
	for (size_t c = 0; c < h->columns; c++)
		rs_table_column(j->table, (int)c == at[RS_USER] ? "user_id" :
		    (int)c == at[RS_ITEM] ? "item_id" : h->column[c].name);
	end_columns(j, taken);
}

static struct rs_writer *
score_stream(struct job *j, struct rs_reader *in)
{
	const struct rs_head *h = rs_reader_head(in);
	const bool taken = rs_head_find(h, "label") >= 0;
	float *label = rs_alloc(RS_BLOCK_ROWS * sizeof(*label));
	struct rs_writer *w = NULL;
	struct rs_block *b;
	int at[2];

	rs_demand(in, "user:u32|str item:u32|str");
	at[RS_USER] = rs_head_find(h, "user");
	at[RS_ITEM] = rs_head_find(h, "item");
	if (rs_head_find(h, "score") >= 0 ||
	    (o.threshold == o.threshold &&
	    rs_head_find(h, label_name(taken)) >= 0) ||
	    h->columns + 2 > RS_COLUMNS_MAX)
		rs_bad("%s: has scores already", rs_reader_name(in));
	if (o.format != STREAM)
		need_ids(j);
	rs_model_belongs(j->m, in);
	if (o.format == STREAM)
		w = open_writer(in, taken);
	else
		open_stream_table(j, h, at, taken);
	while ((b = rs_read(in)) != NULL) {
		rs_model_column(j->m, RS_USER, &b->col[at[RS_USER]], b->rows,
		    j->user);
		rs_model_column(j->m, RS_ITEM, &b->col[at[RS_ITEM]], b->rows,
		    j->item);
		refuse_unknown(j, in, b);
		score_batch(j, b->rows);
		if (w != NULL)
			write_block(j, w, b, label);
		else
			print_block(j, in, b, at);
	}
	rs_model_belongs(j->m, in);
	if (w != NULL)
		rs_model_origin(w, j->m);
	free(label);
	return w;
}

/*
 * Text.
 */

static void
report(struct job *j, uint64_t line, const char *why)
{
	j->failed++;
	rs_say("%s:%" PRIu64 ": %s", j->input, line, why);
}

static void
answer_batch(struct job *j)
{
	const char *p = j->text.data;

	score_batch(j, j->n);
	for (size_t i = 0; i < j->n; i++) {
		for (size_t c = 0; c < j->width; c++) {
			rs_table_str(j->table, p, j->len[i * j->width + c]);
			p += j->len[i * j->width + c];
		}
		put_score(j, j->score[i]);
		rs_table_end_row(j->table);
	}
	j->n = j->text.len = 0;
}

/* One pair with the cells that it came in. */
static void
add_pair(struct job *j, const struct rs_cell *cell, uint64_t line)
{
	const struct rs_cell *u = &cell[j->at[RS_USER]];
	const struct rs_cell *i = &cell[j->at[RS_ITEM]];
	const uint32_t user = rs_model_find(j->m, RS_USER, u->p, u->n);
	const uint32_t item = rs_model_find(j->m, RS_ITEM, i->p, i->n);
	struct rs_err e;

	if (o.unknown == UNKNOWN_ERROR &&
	    (user == RS_DICT_NONE || item == RS_DICT_NONE)) {
		const bool stranger = user == RS_DICT_NONE;
		const struct rs_cell *id = stranger ? u : i;

		rs_fail(&e, "unknown %s %.*s", stranger ? "user" : "item",
		    (int)(id->n < 200 ? id->n : 200), id->p);
		report(j, line, e.text);
		return;
	}
	for (size_t c = 0; c < j->width; c++) {
		rs_buf_put(&j->text, cell[c].p, cell[c].n);
		j->len[j->n * j->width + c] = cell[c].n;
	}
	j->user[j->n] = user;
	j->item[j->n++] = item;
	if (j->n == BATCH || j->text.len > BATCH_BYTES)
		answer_batch(j);
}

static bool
is_word(const struct rs_cell *c, const char *word)
{
	return c->n == strlen(word) && memcmp(c->p, word, c->n) == 0;
}

/* Columns by the first line of CSV or TSV: true where it is a header. */
static bool
read_header(struct job *j, const struct rs_cells *c)
{
	size_t found[2] = { SIZE_MAX, SIZE_MAX };
	char name[RS_NUM_MAX + 8];
	bool named, taken = false;

	for (size_t i = 0; i < c->n; i++) {
		if (is_word(&c->cell[i], "user") ||
		    is_word(&c->cell[i], "user_id"))
			found[RS_USER] = i;
		if (is_word(&c->cell[i], "item") ||
		    is_word(&c->cell[i], "item_id"))
			found[RS_ITEM] = i;
	}
	named = found[RS_USER] != SIZE_MAX && found[RS_ITEM] != SIZE_MAX;
	if (!named && c->n < 2)
		rs_bad("%s:1: one field, and a pair has two", j->input);
	j->width = c->n;
	j->at[RS_USER] = named ? found[RS_USER] : 0;
	j->at[RS_ITEM] = named ? found[RS_ITEM] : 1;
	for (size_t i = 0; i < c->n; i++) {
		if (named) {
			char *own = rs_memdup(c->cell[i].p, c->cell[i].n);

			rs_table_column(j->table, own);
			taken = taken || strcmp(own, "label") == 0;
			free(own);
			continue;
		}
		strcpy(name, "column");
		rs_format_u64(name + 6, i + 1);
		rs_table_column(j->table, i == 0 ? "user_id" :
		    i == 1 ? "item_id" : name);
	}
	/* Who gave a header wants one. */
	o.header = o.header || named;
	end_columns(j, taken);
	return named;
}

/* Those of a pair and no more. */
static void
pair_columns(struct job *j)
{
	j->width = 2;
	j->at[RS_USER] = 0;
	j->at[RS_ITEM] = 1;
	rs_table_column(j->table, "user_id");
	rs_table_column(j->table, "item_id");
	end_columns(j, false);
}

static void
ask_json(struct job *j, struct rs_request *r, uint64_t line, const char *p,
    size_t n)
{
	struct rs_err e = { "" };

	if (rs_request_parse(r, p, n, &e) == 0) {
		if (r->bare)
			rs_fail(&e, "no JSON object, and the first line is");
		else if (!r->user.given || !r->item.given ||
		    r->user.list != r->item.list)
			rs_fail(&e, "wanted are user_id and item_id, both "
			    "one or both a list");
		else if (r->user.n != r->item.n)
			rs_fail(&e, "%zu users and %zu items", r->user.n,
			    r->item.n);
	}
	if (e.text[0] != '\0') {
		report(j, line, e.text);
		return;
	}
	for (size_t i = 0; i < r->user.n; i++) {
		const struct rs_cell cell[2] = {
			{ r->user.id[i].p, r->user.id[i].n },
			{ r->item.id[i].p, r->item.id[i].n },
		};

		add_pair(j, cell, line);
	}
}

static void
ask_cells(struct job *j, struct rs_cells *c, char by, uint64_t line,
    const char *p, size_t n)
{
	struct rs_err e = { "" };

	if (n > RS_REQUEST_MAX)
		rs_fail(&e, "a line over %d bytes", RS_REQUEST_MAX);
	else if (rs_cells_split(c, p, n, by, &e) == 0 && j->width > 0 &&
	    c->n != j->width)
		rs_fail(&e, "%zu fields where the first line has %zu", c->n,
		    j->width);
	if (e.text[0] != '\0' && j->width == 0)
		rs_bad("%s:%" PRIu64 ": %s", j->input, line, e.text);
	if (e.text[0] != '\0') {
		report(j, line, e.text);
		return;
	}
	if (j->width == 0) {
		const bool named = read_header(j, c);

		j->len = rs_alloc(rs_size(BATCH, j->width *
		    sizeof(*j->len)));
		if (named)
			return;
	}
	add_pair(j, c->cell, line);
}

/* The first line tells what all are. */
static int
format_of(const char *p, size_t n)
{
	while (n > 0 && *p == ' ')
		p++, n--;
	if (n > 0 && *p == '{')
		return JSONL;
	return n > 0 && memchr(p, '\t', n) != NULL ? TSV : CSV;
}

static void
score_lines(struct job *j, struct rs_source *s)
{
	struct rs_feed *f = rs_feed_of(s, RS_REQUEST_MAX);
	struct rs_request r = { 0 };
	struct rs_cells c = { 0 };
	const char *line;
	size_t n;
	int more, in = -1;

	need_ids(j);
	j->input = rs_feed_name(f);
	while ((more = rs_feed_next(f, &line, &n)) == 1) {
		const uint64_t number = rs_feed_number(f);

		if (n == 0)
			continue;
		if (in < 0) {
			in = format_of(line, n);
			if (o.format < 0)
				o.format = in;
			open_table(j);
			if (in == JSONL) {
				pair_columns(j);
				j->len = rs_alloc(BATCH * 2 *
				    sizeof(*j->len));
			}
		}
		if (in == JSONL)
			ask_json(j, &r, number, line, n);
		else
			ask_cells(j, &c, in == TSV ? '\t' : ',', number,
			    line, n);
		if (rs_feed_waits(f)) {
			answer_batch(j);
			rs_table_flush(j->table);
		}
	}
	if (in < 0) {		/* blank lines alone */
		open_table(j);
		pair_columns(j);
	}
	answer_batch(j);
	rs_table_flush(j->table);
	if (more < 0)
		rs_bad("%s", rs_feed_err(f)->text);
	rs_cells_free(&c);
	rs_request_free(&r);
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
	if (j->strange > 0)
		rs_note("%s of %s pairs have no score: the model does not know "
		    "their user or item", rs_commas(n, j->strange), pairs);
	if (j->failed > 0)
		rs_say("%s lines or pairs failed, %s pairs were scored",
		    rs_commas(n, j->failed), pairs);
	if (j->table != NULL) {
		rs_table_free(j->table);
		rs_sink_close(j->sink);
	}
	status = rs_end(in, out);
	rs_model_end(j->m);
	rs_pool_free(j->pool);
	rs_buf_free(&j->text);
	free(j->user);
	free(j->item);
	free(j->score);
	free(j->len);
	return j->failed > 0 ? RS_BAD : status;
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
		    "pairs of whom the model does not know one"),
		RS_OPT_CHOICE('f', "format", FORMATS, &o.format,
		    "what comes out (default: what went in)"),
		RS_OPT_FLAG(0, "header", &o.header,
		    "begin csv or tsv with the names of the columns"),
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
	j.m = rs_model_begin(o.model, o.dir);
	find_bounds(&j);
	j.pool = rs_pool_new((int)o.threads);
	j.user = rs_alloc(BATCH * sizeof(*j.user));
	j.item = rs_alloc(BATCH * sizeof(*j.item));
	j.score = rs_alloc(BATCH * sizeof(*j.score));
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
