/* rs-eval: what recommendations are worth on held-out interactions. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/num.h"
#include "cli/dicts.h"
#include "cli/tool.h"
#include "data/csr.h"
#include "data/ids.h"
#include "data/lists.h"
#include "io/format.h"
#include "io/table.h"
#include "io/triples.h"
#include "model/evaluate.h"
#include "rank/bootstrap.h"

enum {
	SHOWN = 3,		/* offending pairs that a message names */
	PARTS = 3,		/* evaluations in one answer */
};
enum format { TSV, JSON };

static const char *const format_names[] = { "tsv", "json", NULL };
static const char *const SIDE[2] = { "user", "item" };

static struct {
	const char *model, *recs, *scored, *test, *dir, *train, *metrics,
	    *candidates, *per_user, *output;
	bool keep_seen;
	int ties, format;
	double threshold;
	uint64_t threads, seed;
} o = { .threshold = 0.5, .seed = 1 };

/* A line of the answer. */
struct row {
	char name[RS_METRIC_NAME_MAX + 64];
	double value, low, high;	/* NaN: none */
	uint64_t users;
};

struct job {
	struct rs_pool *pool;
	struct rs_model *model;		/* or NULL */
	struct rs_dict *dict[2];	/* of -D, or NULL */
	struct rs_ids *ids[2];
	struct rs_metrics ms;
	struct rs_csr test, train;
	bool have_train;
	const uint32_t *borrowed;	/* train.item where it is the model's */
	uint64_t items;			/* that can be recommended */
	struct rs_eval_ask ask;
	uint64_t sampled;		/* N of :sN, 0: no candidates */
	uint64_t test_users, idle_users;	/* with and without test items */
	uint64_t leaked, strange_users, strange_items;	/* test pairs */
	struct rs_eval part[PARTS];	/* what is asked, then baselines */
	const char *who[PARTS];
	size_t parts;
	double *weight;			/* pairs a user, of --scored */
	struct row *row;
	size_t rows;
};

/* Ids. */

static const char *
name_of(const struct job *j, int side, uint32_t i, struct rs_buf *b)
{
	char room[RS_NUM_MAX];
	size_t n;
	const char *p = rs_ids_name(j->ids[side], i, room, &n);

	b->len = 0;
	rs_buf_put(b, p, n);
	return b->data;
}

static _Noreturn void
bad_pair(const struct job *j, const char *where, uint32_t user, uint32_t item,
    const char *what)
{
	struct rs_buf u = { 0 }, i = { 0 };

	rs_bad("%s: user %s, item %s: %s", where, name_of(j, 0, user, &u),
	    name_of(j, 1, item, &i), what);
}

static void
open_ids(struct job *j)
{
	struct rs_err e;

	for (int s = 0; s < 2; s++) {
		const struct rs_dict *d = NULL;
		uint64_t base = 0;

		if (o.dir != NULL)
			d = j->dict[s] = rs_dict_side(o.dir, SIDE[s]);
		if (j->model != NULL) {
			base = s == RS_USER ? rs_model_users(j->model) :
			    rs_model_items(j->model);
			if (d != NULL && rs_model_use(j->model,
			    (enum rs_side)s, d, &e) < 0)
				rs_bad("%s", e.text);
			d = rs_model_dict(j->model, (enum rs_side)s);
		}
		j->ids[s] = rs_ids_new(d, base);
	}
}

/* Refuse indices that are not those of the model or the dictionaries: before
 * the first row, as far as the header says, and behind the last. */
static void
check_belongs(const struct job *j, const struct rs_reader *r, bool ended)
{
	const struct rs_lines *lines = ended ? rs_reader_end(r) :
	    &rs_reader_head(r)->lines;
	struct rs_err e;

	for (int s = 0; s < 2; s++) {
		const int c = rs_head_find(rs_reader_head(r), SIDE[s]);

		if (c < 0 || rs_reader_head(r)->column[c].type != RS_U32)
			continue;
		if (j->dict[s] != NULL &&
		    rs_dict_check(j->dict[s], SIDE[s], lines, &e) < 0)
			rs_bad("%s: %s", rs_reader_name(r), e.text);
		if (j->dict[s] == NULL && j->model != NULL &&
		    rs_dict_agree(SIDE[s], lines,
		    rs_model_lines(j->model), &e) < 0)
			rs_bad("%s and %s: %s", rs_reader_name(r), o.model,
			    e.text);
	}
}

/* The indices of one column of a block. */
static void
take_column(const struct job *j, const struct rs_reader *r, int side,
    const struct rs_block *b, uint32_t *out)
{
	const struct rs_vec *v = rs_block_get(b, SIDE[side]);
	const uint64_t base = rs_ids_base(j->ids[side]);

	if (v->type == RS_STR && j->model != NULL &&
	    rs_model_dict(j->model, (enum rs_side)side) == NULL)
		rs_misuse("%s has ids, but %s has only indices: name the "
		    "dictionaries with -D", rs_reader_name(r), o.model);
	rs_ids_column(j->ids[side], v, b->rows, out);
	if (v->type == RS_STR || j->dict[side] == NULL)
		return;
	for (size_t i = 0; i < b->rows; i++)
		if (out[i] >= base)
			rs_bad("%s: row %" PRIu64 ": %s %" PRIu32 ", but the "
			    "dictionary has %" PRIu64 " ids",
			    rs_reader_name(r), b->first + i + 1, SIDE[side],
			    v->u32[i], base);
}

static double
cell(const struct rs_vec *v, size_t i)
{
	switch (v->type) {
	case RS_U8:
		return v->u8[i];
	case RS_U32:
		return v->u32[i];
	case RS_I64:
		return (double)v->i64[i];
	case RS_F32:
		return (double)v->f32[i];
	default:
		return (double)NAN;
	}
}

