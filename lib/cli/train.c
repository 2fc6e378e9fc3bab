/* train: the streams that an algorithm learns from and is judged by. */
#include <inttypes.h>
#include <string.h>

#include "cli/tool.h"
#include "cli/train.h"
#include "data/dict.h"

/* Which column an algorithm learns from, and what repeated pairs come to. */
static const struct {
	const char *column, *types;
	enum rs_repeats repeats;
} WANTS[] = {
	[RS_WANTS_NOTHING] = { NULL, NULL, RS_REPEATS_DISTINCT },
	[RS_WANTS_WEIGHT] = { "weight", "?weight:f32|u8|u32|i64",
	    RS_REPEATS_SUM },
	[RS_WANTS_VALUE] = { "value", "?value:f32|u8|u32|i64",
	    RS_REPEATS_LAST },
	[RS_WANTS_LABEL] = { NULL, "?label:f32|u8|u32|i64",
	    RS_REPEATS_DISTINCT },
};

/* Columns that say more of a row than that it is there, and what to do where
 * they say it to somebody who cannot listen. */
enum { LOUDS = 2 };
static const struct {
	const char *column, *advice;
} LOUD[LOUDS] = {
	{ "label", "learns from positives alone (give it the stream from "
	    "before rs-negsample)" },
	{ "weight", "has no use for weights (leave out rs-confidence, or "
	    "take an algorithm that has: rs-tools(7))" },
};

static const char *const SIDE[2] = { "user", "item" };

/* Labels of items are labels too, but say nothing of a pair. */
static void
refuse_titles(const struct rs_reader *in, const struct rs_algorithm *a)
{
	const struct rs_head *h = rs_reader_head(in);
	const int c = rs_head_find(h, "label");

	if (c >= 0 && h->column[c].type == RS_STR)
		rs_bad("%s: column label is text, and %s takes it for how "
		    "much a pair was wanted, a number in 0..1",
		    rs_reader_name(in), a->name);
}

struct rs_reader *
rs_train_begin(const struct rs_values *v)
{
	const enum rs_wants wants = rs_values_wants(v);
	struct rs_reader *in = rs_in("user:u32 item:u32");

	if (wants == RS_WANTS_VALUE &&
	    rs_head_find(rs_reader_head(in), "value") < 0)
		rs_bad("%s: has no column value, and %s learns ratings here: "
		    "keep them with rs-clean -c value=COLUMN",
		    rs_reader_name(in), v->algorithm->name);
	if (wants == RS_WANTS_LABEL)
		refuse_titles(in, v->algorithm);
	if (WANTS[wants].types != NULL)
		rs_demand(in, WANTS[wants].types);
	return in;
}

bool
rs_train_weighted(const struct rs_reader *in, const struct rs_values *v)
{
	const char *column = WANTS[rs_values_wants(v)].column;

	return column != NULL &&
	    rs_head_find(rs_reader_head(in), column) >= 0;
}

bool
rs_train_labelled(const struct rs_reader *in, const struct rs_values *v)
{
	return rs_values_wants(v) == RS_WANTS_LABEL &&
	    rs_head_find(rs_reader_head(in), "label") >= 0;
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
	case RS_STR:
		break;
	}
	return 1;
}

/* Refuse rows of which some column but own does not say 1. */
static void
refuse_loud(const struct rs_reader *in, const struct rs_block *b,
    const char *own, const struct rs_algorithm *a)
{
	for (size_t k = 0; k < LOUDS; k++) {
		const char *name = LOUD[k].column;
		const struct rs_vec *c = rs_block_get(b, name);

		if (c == NULL || (own != NULL && strcmp(own, name) == 0))
			continue;
		for (size_t i = 0; i < b->rows; i++)
			if (cell(c, i) != 1)
				rs_bad("%s: row %" PRIu64 " has the %s %g, "
				    "and %s %s", rs_reader_name(in),
				    b->first + i + 1, name, cell(c, i),
				    a->name, LOUD[k].advice);
	}
}

/* A pair has no weight; a row that is none may say 0, as rs-negsample has
 * it. */
static void
refuse_weights(const struct rs_reader *in, const struct rs_block *b,
    const struct rs_algorithm *a)
{
	const struct rs_vec *label = rs_block_get(b, "label");
	const struct rs_vec *c = rs_block_get(b, "weight");

	for (size_t i = 0; c != NULL && i < b->rows; i++)
		if (cell(c, i) != 1 &&
		    !(cell(c, i) == 0 && cell(label, i) == 0))
			rs_bad("%s: row %" PRIu64 " has the weight %g, and %s "
			    "%s", rs_reader_name(in), b->first + i + 1,
			    cell(c, i), a->name, LOUD[1].advice);
}

/* A pair that is held out must be one that was wanted. */
static void
refuse_negatives(const struct rs_reader *in, const struct rs_block *b)
{
	const struct rs_vec *c = rs_block_get(b, "label");

	for (size_t i = 0; c != NULL && i < b->rows; i++)
		if (cell(c, i) != 1)
			rs_bad("%s: row %" PRIu64 " has the label %g, and "
			    "what is judged by is positives alone",
			    rs_reader_name(in), b->first + i + 1, cell(c, i));
}

