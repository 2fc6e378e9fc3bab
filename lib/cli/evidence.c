/* evidence: what recommendations are judged by, read whole from files. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/evidence.h"
#include "cli/tool.h"
#include "io/triples.h"

/* What rs_demand wants where a label or a value may stand. */
#define LABEL " ?label:u8|u32|i64|f32"
#define VALUE " ?value:u8|u32|i64|f32"

static bool
has(const struct rs_reader *in, const char *column)
{
	return rs_head_find(rs_reader_head(in), column) >= 0;
}

static double
real_or_none(const struct rs_vec *v, size_t i)
{
	return v != NULL ? rs_vec_real(v, i) : (double)NAN;
}

static void
add_pair(struct rs_csr_builder *b, const char *path, uint32_t user,
    uint32_t item, double weight)
{
	struct rs_err e;

	if (rs_csr_builder_add(b, user, item, (float)weight, &e) < 0)
		rs_bad("%s: %s", path, e.text);
}

static void
end_pairs(struct rs_csr_builder *b, const char *path, struct rs_pool *pool,
    struct rs_csr *m)
{
	struct rs_err e;

	if (rs_csr_builder_done(b, pool, m, &e) < 0)
		rs_bad("%s: %s", path, e.text);
}

uint64_t
rs_evidence_rows(struct rs_roster *r, const char *role, const char *path,
    struct rs_pool *pool, struct rs_csr *m, size_t n, uint32_t *user,
    size_t *rows)
{
	struct rs_reader *in = rs_side(role, path, RS_ROSTER_PAIR LABEL);
	const struct rs_csr_opts opts = { .repeats = RS_REPEATS_DISTINCT };
	struct rs_csr_builder *b = rs_csr_builder_new(&opts);
	uint64_t print;

	*rows = 0;
	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		const struct rs_vec *label = rs_block_get(k, "label");

		for (size_t i = 0; i < k->rows; i++) {
			if (label != NULL && !(rs_vec_real(label, i) > 0))
				continue;
			add_pair(b, path, r->user[i], r->item[i], 1);
			if (*rows < n)
				user[(*rows)++] = r->user[i];
		}
	}
	print = rs_reader_fingerprint(in);
	rs_reader_close(in);
	end_pairs(b, path, pool, m);
	return print;
}

uint64_t
rs_evidence_pairs(struct rs_roster *r, const char *role, const char *path,
    struct rs_pool *pool, struct rs_csr *m)
{
	size_t rows;

	return rs_evidence_rows(r, role, path, pool, m, 0, NULL, &rows);
}

void
rs_evidence_seen(const struct rs_model *model, struct rs_csr *m)
{
	const uint64_t users = rs_model_users(model);
	const uint32_t *item = NULL;
	size_t n;

	*m = (struct rs_csr){ .users = users,
	    .items = rs_model_items(model) };
	m->start = rs_zalloc(rs_size(users + 1, sizeof(*m->start)));
	for (uint64_t u = 0; u < users; u++) {
		const uint32_t *own = rs_model_seen(model, (uint32_t)u,
		    &n);

		if (u == 0)
			item = own;
		assert(n == 0 || own == item + m->start[u]);
		m->start[u + 1] = m->start[u] + n;
	}
	m->item = (uint32_t *)(uintptr_t)item;
	m->nnz = m->start[users];
}

/* Lists. */

static void
add_list_rows(struct rs_roster *r, const char *path, struct rs_reader *in,
    struct rs_lists_builder *b)
{
	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		const struct rs_vec *score = rs_block_get(k, "score");

		for (size_t i = 0; i < k->rows; i++) {
			const double s = score != NULL ?
			    rs_vec_real(score, i) : 0;

			if (s != s)
				rs_roster_bad(r, path, r->user[i], r->item[i],
				    "its score is not a number");
			rs_lists_add(b, r->user[i], r->item[i], s);
		}
	}
}

/* The next line of text, with the indices of its user and item; false: there
 * is none. */
static bool
next_line(struct rs_roster *r, struct rs_triples *t, struct rs_triple *row)
{
	const int more = rs_triples_next(t, row);

	if (more < 0)
		rs_bad("%s", rs_triples_err(t)->text);
	if (more == 0)
		return false;
	rs_count_in(1);
	r->user[0] = rs_ids_str(r->ids[RS_USER], row->user, row->users);
	r->item[0] = rs_ids_str(r->ids[RS_ITEM], row->item, row->items);
	return true;
}