/* Streams of pairs. */

enum { ROWS = RS_BLOCK_ROWS };

/* The pairs of a stream, but those whose label is 0: weight names the column
 * to keep (the last of equal pairs counts), NULL: none. */
static void
load_pairs(struct job *j, const char *role, const char *path,
    const char *weight, struct rs_csr *m)
{
	struct rs_reader *r = rs_side(role, path, "user:u32|str item:u32|str "
	    "?label:u8|u32|i64|f32 ?value:u8|u32|i64|f32");
	const struct rs_csr_opts opts = { .repeats = weight != NULL ?
	    RS_REPEATS_LAST : RS_REPEATS_DISTINCT };
	struct rs_csr_builder *b = rs_csr_builder_new(&opts);
	uint32_t *user = rs_alloc(ROWS * sizeof(*user));
	uint32_t *item = rs_alloc(ROWS * sizeof(*item));
	struct rs_err e;

	check_belongs(j, r, false);
	for (struct rs_block *k; (k = rs_read(r)) != NULL; ) {
		const struct rs_vec *label = rs_block_get(k, "label");
		const struct rs_vec *w = weight != NULL ?
		    rs_block_get(k, weight) : NULL;

		take_column(j, r, 0, k, user);
		take_column(j, r, 1, k, item);
		for (size_t i = 0; i < k->rows; i++) {
			if (weight == NULL && label != NULL &&
			    !(cell(label, i) > 0))
				continue;
			if (rs_csr_builder_add(b, user[i], item[i], w != NULL ?
			    (float)cell(w, i) : 1, &e) < 0)
				rs_bad("%s: %s", path, e.text);
		}
	}
	check_belongs(j, r, true);
	if (rs_csr_builder_done(b, j->pool, m, &e) < 0)
		rs_bad("%s: %s", path, e.text);
	rs_reader_close(r);
	free(user);
	free(item);
}

/* The training pairs that the model keeps, as a matrix over its memory. */
static void
borrow_seen(struct job *j)
{
	const uint64_t users = rs_model_users(j->model);
	size_t n;

	j->train = (struct rs_csr){ .users = users,
	    .items = rs_model_items(j->model) };
	j->train.start = rs_zalloc(rs_size(users + 1, sizeof(uint64_t)));
	if (users > 0)
		j->borrowed = rs_model_seen(j->model, 0, &n);
	j->train.item = (uint32_t *)(uintptr_t)j->borrowed;
	for (uint64_t u = 0; u < users; u++) {
		const uint32_t *item = rs_model_seen(j->model, (uint32_t)u,
		    &n);

		assert(n == 0 || item == j->borrowed + j->train.start[u]);
		(void)item;
		j->train.start[u + 1] = j->train.start[u] + n;
	}
	j->train.nnz = j->train.start[users];
	j->have_train = true;
}

static void
load_train(struct job *j)
{
	if (o.train != NULL) {
		load_pairs(j, "train", o.train, NULL, &j->train);
		j->have_train = true;
	} else if (j->model != NULL && rs_model_has_seen(j->model)) {
		borrow_seen(j);
	} else if (j->model != NULL && !o.keep_seen && o.candidates == NULL) {
		rs_misuse("%s does not keep its training pairs: name them with "
		    "--train, or recommend seen items with --keep-seen",
		    o.model);
	}
}

/* What is odd about the test pairs. */

