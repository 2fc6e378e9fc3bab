/* roster: one index for each user and item of all that a tool compares. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/num.h"
#include "cli/dicts.h"
#include "cli/roster.h"
#include "cli/tool.h"

static const char *const SIDE[2] = { "user", "item" };

void
rs_roster_begin(struct rs_roster *r, const struct rs_model *m,
    const char *dir)
{
	const uint64_t base[2] = {
		m != NULL ? rs_model_users(m) : 0,
		m != NULL ? rs_model_items(m) : 0,
	};

	*r = (struct rs_roster){ .model = m };
	for (int s = 0; s < 2; s++) {
		const struct rs_dict *d = m != NULL ?
		    rs_model_dict(m, (enum rs_side)s) : NULL;

		if (m == NULL && dir != NULL)
			d = r->own[s] = rs_dict_side(dir, SIDE[s]);
		if (dir != NULL)
			r->dict[s] = d;
		r->ids[s] = rs_ids_new(d, base[s]);
	}
	r->user = rs_alloc(RS_BLOCK_ROWS * sizeof(*r->user));
	r->item = rs_alloc(RS_BLOCK_ROWS * sizeof(*r->item));
}

/* Refuse indices that are not those of the model or the dictionaries. */
static void
check_side(const struct rs_roster *r, enum rs_side s,
    const struct rs_reader *in, const struct rs_lines *lines)
{
	const struct rs_head *h = rs_reader_head(in);
	const int c = rs_head_find(h, SIDE[s]);
	struct rs_err e;

	if (c < 0 || h->column[c].type != RS_U32)
		return;
	if (r->dict[s] != NULL &&
	    rs_dict_check(r->dict[s], SIDE[s], lines, &e) < 0)
		rs_bad("%s: %s", rs_reader_name(in), e.text);
	if (r->dict[s] == NULL && r->model != NULL &&
	    rs_dict_agree(SIDE[s], lines, rs_model_lines(r->model), &e) < 0)
		rs_bad("%s and %s: %s", rs_reader_name(in),
		    rs_model_name(r->model), e.text);
}

static void
check_belongs(const struct rs_roster *r, const struct rs_reader *in,
    const struct rs_lines *lines)
{
	check_side(r, RS_USER, in, lines);
	check_side(r, RS_ITEM, in, lines);
}

/* The indices of one column of a block. */
static void
take_column(const struct rs_roster *r, struct rs_reader *in,
    enum rs_side s, const struct rs_block *b, uint32_t *out)
{
	const struct rs_vec *v = rs_block_get(b, SIDE[s]);
	const uint64_t base = rs_ids_base(r->ids[s]);

	if (v->type == RS_STR && r->model != NULL &&
	    rs_model_dict(r->model, s) == NULL)
		rs_misuse("%s has ids, but %s has only indices: name the "
		    "dictionaries with -D", rs_reader_name(in),
		    rs_model_name(r->model));
	rs_ids_column(r->ids[s], v, b->rows, out);
	if (v->type == RS_STR || r->dict[s] == NULL)
		return;
	for (size_t i = 0; i < b->rows; i++)
		if (out[i] >= base)
			rs_dict_beyond(r->dict[s], SIDE[s], in,
			    b->first + i + 1, v->u32[i]);
}

struct rs_block *
rs_roster_read(struct rs_roster *r, struct rs_reader *in)
{
	struct rs_block *b;

	/* Before the first row, as far as the header says. */
	if (rs_reader_rows(in) == 0)
		check_belongs(r, in, &rs_reader_head(in)->lines);
	b = rs_read(in);
	if (b == NULL) {
		check_belongs(r, in, rs_reader_end(in));
		rs_count_in(rs_reader_rows(in));
		return NULL;
	}
	take_column(r, in, RS_USER, b, r->user);
	take_column(r, in, RS_ITEM, b, r->item);
	return b;
}

const char *
rs_roster_name(const struct rs_roster *r, enum rs_side side, uint32_t i,
    struct rs_buf *b)
{
	char room[RS_NUM_MAX];
	size_t n;
	const char *p = rs_ids_name(r->ids[side], i, room, &n);

	b->len = 0;
	rs_buf_put(b, p, n);
	return b->data;
}

void
rs_roster_bad(const struct rs_roster *r, const char *where, uint32_t user,
    uint32_t item, const char *what)
{
	struct rs_buf u = { 0 }, i = { 0 };

	rs_bad("%s: user %s, item %s: %s", where,
	    rs_roster_name(r, RS_USER, user, &u),
	    rs_roster_name(r, RS_ITEM, item, &i), what);
}

void
rs_roster_end(struct rs_roster *r)
{
	for (int s = 0; s < 2; s++) {
		rs_ids_free(r->ids[s]);
		rs_dict_free(r->own[s]);
	}
	free(r->user);
	free(r->item);
	*r = (struct rs_roster){ 0 };
}