static void
add_list_lines(struct rs_roster *r, const char *path, struct rs_triples *t,
    struct rs_lists_builder *b)
{
	struct rs_triple row;

	while (next_line(r, t, &row)) {
		const bool scored = rs_triples_scored(t);

		if (scored && row.score != row.score)
			rs_bad("%s:%" PRIu64 ": no score", path, row.line);
		rs_lists_add(b, r->user[0], r->item[0], scored ? row.score : 0);
	}
}

/* Whether the words of a text would pass for a model's indices where they are
 * numbers, and for nothing else. */
static bool
knows_no_ids(const struct rs_roster *r)
{
	return r->model != NULL && (rs_model_dict(r->model, RS_USER) == NULL ||
	    rs_model_dict(r->model, RS_ITEM) == NULL);
}

bool
rs_evidence_lists(struct rs_roster *r, const char *path, struct rs_lists *l)
{
	struct rs_source *s = rs_source_in(path);
	struct rs_lists_builder *b = rs_lists_builder_new();
	struct rs_list_row twice;
	bool scored;

	if (rs_stream_ahead(s)) {
		struct rs_reader *in = rs_in_of(s,
		    RS_ROSTER_PAIR " ?score:f32");

		add_list_rows(r, path, in, b);
		scored = has(in, "score");
		rs_reader_close(in);
	} else if (knows_no_ids(r)) {
		rs_source_close(s);
		rs_misuse("%s has ids, but %s has only indices: name the "
		    "dictionaries with -D", path, rs_model_name(r->model));
	} else {
		struct rs_triples *t = rs_triples_of(s);

		add_list_lines(r, path, t, b);
		scored = rs_triples_scored(t);
		rs_triples_close(t);
	}
	if (rs_lists_done(b, 0, l, &twice) < 0)
		rs_roster_bad(r, path, twice.user, twice.item,
		    "is twice in the list");
	return scored;
}

/* Candidates. */

static struct rs_cases_builder *
gather_cases(struct rs_roster *r, const char *path)
{
	struct rs_reader *in = rs_side("candidates", path,
	    RS_ROSTER_PAIR LABEL);
	struct rs_cases_builder *b = rs_cases_builder_new(has(in, "label"));

	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		const struct rs_vec *label = rs_block_get(k, "label");

		for (size_t i = 0; i < k->rows; i++)
			if (rs_cases_add(b, r->user[i], r->item[i],
			    label != NULL && rs_vec_real(label, i) > 0) < 0)
				rs_roster_bad(r, path, r->user[i], r->item[i],
				    "a negative without its positive before "
				    "it");
	}
	rs_reader_close(in);
	return b;
}

static void
tell_cases(const struct rs_cases_count *n)
{
	char fewest[RS_NUM_MAX], most[RS_NUM_MAX];

	rs_note_count(n->own, "candidates that are their own user's test "
	    "items, left out");
	rs_note_count(n->twice, "candidates that stand twice in a list, "
	    "counted once");
	rs_note_count(n->strangers, "lists of candidates of users without "
	    "test items, left out");
	if (n->fewest != n->most)
		rs_note("negatives in a list: from %s to %s",
		    rs_commas(fewest, n->fewest), rs_commas(most, n->most));
}

uint64_t
rs_evidence_cases(struct rs_roster *r, const char *path,
    const struct rs_csr *test, struct rs_cases *c)
{
	struct rs_cases_count count;
	struct rs_list_row stray;

	if (rs_cases_done(gather_cases(r, path), test, c, &count, &stray) < 0)
		rs_roster_bad(r, path, stray.user, stray.item,
		    "a positive that is no test item");
	if (c->n == 0)
		rs_bad("%s: has no candidates for any user with test items",
		    path);
	tell_cases(&count);
	return count.negatives;
}

/* Scored pairs. */

static void
add_scored_rows(struct rs_roster *r, struct rs_reader *in,
    struct rs_scored *p)
{
	p->has_value = has(in, "value");
	p->has_label = has(in, "label");
	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		const struct rs_vec *score = rs_block_get(k, "score");
		const struct rs_vec *value = rs_block_get(k, "value");
		const struct rs_vec *label = rs_block_get(k, "label");