static bool
holds(const struct rs_csr *m, uint32_t user, uint32_t item)
{
	const uint32_t *p;
	uint64_t n;

	if (user >= m->users)
		return false;
	p = rs_csr_items(m, user);
	n = rs_csr_count(m, user);
	while (n > 0) {
		const uint64_t half = n / 2;

		if (p[half] == item)
			return true;
		if (p[half] < item) {
			p += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return false;
}

struct odd {
	uint64_t n;
	struct rs_buf shown;
};

static void
note_odd(const struct job *j, struct odd *odd, uint32_t user, uint32_t item)
{
	struct rs_buf u = { 0 }, i = { 0 };

	if (odd->n++ >= SHOWN)
		return;
	rs_buf_printf(&odd->shown, "%suser %s item %s",
	    odd->n > 1 ? ", " : "", name_of(j, 0, user, &u),
	    name_of(j, 1, item, &i));
	rs_buf_free(&u);
	rs_buf_free(&i);
}

static uint64_t
tell_odd(struct odd *odd, uint64_t all, const char *what)
{
	char a[RS_NUM_MAX], b[RS_NUM_MAX];

	if (odd->n > 0)
		rs_note("test pairs %s: %s of %s (%s%s)", what,
		    rs_commas(a, odd->n), rs_commas(b, all),
		    odd->shown.data, odd->n > SHOWN ? ", ..." : "");
	rs_buf_free(&odd->shown);
	return odd->n;
}

/* Everybody of whom the model, the dictionary or train knows, but those with
 * test items. */
static void
count_users(struct job *j)
{
	uint64_t all = rs_ids_base(j->ids[0]);
	char a[RS_NUM_MAX];

	if (all == 0)
		all = j->train.users;
	for (uint64_t u = 0; u < j->test.users; u++)
		j->test_users += rs_csr_count(&j->test, u) > 0;
	for (uint64_t u = 0; u < all; u++)
		j->idle_users += u >= j->test.users ||
		    rs_csr_count(&j->test, u) == 0;
	if (j->idle_users > 0 && rs_verbose())
		rs_note("users without test items: %s",
		    rs_commas(a, j->idle_users));
}

static void
report_test(struct job *j)
{
	struct odd leak = { 0 }, item = { 0 }, user = { 0 };
	const bool model = j->model != NULL;

	for (uint64_t u = 0; u < j->test.users; u++)
		for (uint64_t p = j->test.start[u]; p < j->test.start[u + 1];
		    p++) {
			const uint32_t i = j->test.item[p];

			if (j->have_train && holds(&j->train, (uint32_t)u, i))
				note_odd(j, &leak, (uint32_t)u, i);
			if (model && u >= rs_model_users(j->model))
				note_odd(j, &user, (uint32_t)u, i);
			else if (model && i >= rs_model_items(j->model))
				note_odd(j, &item, (uint32_t)u, i);
		}
	j->leaked = tell_odd(&leak, j->test.nnz, j->ask.seen != NULL && model ?
	    "that are also in train, counted as missed" :
	    "that are also in train");
	j->strange_users = tell_odd(&user, j->test.nnz, "of users that the "
	    "model does not know, counted as missed");
	j->strange_items = tell_odd(&item, j->test.nnz, "of items that the "
	    "model does not know, counted as missed");
	count_users(j);
}

/* Recommendations. */

static void
add_list_rows(const struct job *j, struct rs_lists_builder *b,
    struct rs_reader *r)
{
	uint32_t *user = rs_alloc(ROWS * sizeof(*user));
	uint32_t *item = rs_alloc(ROWS * sizeof(*item));

	rs_demand(r, "user:u32|str item:u32|str ?score:f32");
	check_belongs(j, r, false);
	for (struct rs_block *k; (k = rs_read(r)) != NULL; ) {
		const struct rs_vec *score = rs_block_get(k, "score");

		take_column(j, r, 0, k, user);
		take_column(j, r, 1, k, item);
		for (size_t i = 0; i < k->rows; i++) {
			const double s = score != NULL ? cell(score, i) : 0;

			if (s != s)
				bad_pair(j, o.recs, user[i], item[i],
				    "its score is not a number");
			rs_lists_add(b, user[i], item[i], s);
		}
	}
	check_belongs(j, r, true);
	free(user);
	free(item);
}

static void
add_list_lines(const struct job *j, struct rs_lists_builder *b,
    struct rs_triples *t)
{
	struct rs_triple row;
	int more;

	while ((more = rs_triples_next(t, &row)) == 1) {
		if (rs_triples_scored(t) && row.score != row.score)
			rs_bad("%s:%" PRIu64 ": no score", o.recs, row.line);
		rs_lists_add(b, rs_ids_str(j->ids[0], row.user, row.users),
		    rs_ids_str(j->ids[1], row.item, row.items),
		    rs_triples_scored(t) ? row.score : 0);
	}
	if (more < 0)
		rs_bad("%s", rs_triples_err(t)->text);
}

/* A stream begins with its magic; everything else is text. */
static struct rs_source *
open_either(const char *path, bool *stream)
{
	struct rs_err e;
	struct rs_source *s = rs_source_open(path, &e);
	char head[RS_MAGIC_SIZE];

	if (s == NULL)
		rs_die("%s", e.text);
	*stream = rs_source_peek(s, head, sizeof(head)) ==
	    (ssize_t)sizeof(head) && memcmp(head, RS_MAGIC, sizeof(head)) == 0;
	return s;
}

static struct rs_reader *
reader_of(struct rs_source *s)
{
	struct rs_err e;
	struct rs_reader *r = rs_reader_of(s, &e);

	if (r == NULL)
		rs_bad("%s", e.text);
	return r;
}

static void
load_lists(struct job *j, struct rs_lists *l)
{
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice;
	bool stream, scored = true;
	struct rs_source *s = open_either(o.recs, &stream);

	if (stream) {
		struct rs_reader *r = reader_of(s);

		add_list_rows(j, b, r);
		scored = rs_head_find(rs_reader_head(r), "score") >= 0;
		rs_reader_close(r);
	} else {
		struct rs_triples *t = rs_triples_of(s);

		add_list_lines(j, b, t);
		scored = rs_triples_scored(t);
		rs_triples_close(t);
	}
	if (rs_lists_done(b, 0, l, &twice) < 0)
		bad_pair(j, o.recs, twice.user, twice.item,
		    "is twice in the list");
	/* Without scores the order of the file is all there is. */
	if (!scored)
		j->ask.ties = RS_TIES_INDEX;
}

static void
report_lists(const struct job *j, const struct rs_lists *l)
{
	uint64_t without = 0, idle = 0, seen = 0;
	char a[RS_NUM_MAX];

	for (uint64_t u = 0; u < j->test.users || u < l->users; u++) {
		const bool test = u < j->test.users &&
		    rs_csr_count(&j->test, u) > 0;
		const bool list = u < l->users &&
		    l->start[u + 1] > l->start[u];

		without += test && !list;
		idle += list && !test;
		for (uint64_t p = list ? l->start[u] : 0;
		    list && j->have_train && p < l->start[u + 1]; p++)
			seen += holds(&j->train, (uint32_t)u, l->item[p]);
	}
	if (without > 0)
		rs_note("users with test items but without recommendations, "
		    "counted as missed: %s", rs_commas(a, without));
	if (idle > 0 && rs_verbose())
		rs_note("users with recommendations but without test items: "
		    "%s", rs_commas(a, idle));
	if (seen > 0 && !o.keep_seen)
		rs_note("recommendations of items that the user has in train: "
		    "%s", rs_commas(a, seen));
}

/* Candidates. */

static void
load_cases(struct job *j, struct rs_cases *c)
{
	struct rs_reader *r = rs_side("candidates", o.candidates,
	    "user:u32|str item:u32|str ?label:u8|u32|i64|f32");
	const bool labelled = rs_head_find(rs_reader_head(r), "label") >= 0;
	struct rs_cases_builder *b = rs_cases_builder_new(labelled);
	uint32_t *user = rs_alloc(ROWS * sizeof(*user));
	uint32_t *item = rs_alloc(ROWS * sizeof(*item));
	struct rs_cases_count count;
	struct rs_list_row stray;
	char text[2][RS_NUM_MAX];

	check_belongs(j, r, false);
	for (struct rs_block *k; (k = rs_read(r)) != NULL; ) {
		const struct rs_vec *label = rs_block_get(k, "label");

		take_column(j, r, 0, k, user);
		take_column(j, r, 1, k, item);
		for (size_t i = 0; i < k->rows; i++)
			if (rs_cases_add(b, user[i], item[i], label != NULL &&
			    cell(label, i) > 0) < 0)
				bad_pair(j, o.candidates, user[i], item[i],
				    "a negative without its positive before "
				    "it");
	}
	check_belongs(j, r, true);
	rs_reader_close(r);
	free(user);
	free(item);
	if (rs_cases_done(b, &j->test, c, &count, &stray) < 0)
		bad_pair(j, o.candidates, stray.user, stray.item,
		    "a positive that is no test item");
	if (c->n == 0)
		rs_bad("%s: has no candidates for any user with test items",
		    o.candidates);
	if (count.own > 0)
		rs_note("candidates that are their own user's test items, "
		    "left out: %s", rs_commas(text[0], count.own));
	if (count.twice > 0)
		rs_note("candidates that stand twice in a list, counted "
		    "once: %s", rs_commas(text[0], count.twice));
	if (count.strangers > 0)
		rs_note("lists of candidates of users without test items, "
		    "left out: %s", rs_commas(text[0], count.strangers));
	if (count.fewest != count.most)
		rs_note("negatives in a list: from %s to %s",
		    rs_commas(text[0], count.fewest),
		    rs_commas(text[1], count.most));
	j->sampled = count.negatives;
	if (j->ms.sampled != 0 && j->ms.sampled != count.negatives)
		rs_misuse("the metrics say :s%" PRIu64 ", but a list has %"
		    PRIu64 " negatives", j->ms.sampled, count.negatives);
}

/* Test users whom no case is of. */
static void
report_cases(const struct job *j, const struct rs_eval *v)
{
	char a[RS_NUM_MAX];

	if (j->test_users > v->users)
		rs_note("users with test items but without candidates, left "
		    "out: %s", rs_commas(a, j->test_users - v->users));
}

/* The answer. */

/* Keep an evaluation for the answer; v is the job's now. */
static void
add_part(struct job *j, const char *who, struct rs_eval *v)
{
	assert(j->parts < PARTS);
	assert(j->parts == 0 || v->users == j->part[0].users);
	j->who[j->parts] = who;
	j->part[j->parts++] = *v;
}

/* The values of all parts side by side, (users, parts x metrics): yours. */
static double *
join_parts(const struct job *j)
{
	const size_t n = j->ms.n, wide = j->parts * n;
	double *all = rs_alloc(rs_size(rs_size(j->part[0].users, wide),
	    sizeof(*all)) + 1);

	for (size_t p = 0; p < j->parts; p++)
		for (size_t u = 0; u < j->part[p].users; u++)
			memcpy(all + u * wide + p * n,
			    j->part[p].value + u * n, n * sizeof(*all));
	return all;
}

static void
name_row(const struct job *j, const char *who, const struct rs_metric *m,
    struct row *r)
{
	if (j->sampled > 0)
		snprintf(r->name, sizeof(r->name), "%s%s:s%" PRIu64, who,
		    m->name, j->sampled);
	else
		snprintf(r->name, sizeof(r->name), "%s%s", who, m->name);
}

/* One line for each metric of each part.  All share the draws of the
 * bootstrap. */
static void
make_rows(struct job *j)
{
	const size_t n = j->ms.n, wide = j->parts * n;
	double *all = join_parts(j);
	const struct rs_sample s = { j->part[0].users, wide, all, j->weight };
	double *mean = rs_alloc(rs_size(3 * wide, sizeof(*mean)));
	double *low = mean + wide, *high = low + wide;
	uint64_t *users = rs_alloc(rs_size(wide, sizeof(*users)));

	rs_sample_mean(&s, mean, users);
	rs_bootstrap(&s, o.seed, j->pool, low, high);
	j->rows = wide;
	j->row = rs_alloc(rs_size(wide, sizeof(*j->row)));
	for (size_t i = 0; i < wide; i++) {
		const struct rs_metric *m = &j->ms.metric[i % n];
		double (*finish)(double) = m->def->finish;
		struct row *r = &j->row[i];

		name_row(j, j->who[i / n], m, r);
		r->value = finish != NULL ? finish(mean[i]) : mean[i];
		r->low = finish != NULL ? finish(low[i]) : low[i];
		r->high = finish != NULL ? finish(high[i]) : high[i];
		r->users = users[i];
		if (m->def->kind == RS_METRIC_CATALOGUE) {
			r->value = j->part[i / n].whole[i % n];
			r->users = s.users;
		}
	}
	free(all);
	free(mean);
	free(users);
}

static void
put_f32(struct rs_buf *b, double v)
{
	char text[RS_NUM_MAX];

	rs_buf_char(b, '\t');
	if (v == v)
		rs_buf_put(b, text, rs_format_f32(text, (float)v));
}

static void
put_json(struct rs_buf *b, const char *key, double v)
{
	char text[RS_NUM_MAX];

	rs_buf_printf(b, ", \"%s\": ", key);
	if (v == v)
		rs_buf_put(b, text, rs_format_f64(text, v));
	else
		rs_buf_str(b, "null");
}

static void
print_json(const struct job *j, struct rs_buf *b)
{
	rs_buf_char(b, '{');
	if (o.scored == NULL)
		rs_buf_printf(b, "\"ties\": \"%s\", \"keep_seen\": %s, "
		    "\"test_pairs\": %" PRIu64 ", \"test_users\": %" PRIu64
		    ", \"users_without_test\": %" PRIu64
		    ", \"pairs_in_train\": %" PRIu64
		    ", \"pairs_of_unknown_users\": %" PRIu64
		    ", \"pairs_of_unknown_items\": %" PRIu64 ",\n ",
		    rs_ties_names[j->ask.ties], o.keep_seen ? "true" : "false",
		    j->test.nnz, j->test_users, j->idle_users, j->leaked,
		    j->strange_users, j->strange_items);
	rs_buf_str(b, "\"metrics\": [");
	for (size_t i = 0; i < j->rows; i++) {
		const struct row *r = &j->row[i];

		rs_buf_printf(b, "%s\n  {\"metric\": \"%s\"", i > 0 ? "," : "",
		    r->name);
		put_json(b, "value", r->value);
		put_json(b, "low", r->low);
		put_json(b, "high", r->high);
		rs_buf_printf(b, ", \"users\": %" PRIu64 "}", r->users);
	}
	rs_buf_str(b, "\n]}\n");
}

static void
print_tsv(const struct job *j, struct rs_buf *b)
{
	for (size_t i = 0; i < j->rows; i++) {
		const struct row *r = &j->row[i];

		rs_buf_str(b, r->name);
		put_f32(b, r->value);
		put_f32(b, r->low);
		put_f32(b, r->high);
		rs_buf_printf(b, "\t%" PRIu64 "\n", r->users);
	}
}

static void
print_rows(const struct job *j)
{
	struct rs_sink *s = rs_sink_open(o.output);
	struct rs_buf b = { 0 };

	if (o.format == JSON)
		print_json(j, &b);
	else
		print_tsv(j, &b);
	rs_sink_put(s, b.data, b.len);
	rs_sink_close(s);
	rs_buf_free(&b);
}

static void
write_per_user(const struct job *j, const struct rs_eval *v)
{
	struct rs_sink *s;
	struct rs_buf b = { 0 };
	char text[RS_NUM_MAX];
	size_t n;

	if (o.per_user == NULL)
		return;
	s = rs_sink_open(o.per_user);
	rs_buf_str(&b, "user");
	for (size_t m = 0; m < j->ms.n; m++) {
		rs_buf_printf(&b, "\t%s", j->ms.metric[m].name);
		if (j->sampled > 0)
			rs_buf_printf(&b, ":s%" PRIu64, j->sampled);
	}
	rs_buf_char(&b, '\n');
	for (size_t u = 0; u < v->users; u++) {
		const char *p = rs_ids_name(j->ids[0], v->user[u], text, &n);

		rs_text_tsv(&b, p, n);
		for (size_t m = 0; m < j->ms.n; m++) {
			const double x = v->value[u * v->metrics + m];

			rs_buf_char(&b, '\t');
			if (x == x)
				rs_buf_put(&b, text, rs_format_f64(text, x));
		}
		rs_buf_char(&b, '\n');
		if (b.len >= 1 << 16) {
			rs_sink_put(s, b.data, b.len);
			b.len = 0;
		}
	}
	rs_sink_put(s, b.data, b.len);
	rs_sink_close(s);
	rs_buf_free(&b);
}

/* How often each item is in train: (items), yours; NULL: nobody knows. */
static float *
popularity(const struct job *j)
{
	float *p;

	if (!j->have_train && j->model == NULL)
		return NULL;
	p = rs_zalloc(rs_size(j->items, sizeof(*p)) + 1);
	if (!j->have_train) {
		memcpy(p, rs_model_popularity(j->model),
		    j->items * sizeof(*p));
		return p;
	}
	for (uint64_t i = 0; i < j->train.nnz; i++)
		if (j->train.item[i] < j->items)
			p[j->train.item[i]]++;
	return p;
}

/* What the popular items, and random ones, would be worth. */
static void
add_baselines(struct job *j, const struct rs_cases *c)
{
	float *p = popularity(j);
	struct rs_scorer s;
	struct rs_eval v;
	struct rs_err e;
	int status;

	if (p == NULL) {
		rs_note("without --train there are no rows for popularity and "
		    "random");
		return;
	}
	rs_scorer_popularity(&s, p, j->items);
	status = c != NULL ?
	    rs_evaluate_cases(&s, c, &j->ask, j->pool, &v, &e) :
	    rs_evaluate(&s, &j->ask, j->pool, &v, &e);
	if (status < 0)
		rs_bad("popularity: %s", e.text);
	add_part(j, "pop:", &v);
	rs_scorer_free(&s);
	free(p);

	if (c != NULL)
		rs_evaluate_random_cases(c, &j->ask, &v);
	else
		rs_evaluate_random(j->items, &j->ask, &v);
	add_part(j, "random:", &v);
}

/* The three things that can be evaluated. */

static void
evaluate_model(struct job *j)
{
	struct rs_scorer s;
	struct rs_cases c;
	struct rs_eval v;
	struct rs_err e;
	int status;

	if (o.candidates != NULL)
		load_cases(j, &c);
	rs_scorer_of(&s, j->model);
	status = o.candidates != NULL ?
	    rs_evaluate_cases(&s, &c, &j->ask, j->pool, &v, &e) :
	    rs_evaluate(&s, &j->ask, j->pool, &v, &e);
	if (status < 0)
		rs_bad("%s: %s", o.model, e.text);
	rs_scorer_free(&s);
	if (o.candidates != NULL)
		report_cases(j, &v);
	write_per_user(j, &v);
	add_part(j, "", &v);
	add_baselines(j, o.candidates != NULL ? &c : NULL);
	if (o.candidates != NULL)
		rs_cases_free(&c);
}

static void
evaluate_lists(struct job *j)
{
	struct rs_lists l;
	struct rs_eval v;

	load_lists(j, &l);
	j->items = rs_ids_base(j->ids[1]) > 0 ? rs_ids_base(j->ids[1]) :
	    rs_ids_size(j->ids[1]);
	if (l.items < j->items)
		l.items = j->items;
	report_lists(j, &l);
	rs_evaluate_lists(&l, &j->ask, &v);
	write_per_user(j, &v);
	add_part(j, "", &v);
	rs_lists_free(&l);
	add_baselines(j, NULL);
}

static void
parse_metrics(struct job *j, const char *list)
{
	struct rs_err e;

	if (rs_metrics_parse(&j->ms, list, &e) < 0)
		rs_misuse("%s", e.text);
	if (j->ms.sampled != 0 && o.candidates == NULL)
		rs_misuse("metrics with :s%" PRIu64 " need --candidates",
		    j->ms.sampled);
	for (size_t m = 0; m < j->ms.n; m++) {
		const char *name = j->ms.metric[m].name;
		const enum rs_metric_kind kind = j->ms.metric[m].def->kind;

		if ((kind == RS_METRIC_SCORED) != (o.scored != NULL))
			rs_misuse("%s %s --scored", name, o.scored != NULL ?
			    "is not for" : "needs");
		if (kind == RS_METRIC_CATALOGUE && o.candidates != NULL)
			rs_misuse("%s means nothing where candidates are "
			    "given", name);
		if (o.recs != NULL && strcmp(name, "auc") == 0)
			rs_misuse("auc needs the ranks of all items, which "
			    "--recs does not tell");
	}
}

static void
check_usage(void)
{
	const int given = (o.model != NULL) + (o.recs != NULL) +
	    (o.scored != NULL);

	if (given != 1)
		rs_misuse("one of -m, --recs and --scored is needed");
	if (o.test == NULL && o.scored == NULL)
		rs_misuse("--test is needed");
	if (o.candidates != NULL && o.model == NULL)
		rs_misuse("--candidates needs a model");
	if (o.candidates != NULL && o.keep_seen)
		rs_misuse("--keep-seen means nothing where candidates are "
		    "given");
	if (o.scored != NULL && (rs_given("ties") || o.keep_seen))
		rs_misuse("--ties and --keep-seen are not for --scored");
	if (rs_given("threshold") && o.scored == NULL)
		rs_misuse("--threshold is for --scored");
}

static const char *
default_metrics(void)
{
	if (o.candidates != NULL)
		return "hr@10,ndcg@10,mrr";
	if (o.recs != NULL)
		return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,coverage@10";
	return "p@10,recall@10,map@10,ndcg@10,hr@10,mrr,auc,coverage@10";
}

static void
evaluate_rankings(struct job *j)
{
	struct rs_err e;

	parse_metrics(j, o.metrics != NULL ? o.metrics : default_metrics());
	if (o.model != NULL &&
	    (j->model = rs_model_open(o.model, &e)) == NULL)
		rs_bad("%s", e.text);
	open_ids(j);
	load_pairs(j, "test", o.test, NULL, &j->test);
	load_train(j);
	if (j->test.nnz == 0)
		rs_bad("%s: has no test pairs", o.test);
	j->ask = (struct rs_eval_ask){ .metrics = &j->ms, .test = &j->test,
	    .ties = (enum rs_ties)o.ties, .seen = o.keep_seen ||
	    !j->have_train || o.candidates != NULL ? NULL : &j->train };
	if (j->model != NULL)
		j->items = rs_model_items(j->model);
	report_test(j);
	if (j->model != NULL)
		evaluate_model(j);
	else
		evaluate_lists(j);
}

/* Scored pairs. */

struct scored {
	uint32_t *user, *item;
	double *score, *value, *label;
	size_t n, user_room, item_room, score_room, value_room, label_room;
	bool has_value, has_label;
	uint64_t empty, stray;	/* rows without a score, without a truth */
};

static void
add_scored(struct scored *p, uint32_t user, uint32_t item, double score,
    double value, double label)
{
	if (score != score) {
		p->empty++;
		return;
	}
	rs_grow(&p->user, &p->user_room, p->n + 1, sizeof(*p->user));
	rs_grow(&p->item, &p->item_room, p->n + 1, sizeof(*p->item));
	rs_grow(&p->score, &p->score_room, p->n + 1, sizeof(*p->score));
	rs_grow(&p->value, &p->value_room, p->n + 1, sizeof(*p->value));
	rs_grow(&p->label, &p->label_room, p->n + 1, sizeof(*p->label));
	p->user[p->n] = user;
	p->item[p->n] = item;
	p->score[p->n] = score;
	p->value[p->n] = value;
	p->label[p->n] = label;
	p->n++;
}

static void
load_scored_rows(struct job *j, struct scored *p, struct rs_reader *r)
{
	uint32_t *user = rs_alloc(ROWS * sizeof(*user));
	uint32_t *item = rs_alloc(ROWS * sizeof(*item));

	rs_demand(r, "user:u32|str item:u32|str score:f32 "
	    "?value:u8|u32|i64|f32 ?label:u8|u32|i64|f32");
	p->has_value = rs_head_find(rs_reader_head(r), "value") >= 0;
	p->has_label = rs_head_find(rs_reader_head(r), "label") >= 0;
	check_belongs(j, r, false);
	for (struct rs_block *k; (k = rs_read(r)) != NULL; ) {
		const struct rs_vec *score = rs_block_get(k, "score");
		const struct rs_vec *value = rs_block_get(k, "value");
		const struct rs_vec *label = rs_block_get(k, "label");

		take_column(j, r, 0, k, user);
		take_column(j, r, 1, k, item);
		for (size_t i = 0; i < k->rows; i++)
			add_scored(p, user[i], item[i], cell(score, i),
			    value != NULL ? cell(value, i) : (double)NAN,
			    label != NULL ? cell(label, i) : (double)NAN);
	}
	check_belongs(j, r, true);
	free(user);
	free(item);
}

static void
load_scored(struct job *j, struct scored *p)
{
	bool stream;
	struct rs_source *s = open_either(o.scored, &stream);
	struct rs_triples *t;
	struct rs_triple row;
	int more;

	if (stream) {
		struct rs_reader *r = reader_of(s);

		load_scored_rows(j, p, r);
		rs_reader_close(r);
		return;
	}
	if (o.test == NULL)
		rs_misuse("%s has no truths: name them with --test", o.scored);
	t = rs_triples_of(s);
	while ((more = rs_triples_next(t, &row)) == 1)
		add_scored(p, rs_ids_str(j->ids[0], row.user, row.users),
		    rs_ids_str(j->ids[1], row.item, row.items), row.score,
		    (double)NAN, (double)NAN);
	if (more < 0)
		rs_bad("%s", rs_triples_err(t)->text);
	rs_triples_close(t);
}

/* The weight of a pair; NaN where the matrix has none such. */
static double
weight_of(const struct rs_csr *m, uint32_t user, uint32_t item)
{
	const uint32_t *p;
	uint64_t low = 0, high;

	if (user >= m->users)
		return (double)NAN;
	p = rs_csr_items(m, user);
	high = rs_csr_count(m, user);
	while (low < high) {
		const uint64_t mid = low + (high - low) / 2;

		if (p[mid] < item)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == rs_csr_count(m, user) || p[low] != item)
		return (double)NAN;
	return m->weight != NULL ? (double)m->weight[m->start[user] + low] : 1;
}

static bool
stream_has(const char *path, const char *column)
{
	struct rs_reader *r = rs_in_file(path, "");
	const bool has = rs_head_find(rs_reader_head(r), column) >= 0;

	rs_reader_close(r);
	return has;
}

/* Truths from --test in the stead of the stream's own. */
static void
join_truths(struct job *j, struct scored *p, const char *column, double *truth)
{
	struct rs_csr m;

	load_pairs(j, "test", o.test, column, &m);
	for (size_t i = 0; i < p->n; i++)
		truth[i] = weight_of(&m, p->user[i], p->item[i]);
	rs_csr_free(&m);
}

static void
find_truths(struct job *j, struct scored *p)
{
	if (o.test == NULL) {
		if (!p->has_value && !p->has_label)
			rs_misuse("%s has neither value nor label: name the "
			    "truths with --test", o.scored);
		return;
	}
	p->has_value = stream_has(o.test, "value");
	p->has_label = stream_has(o.test, "label");
	if (!p->has_value && !p->has_label)
		rs_bad("%s: has neither value nor label", o.test);
	if (p->has_value)
		join_truths(j, p, "value", p->value);
	if (p->has_label)
		join_truths(j, p, "label", p->label);
}

/* Leave out the pairs that lack a truth, and see that what is to be a
 * probability is one. */
static void
keep_judged(const struct job *j, struct scored *p)
{
	const size_t all = p->n;
	bool value = false, label = false, chance = false;

	for (size_t m = 0; m < j->ms.n; m++) {
		const struct rs_metric_def *d = j->ms.metric[m].def;

		if (d->of_labels ? !p->has_label : !p->has_value)
			rs_misuse("%s needs a column %s", d->name,
			    d->of_labels ? "label" : "value");
		value |= !d->of_labels;
		label |= d->of_labels;
		chance |= strcmp(d->name, "logloss") == 0;
	}
	p->n = 0;
	for (size_t i = 0; i < all; i++) {
		if ((value && p->value[i] != p->value[i]) ||
		    (label && p->label[i] != p->label[i])) {
			p->stray++;
			continue;
		}
		if (chance && !(p->score[i] >= 0 && p->score[i] <= 1))
			bad_pair(j, o.scored, p->user[i], p->item[i],
			    "its score is no probability, which logloss "
			    "needs");
		p->user[p->n] = p->user[i];
		p->item[p->n] = p->item[i];
		p->score[p->n] = p->score[i];
		p->value[p->n] = p->value[i];
		p->label[p->n] = p->label[i];
		p->n++;
	}
}

static void
report_scored(const struct scored *p)
{
	char a[RS_NUM_MAX];

	if (p->empty > 0)
		rs_note("pairs without a score, left out: %s",
		    rs_commas(a, p->empty));
	if (p->stray > 0)
		rs_note("scored pairs without a truth, left out: %s",
		    rs_commas(a, p->stray));
	if (p->n == 0)
		rs_bad("%s: has no pair with a score and a truth", o.scored);
}

/* The mean of a column over the rows of train. */
static double
train_mean(const char *column)
{
	struct rs_reader *r = rs_side("train", o.train,
	    "?value:u8|u32|i64|f32 ?label:u8|u32|i64|f32");
	double sum = 0;

	if (rs_head_find(rs_reader_head(r), column) < 0)
		rs_bad("%s: has no column %s", o.train, column);
	for (struct rs_block *k; (k = rs_read(r)) != NULL; ) {
		const struct rs_vec *v = rs_block_get(k, column);

		for (size_t i = 0; i < k->rows; i++)
			sum += cell(v, i);
	}
	sum /= (double)rs_reader_rows(r);
	rs_reader_close(r);
	return sum;
}

/* What the mean of train would be worth as everybody's score. */
static void
add_mean_rows(struct job *j, const struct scored *p)
{
	struct rs_pairs pairs = { p->n, p->user, NULL, p->value, p->label,
	    o.threshold };
	double *score = rs_alloc(rs_size(p->n, sizeof(*score)));
	struct rs_eval v, part;
	double *weight;
	double mean[2] = { NAN, NAN };

	pairs.score = score;
	for (size_t m = 0; m < j->ms.n; m++) {
		const bool label = j->ms.metric[m].def->of_labels;

		if (mean[label] != mean[label])
			mean[label] = train_mean(label ? "label" : "value");
	}
	/* Ratings and labels have different means: two evaluations, of which
	 * each metric takes the one that is its own. */
	for (int label = 1; label >= 0; label--) {
		for (size_t i = 0; i < p->n; i++)
			score[i] = mean[label];
		rs_evaluate_pairs(&pairs, &j->ms, label ? &part : &v, &weight);
		free(weight);
	}
	for (size_t u = 0; u < v.users; u++)
		for (size_t m = 0; m < j->ms.n; m++)
			if (j->ms.metric[m].def->of_labels)
				v.value[u * j->ms.n + m] =
				    part.value[u * j->ms.n + m];
	add_part(j, "mean:", &v);
	rs_eval_free(&part);
	free(score);
}

static void
evaluate_scored(struct job *j)
{
	struct scored p = { 0 };
	struct rs_eval v;

	if (o.metrics != NULL)
		parse_metrics(j, o.metrics);
	open_ids(j);
	load_scored(j, &p);
	find_truths(j, &p);
	if (o.metrics == NULL)
		parse_metrics(j, !p.has_label ? "rmse,mae,mse" :
		    !p.has_value ? "logloss,accuracy" :
		    "rmse,mae,mse,logloss,accuracy");
	keep_judged(j, &p);
	report_scored(&p);
	const struct rs_pairs pairs = { p.n, p.user, p.score, p.value,
	    p.label, o.threshold };
	rs_evaluate_pairs(&pairs, &j->ms, &v, &j->weight);
	write_per_user(j, &v);
	add_part(j, "", &v);
	if (o.train != NULL)
		add_mean_rows(j, &p);
	free(p.user);
	free(p.item);
	free(p.score);
	free(p.value);
	free(p.label);
}

static void
job_free(struct job *j)
{
	if (j->borrowed != NULL)
		j->train.item = NULL;
	rs_csr_free(&j->train);
	rs_csr_free(&j->test);
	rs_metrics_free(&j->ms);
	for (int s = 0; s < 2; s++)
		rs_ids_free(j->ids[s]);
	rs_model_close(j->model);
	for (int s = 0; s < 2; s++)
		rs_dict_free(j->dict[s]);
	for (size_t p = 0; p < j->parts; p++)
		rs_eval_free(&j->part[p]);
	rs_pool_free(j->pool);
	free(j->weight);
	free(j->row);
}

int
main(int argc, char **argv)
{
	struct job j = { 0 };

	o.threads = (uint64_t)rs_cpus();
	const struct rs_opt opts[] = {
		RS_OPT_FILE('m', "model", "FILE", &o.model,
		    "evaluate a model"),
		RS_OPT_FILE(0, "recs", "FILE", &o.recs,
		    "evaluate recommendations: stream, CSV, TSV or TREC run"),
		RS_OPT_FILE(0, "scored", "FILE", &o.scored,
		    "evaluate scored pairs: stream, CSV or TSV"),
		RS_OPT_FILE(0, "test", "FILE", &o.test,
		    "held-out pairs"),
		RS_OPT_FILE('D', "dictionaries", "DIR", &o.dir,
		    "original ids from the dictionaries in DIR"),
		RS_OPT_FILE(0, "train", "FILE", &o.train,
		    "training pairs (default: those in the model)"),
		RS_OPT_STR(0, "metrics", "LIST", &o.metrics,
		    "what to compute, with commas between"),
		RS_OPT_FLAG(0, "keep-seen", &o.keep_seen,
		    "rank training items too"),
		RS_OPT_FILE(0, "candidates", "FILE", &o.candidates,
		    "rank only these and the test items"),
		RS_OPT_CHOICE(0, "ties", rs_ties_names, &o.ties,
		    "order of equal scores"),
		RS_OPT_REAL(0, "threshold", "T", &o.threshold, -1e300, 1e300,
		    "a score from T on means yes, for accuracy"),
		RS_OPT_FILE(0, "per-user", "FILE", &o.per_user,
		    "write each user's values to FILE"),
		RS_OPT_CHOICE('f', "format", format_names, &o.format,
		    "of the answer"),
		RS_OPT_OUTPUT(&o.output),
		RS_OPT_SEED(&o.seed),
		RS_OPT_THREADS(&o.threads),
		RS_OPT_PROGRESS,
		RS_OPT_END
	};

	rs_begin(argc, argv, "measure recommendations on held-out pairs", opts);
	check_usage();
	j.pool = rs_pool_new((int)o.threads);
	if (o.scored != NULL)
		evaluate_scored(&j);
	else
		evaluate_rankings(&j);
	make_rows(&j);
	print_rows(&j);
	job_free(&j);
	return rs_end(NULL, NULL);
}
