/* rs-topk: the best items for everybody who asks. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/pool.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "cli/tool.h"
#include "data/ascending.h"
#include "data/csr.h"
#include "data/dict.h"
#include "io/feed.h"
#include "io/request.h"
#include "model/answer.h"
#include "model/model.h"
#include "model/recommend.h"

enum { COLD_POPULAR, COLD_NONE, COLD_ERROR };

/* A batch is answered when it is full, or when nobody asks just now. */
enum {
	BATCH = 3840,		/* requests: sixteen tasks of the kernel */
	BATCH_HITS = 8 << 20,	/* room for answers, 64 MiB */
	BATCH_ITEMS = 4 << 20,	/* items of those who are new */
};

static const char *const FORMATS[] = { "csv", "tsv", "jsonl", "trec",
	"stream", NULL };
static const char *const COLD[] = { "popular", "none", "error", NULL };

static struct {
	const char *model, *dir, *output, *only;
	uint64_t k, threads;
	struct rs_list without;
	bool all, header, label, flag, keep_seen, similar;
	int format, cold;
} o = { .k = 10 };

/* One request, until its batch is answered. */
struct question {
	uint64_t line;
	struct rs_asker who;
	char *own;		/* the id, where no dictionary has it */
	size_t items;		/* where those of someone new begin */
	struct rs_err error;	/* what is wrong with it, if anything is */
};

struct job {
	struct rs_model *m;
	struct rs_pool *pool;
	struct rs_csr without;
	uint32_t *only;
	size_t n_only;
	struct rs_recommender *rec;
	struct rs_sink *sink;
	struct rs_writer *writer;
	struct rs_answers *answers;
	const char *input;	/* the name of where requests come from */

	/* The batch. */
	struct question *question;
	struct rs_wish *wish;
	struct rs_hit *hits;
	size_t *count;
	bool *fallback;
	struct rs_err *why;
	size_t n, room;		/* requests; the longest list wanted */
	size_t hits_room;
	uint32_t *items;
	size_t n_items, items_room;

	uint64_t asked, failed, cold, strange;
};

static void
open_model(struct job *j)
{
	j->m = rs_model_begin(o.model, o.dir);
	if (!o.all || o.format != RS_ANSWER_STREAM) {
		rs_model_need_ids(j->m, RS_ITEM);
		if (!o.similar)
			rs_model_need_ids(j->m, RS_USER);
	}
	if (!o.keep_seen && !o.similar && !rs_model_has_seen(j->m))
		rs_misuse("%s does not hold the training pairs, which are to "
		    "be left out: give --keep-seen, and -x TRAIN to leave "
		    "them out all the same", o.model);
}

/* -x: pairs, or items that nobody gets. */
static void
read_without(struct job *j, const char *path, struct rs_csr_builder *b,
    uint8_t *allowed)
{
	struct rs_reader *r = rs_side("exclude", path,
	    "?user:u32|str item:u32|str");
	uint32_t *user = rs_alloc(RS_BLOCK_ROWS * sizeof(*user));
	uint32_t *item = rs_alloc(RS_BLOCK_ROWS * sizeof(*item));
	struct rs_block *block;
	struct rs_err e;

	while ((block = rs_read(r)) != NULL) {
		const struct rs_vec *u = rs_block_get(block, "user");

		rs_model_column(j->m, RS_ITEM, rs_block_get(block, "item"),
		    block->rows, item);
		if (u != NULL)
			rs_model_column(j->m, RS_USER, u, block->rows, user);
		for (size_t i = 0; i < block->rows; i++) {
			if (item[i] == RS_DICT_NONE)
				continue;
			if (u == NULL)
				allowed[item[i]] = 0;
			else if (user[i] != RS_DICT_NONE &&
			    rs_csr_builder_add(b, user[i], item[i], 1, &e) < 0)
				rs_bad("%s: %s", path, e.text);
		}
	}
	rs_model_belongs(j->m, r);
	rs_reader_close(r);
	free(user);
	free(item);
}