		for (size_t i = 0; i < k->rows; i++)
			rs_scored_add(p, r->user[i], r->item[i],
			    rs_vec_real(score, i), real_or_none(value, i),
			    real_or_none(label, i));
	}
}

static void
add_scored_lines(struct rs_roster *r, struct rs_triples *t,
    struct rs_scored *p)
{
	struct rs_triple row;

	while (next_line(r, t, &row))
		rs_scored_add(p, r->user[0], r->item[0], row.score,
		    (double)NAN, (double)NAN);
}

/* The truths of a stream, each to its pair. */
static void
join_truths(struct rs_roster *r, const char *path, struct rs_pool *pool,
    struct rs_scored *p)
{
	static const char *const column[2] = { "value", "label" };
	const struct rs_csr_opts opts = { .repeats = RS_REPEATS_LAST };
	struct rs_reader *in = rs_side("test", path,
	    RS_ROSTER_PAIR VALUE LABEL);
	struct rs_csr_builder *b[2] = { NULL, NULL };
	double *truth[2] = { p->value, p->label };
	struct rs_csr m;

	p->has_value = has(in, "value");
	p->has_label = has(in, "label");
	for (int c = 0; c < 2; c++)
		if (has(in, column[c]))
			b[c] = rs_csr_builder_new(&opts);
	if (b[0] == NULL && b[1] == NULL)
		rs_bad("%s: has neither value nor label", path);
	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		for (int c = 0; c < 2; c++) {
			const struct rs_vec *v = rs_block_get(k, column[c]);

			for (size_t i = 0; v != NULL && i < k->rows; i++)
				add_pair(b[c], path, r->user[i], r->item[i],
				    rs_vec_real(v, i));
		}
	}
	rs_reader_close(in);
	for (int c = 0; c < 2; c++) {
		if (b[c] == NULL)
			continue;
		end_pairs(b[c], path, pool, &m);
		rs_scored_join(p, &m, truth[c]);
		rs_csr_free(&m);
	}
}

void
rs_evidence_scores(struct rs_roster *r, const char *path,
    struct rs_scored *p)
{
	struct rs_source *s = rs_source_in(path);

	if (rs_stream_ahead(s)) {
		struct rs_reader *in = rs_in_of(s,
		    RS_ROSTER_PAIR " score:f32" VALUE LABEL);

		add_scored_rows(r, in, p);
		rs_reader_close(in);
	} else {
		struct rs_triples *t = rs_triples_of(s);

		add_scored_lines(r, t, p);
		rs_triples_close(t);
	}
}

void
rs_evidence_scored(struct rs_roster *r, const char *path, const char *test,
    struct rs_pool *pool, struct rs_scored *p)
{
	rs_evidence_scores(r, path, p);
	if (test != NULL)
		join_truths(r, test, pool, p);
	else if (!p->has_value && !p->has_label)
		rs_misuse("%s has neither value nor label: name the truths "
		    "with --test", path);
}

/* The sum of a column over a block's rows, NaN where it is missing. */
static double
sum_of(const struct rs_block *k, const char *column)
{
	const struct rs_vec *v = rs_block_get(k, column);
	double sum = v != NULL ? 0 : (double)NAN;

	for (size_t i = 0; v != NULL && i < k->rows; i++)
		sum += rs_vec_real(v, i);
	return sum;
}

void
rs_evidence_rated(struct rs_roster *r, const char *role, const char *path,
    struct rs_pool *pool, struct rs_csr *m, double *value, double *label)
{
	struct rs_reader *in = rs_side(role, path,
	    RS_ROSTER_PAIR VALUE LABEL);
	const struct rs_csr_opts opts = { .repeats = RS_REPEATS_DISTINCT };
	struct rs_csr_builder *b = rs_csr_builder_new(&opts);

	*value = *label = 0;
	for (struct rs_block *k; (k = rs_roster_read(r, in)) != NULL; ) {
		*value += sum_of(k, "value");
		*label += sum_of(k, "label");
		for (size_t i = 0; i < k->rows; i++)
			add_pair(b, path, r->user[i], r->item[i], 1);
	}
	*value /= (double)rs_reader_rows(in);
	*label /= (double)rs_reader_rows(in);
	rs_reader_close(in);
	end_pairs(b, path, pool, m);
}