/* The rows of a block as they are, and the wanted ones as pairs. */
static int
put_labelled(struct rs_csr_builder *b, const struct rs_block *block,
    struct rs_labelled *l, struct rs_err *e)
{
	const size_t first = l->n;

	if (rs_labelled_put(l, block, e) < 0)
		return -1;
	for (size_t i = first; i < l->n; i++)
		if ((l->label[i] > 0 ?
		    rs_csr_builder_add(b, l->user[i], l->item[i], 1, e) :
		    rs_csr_builder_meet(b, l->user[i], l->item[i], e)) < 0)
			return -1;
	return 0;
}

/* A whole stream as a matrix.  v: it is to be learned from; l: its rows are
 * labelled. */
static void
read_matrix(struct rs_reader *in, const struct rs_csr_opts *opts,
    const struct rs_values *v, struct rs_pool *pool, struct rs_csr *m,
    struct rs_labelled *l)
{
	struct rs_csr_builder *b = rs_csr_builder_new(opts);
	struct rs_block *block;
	struct rs_err e;

	if (rs_csr_builder_sizes(b, &rs_reader_head(in)->lines, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
	while ((block = rs_read(in)) != NULL) {
		if (v != NULL && l != NULL)
			refuse_weights(in, block, v->algorithm);
		else if (v != NULL)
			refuse_loud(in, block, opts->weight, v->algorithm);
		else if (l == NULL)
			refuse_negatives(in, block);
		if ((l != NULL ? put_labelled(b, block, l, &e) :
		    rs_csr_builder_put(b, block, &e)) < 0)
			rs_bad("%s: %s", rs_reader_name(in), e.text);
	}
	if (rs_csr_builder_sizes(b, rs_reader_end(in), &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
	if (rs_csr_builder_done(b, pool, m, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
}

void
rs_train_read(struct rs_reader *in, const struct rs_values *v,
    struct rs_pool *pool, struct rs_csr *m, struct rs_labelled *l)
{
	const enum rs_wants wants = rs_values_wants(v);
	const bool labelled = rs_train_labelled(in, v);
	const struct rs_csr_opts opts = {
		.weight = WANTS[wants].column,
		.repeats = WANTS[wants].repeats,
	};

	read_matrix(in, &opts, v, pool, m, labelled ? l : NULL);
	if (m->nnz == 0 && labelled && l->n > 0)
		rs_bad("%s: no row has a label above 0, so there is nothing "
		    "to learn from", rs_reader_name(in));
	if (m->nnz == 0)
		rs_bad("%s: has no rows to learn from", rs_reader_name(in));
}

/* Indices are those of train, which may have no more of them. */
static void
check_belongs(const struct rs_reader *valid, const struct rs_csr *m,
    const struct rs_reader *in, const struct rs_csr *train)
{
	const uint64_t has[2] = { m->users, m->items };
	const uint64_t known[2] = { train->users, train->items };
	struct rs_err e;

	for (int s = 0; s < 2; s++) {
		if (rs_dict_agree(SIDE[s], rs_reader_end(valid),
		    rs_reader_end(in), &e) < 0)
			rs_bad("%s and %s: %s", rs_reader_name(valid),
			    rs_reader_name(in), e.text);
		if (has[s] > known[s])
			rs_bad("%s: %s %" PRIu64 " is unknown to %s, which has"
			    " %" PRIu64 " (index both with one dictionary, "
			    "and name it with -D)", rs_reader_name(valid),
			    SIDE[s], has[s] - 1, rs_reader_name(in), known[s]);
	}
}

void
rs_valid_read(const char *path, bool rated, const struct rs_reader *in,
    const struct rs_csr *train, struct rs_pool *pool, struct rs_csr *m,
    struct rs_labelled *l)
{
	const struct rs_csr_opts opts = {
		.weight = rated ? "value" : NULL,
		.repeats = rated ? RS_REPEATS_LAST : RS_REPEATS_DISTINCT,
		.users = train->users,
		.items = train->items,
	};
	struct rs_reader *valid = rs_side("valid", path, "user:u32 item:u32");

	if (rated && rs_head_find(rs_reader_head(valid), "value") < 0)
		rs_bad("%s: has no column value, by which ratings are judged",
		    path);
	if (rated)
		rs_demand(valid, "value:f32|u8|u32|i64");
	if (l != NULL && rs_head_find(rs_reader_head(valid), "label") < 0)
		rs_bad("%s: has no column label, by which probabilities are "
		    "judged (rs-negsample makes it)", path);
	if (l != NULL)
		rs_demand(valid, WANTS[RS_WANTS_LABEL].types);
	read_matrix(valid, &opts, NULL, pool, m, l);
	check_belongs(valid, m, in, train);
	if (m->nnz == 0 && (l == NULL || l->n == 0))
		rs_bad("%s: has no rows to judge by", rs_reader_name(valid));
	rs_reader_close(valid);
}