/* --only: a stream of items, or a dictionary. */
static void
read_only(struct job *j, uint8_t *allowed)
{
	struct rs_reader *r = rs_side("only", o.only,
	    "?item:u32|str ?id:str");
	uint32_t *item = rs_alloc(RS_BLOCK_ROWS * sizeof(*item));
	uint64_t unknown = 0;
	struct rs_block *block;

	while ((block = rs_read(r)) != NULL) {
		const struct rs_vec *v = rs_block_get(block, "item");

		if (v == NULL)
			v = rs_block_get(block, "id");
		if (v == NULL)
			rs_bad("%s: has no column item", o.only);
		rs_model_column(j->m, RS_ITEM, v, block->rows, item);
		for (size_t i = 0; i < block->rows; i++) {
			if (item[i] != RS_DICT_NONE)
				allowed[item[i]] = 1;
			else
				unknown++;
		}
	}
	rs_model_belongs(j->m, r);
	rs_reader_close(r);
	free(item);
	if (unknown > 0)
		rs_note("%s: %" PRIu64 " rows name items that the model does "
		    "not know", o.only, unknown);
}

static void
read_restrictions(struct job *j)
{
	const struct rs_csr_opts opts = {
		.repeats = RS_REPEATS_DISTINCT,
		.users = rs_model_users(j->m),
		.items = rs_model_items(j->m),
	};
	const size_t items = rs_model_items(j->m);
	struct rs_csr_builder *b = rs_csr_builder_new(&opts);
	uint8_t *allowed = rs_alloc(items);
	struct rs_err e;

	memset(allowed, o.only == NULL, items);
	if (o.only != NULL)
		read_only(j, allowed);
	for (size_t i = 0; i < o.without.n; i++)
		read_without(j, o.without.item[i], b, allowed);
	if (rs_csr_builder_done(b, j->pool, &j->without, &e) < 0)
		rs_bad("-x: %s", e.text);
	j->only = rs_alloc(rs_size(items, sizeof(*j->only)));
	for (size_t i = 0; i < items; i++)
		if (allowed[i])
			j->only[j->n_only++] = (uint32_t)i;
	free(allowed);
}

static void
open_recommender(struct job *j)
{
	const bool all = j->n_only == rs_model_items(j->m);
	const struct rs_recommend_opts opts = {
		.keep_seen = o.keep_seen,
		.similar = o.similar,
		.without = &j->without,
		.only = all ? NULL : j->only,
		.n_only = j->n_only,
	};
	struct rs_err e;

	j->rec = rs_recommender_new(j->m, &opts, j->pool, &e);
	if (j->rec == NULL)
		rs_misuse("%s", e.text);
}

static void
open_output(struct job *j)
{
	const struct rs_answer_opts opts = {
		.format = (enum rs_answer_format)o.format,
		.similar = o.similar,
		.header = o.header,
		.label = o.label,
		.flag = o.flag,
		.items = rs_model_dict(j->m, RS_ITEM),
	};
	struct rs_head *head;

	if (o.label && (opts.items == NULL || !rs_dict_labelled(opts.items)))
		rs_misuse("--label: the items of %s have no labels "
		    "(rs-index --labels)", o.dir != NULL ? o.dir : o.model);
	if (o.format != RS_ANSWER_STREAM) {
		j->sink = rs_sink_open(o.output);
	} else {
		head = rs_head_new();
		rs_answers_columns(&opts, head);
		j->writer = rs_out(o.output, head);
		rs_head_free(head);
		rs_model_origin(j->writer, j->m);
	}
	j->answers = rs_answers_new(&opts, j->sink, j->writer);
}

static void
report(struct job *j, const struct question *q, const char *why)
{
	j->failed++;
	if (q->line > 0)
		rs_say("%s:%" PRIu64 ": %s", j->input, q->line, why);
	else
		rs_say("%s", why);
	rs_answers_fail(j->answers, why);
}

static void
answer_one(struct job *j, size_t i)
{
	const struct question *q = &j->question[i];
	struct rs_err e;

	if (q->error.text[0] != '\0')
		report(j, q, q->error.text);
	else if (j->count[i] == RS_WISH_FAILED)
		report(j, q, j->why[i].text);
	else if (rs_answers_put(j->answers, &q->who, j->hits + i * j->room,
	    j->count[i], j->fallback[i], &e) < 0)
		report(j, q, e.text);
	else
		j->cold += j->fallback[i];
}

static void
answer_batch(struct job *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->wish[i].kind == RS_WISH_ITEMS)
			j->wish[i].item = j->items + j->question[i].items;
	rs_grow(&j->hits, &j->hits_room, rs_size(j->n, j->room),
	    sizeof(*j->hits));
	rs_recommend(j->rec, j->wish, j->n, j->hits, j->room, j->count,
	    j->fallback, j->why);
	for (size_t i = 0; i < j->n; i++) {
		answer_one(j, i);
		free(j->question[i].own);
	}
	j->asked += j->n;
	j->n = j->room = j->n_items = 0;
}

/* The next place in the batch, for a list of k at most.  Whoever it is for
 * gets nothing unless the wish is set. */
static struct rs_wish *
next_wish(struct job *j, uint64_t line, uint64_t k)
{
	const size_t items = rs_recommender_items(j->rec);
	const size_t most = k < items ? (size_t)k : items;
	const size_t room = most > j->room ? most : j->room;

	if (j->n == BATCH || j->n_items > BATCH_ITEMS ||
	    (j->n > 0 && room > BATCH_HITS / (j->n + 1))) {
		answer_batch(j);
		j->room = most;
	} else
		j->room = room;
	j->question[j->n] = (struct question){
		.line = line,
		.who.index = RS_DICT_NONE,
		.items = j->n_items,
	};
	j->wish[j->n] = (struct rs_wish){ .kind = RS_WISH_NOBODY, .k = most };
	return &j->wish[j->n++];
}

/* Somebody the model does not know. */
static void
treat_cold(struct rs_wish *w, struct question *q, const char *what)
{
	if (o.cold == COLD_NONE)
		w->k = 0;
	if (o.cold != COLD_ERROR)
		return;
	w->k = 0;
	if (q->who.id != NULL)
		rs_fail(&q->error, "unknown %s %.*s", what,
		    (int)(q->who.n < 200 ? q->who.n : 200), q->who.id);
	else
		rs_fail(&q->error, "none of the items is known");
}

/* Items like this one, or items for this user. */
static void
ask_known(struct job *j, struct rs_wish *w, struct question *q,
    const struct rs_request_id *id)
{
	const enum rs_side side = o.similar ? RS_ITEM : RS_USER;

	q->own = rs_memdup(id->p, id->n);
	q->who = (struct rs_asker){ q->own, id->n,
	    rs_model_find(j->m, side, id->p, id->n) };
	if (q->who.index == RS_DICT_NONE) {
		treat_cold(w, q, o.similar ? "item" : "user");
		return;
	}
	w->kind = o.similar ? RS_WISH_SIMILAR : RS_WISH_USER;
	w->index = q->who.index;
}

static void
ask_new(struct job *j, struct rs_wish *w, struct question *q,
    const struct rs_request_ids *ids)
{
	uint32_t *list;
	size_t n = 0;

	rs_grow(&j->items, &j->items_room, j->n_items + ids->n + 1,
	    sizeof(*j->items));
	list = j->items + j->n_items;
	for (size_t i = 0; i < ids->n; i++) {
		list[n] = rs_model_find(j->m, RS_ITEM, ids->id[i].p,
		    ids->id[i].n);
		n += list[n] != RS_DICT_NONE;
	}
	j->strange += ids->n - n;
	if (n == 0) {
		treat_cold(w, q, "user");
		return;
	}
	rs_ascending_sort(list, n);
	for (size_t i = 0; i < n; i++)
		if (w->n == 0 || list[w->n - 1] != list[i])
			list[w->n++] = list[i];
	w->kind = RS_WISH_ITEMS;
	j->n_items += w->n;
}

/* Whether the request asks for something that we give; a sentence if not. */
static const char *
misfit(const struct rs_request *r)
{
	if (r->bare)
		return NULL;
	if (o.similar)
		return !r->item.given || r->item.list ?
		    "--similar wants one item_id" : NULL;
	if (r->user.given && r->items.given)
		return "both user_id and items";
	if (r->user.given ? r->user.list : !r->items.given)
		return "wanted is one user_id, or items";
	return NULL;
}

static void
ask(struct job *j, struct rs_request *r, uint64_t line, const char *p,
    size_t n)
{
	struct rs_err e = { "" };
	const bool good = rs_request_parse(r, p, n, &e) == 0;
	const char *why = good ? misfit(r) : e.text;
	struct rs_wish *w = next_wish(j, line, why != NULL ? 0 :
	    r->top_n > 0 ? r->top_n : o.k);
	struct question *q = &j->question[w - j->wish];

	if (why != NULL)
		rs_fail(&q->error, "%s", why);
	else if (o.similar)
		ask_known(j, w, q, &r->item.id[0]);
	else if (r->user.given)
		ask_known(j, w, q, &r->user.id[0]);
	else
		ask_new(j, w, q, &r->items);
}

static void
ask_lines(struct job *j)
{
	struct rs_request r = { 0 };
	struct rs_source *s = rs_source_in("-");
	struct rs_feed *f;
	const char *line;
	size_t n;
	int more;

	/* A common slip. */
	if (rs_stream_ahead(s))
		rs_bad("%s: a stream, and requests are lines of text",
		    rs_source_name(s));
	f = rs_feed_of(s, RS_REQUEST_MAX);
	j->input = rs_feed_name(f);
	while ((more = rs_feed_next(f, &line, &n)) == 1) {
		if (n > 0)
			ask(j, &r, rs_feed_number(f), line, n);
		if (rs_feed_waits(f)) {
			answer_batch(j);
			rs_answers_flush(j->answers);
		}
	}
	answer_batch(j);
	rs_answers_flush(j->answers);
	if (more < 0)
		rs_bad("%s", rs_feed_err(f)->text);
	rs_request_free(&r);
	rs_feed_close(f);
}

static void
ask_all(struct job *j)
{
	const enum rs_side side = o.similar ? RS_ITEM : RS_USER;
	const struct rs_dict *d = rs_model_dict(j->m, side);
	const uint64_t n = o.similar ? rs_model_items(j->m) :
	    rs_model_users(j->m);

	for (uint32_t i = 0; i < n; i++) {
		struct rs_wish *w = next_wish(j, 0, o.k);
		struct rs_asker *who = &j->question[w - j->wish].who;

		w->kind = o.similar ? RS_WISH_SIMILAR : RS_WISH_USER;
		w->index = who->index = i;
		if (d != NULL)
			who->id = rs_dict_name(d, i, &who->n);
		if (j->n == 1)
			rs_progress(i, n, o.similar ? "items" : "users");
	}
	answer_batch(j);
}

static void
check_options(void)
{
	if (o.format == RS_ANSWER_STREAM && o.label)
		rs_misuse("--label: a stream has indices, and rs-cat -D "
		    "labels them");
	if (o.header && o.format != RS_ANSWER_CSV &&
	    o.format != RS_ANSWER_TSV)
		rs_misuse("--header is for csv and tsv");
	if (o.format == RS_ANSWER_TREC && (o.label || o.flag))
		rs_misuse("--label and --flag: a TREC run has no room for "
		    "them");
	if (o.similar && o.keep_seen)
		rs_misuse("--keep-seen does nothing with --similar");
}

static int
finish(struct job *j)
{
	char asked[RS_NUM_MAX], n[RS_NUM_MAX];
	int status;

	rs_commas(asked, j->asked);
	if (j->cold > 0)
		rs_note("the model knows nothing of %s of %s who ask: they "
		    "get %s", rs_commas(n, j->cold), asked,
		    o.cold == COLD_NONE ? "nothing" : "what is popular");
	if (j->strange > 0)
		rs_note("%s items of those who are new are unknown to the "
		    "model", rs_commas(n, j->strange));
	if (j->failed > 0)
		rs_say("%s of %s requests failed", rs_commas(n, j->failed),
		    asked);
	rs_answers_free(j->answers);
	if (j->sink != NULL)
		rs_sink_close(j->sink);
	if (j->writer != NULL && j->failed > 0) {
		rs_writer_abort(j->writer);
		j->writer = NULL;
	}
	status = rs_end(NULL, j->writer);
	rs_recommender_free(j->rec);
	rs_csr_free(&j->without);
	rs_model_end(j->m);
	rs_pool_free(j->pool);
	free(j->only);
	free(j->question);
	free(j->wish);
	free(j->hits);
	free(j->count);
	free(j->fallback);
	free(j->why);
	free(j->items);
	return j->failed > 0 ? RS_BAD : status;
}

int
main(int argc, char **argv)
{
	static struct job j;
	const struct rs_opt opts[] = {
		RS_OPT_MODEL(&o.model),
		RS_OPT_COUNT('k', "list", "N", &o.k, 1, RS_TOP_N_MAX,
		    "items a list, where a request does not say"),
		RS_OPT_MODEL_IDS(&o.dir),
		RS_OPT_FLAG(0, "all", &o.all,
		    "a list for every user of the model; stdin is not read"),
		RS_OPT_FLAG(0, "similar", &o.similar,
		    "requests are items; answer with items like them"),
		RS_OPT_CHOICE('f', "format", FORMATS, &o.format,
		    "what answers look like"),
		RS_OPT_HEADER(&o.header),
		RS_OPT_FLAG(0, "label", &o.label,
		    "add the labels of the items"),
		RS_OPT_FLAG(0, "flag", &o.flag,
		    "add a column fallback: 1 where the items are but "
		    "popular"),
		RS_OPT_FLAG(0, "keep-seen", &o.keep_seen,
		    "do not leave out the pairs of train"),
		RS_OPT_FILES('x', "exclude", "FILE", &o.without,
		    "leave out the pairs (or items) of this stream; may be "
		    "repeated"),
		RS_OPT_FILE(0, "only", "FILE", &o.only,
		    "recommend none but the items of this stream"),
		RS_OPT_CHOICE(0, "cold", COLD, &o.cold,
		    "what those get of whom the model knows nothing"),
		RS_OPT_OUTPUT(&o.output),
		RS_OPT_THREADS(&o.threads),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};

	o.threads = (uint64_t)rs_cpus();
	rs_begin(argc, argv, "the best items for everybody who asks", opts);
	check_options();
	open_model(&j);
	j.pool = rs_pool_new((int)o.threads);
	read_restrictions(&j);
	open_recommender(&j);
	open_output(&j);
	j.question = rs_alloc(BATCH * sizeof(*j.question));
	j.wish = rs_alloc(BATCH * sizeof(*j.wish));
	j.count = rs_alloc(BATCH * sizeof(*j.count));
	j.fallback = rs_alloc(BATCH * sizeof(*j.fallback));
	j.why = rs_alloc(BATCH * sizeof(*j.why));
	if (o.all)
		ask_all(&j);
	else
		ask_lines(&j);
	return finish(&j);
}
